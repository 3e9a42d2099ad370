package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/statefile"
)

// stateFormat identifies the files that this version reads and writes.
const stateFormat = "gitcode-mcp sandbox 1"

// state is what requests can change.
type state struct {
	Format string
	LastID int // the global id assigned last
	Repos  []*repo
}

// Open returns a sandbox that keeps its state in a file. If the file is missing
// or empty, it is created with the seed data.
//
// Several processes may use the file at once: every request reads it, and a
// successful write replaces it before the response is sent, all under a lock on
// a second file, whose name is that of the first with .lock appended. Readers
// thus see every confirmed write, no write is lost, and the file is complete at
// any time, even if a process is killed. Both files must be on a local disk.
func Open(file string) (*Sandbox, error) {
	s := New()
	s.file = statefile.New(file)
	if err := s.file.Update(s.load, func() any { return s.state }); err != nil {
		return nil, fmt.Errorf("keep the sandbox's state in %s: %w", file, err)
	}
	return s, nil
}

// load replaces the state by the content of the file, or by the seed data if
// that is nil.
func (s *Sandbox) load(content []byte) error {
	if content == nil {
		s.seed()
		return nil
	}
	var loaded state
	if err := json.Unmarshal(content, &loaded); err != nil || loaded.Format != stateFormat {
		return statefile.ErrFormat
	}
	for _, r := range loaded.Repos {
		for _, i := range r.Issues {
			i.repo = r
		}
	}
	s.state = loaded
	return nil
}

// withFile calls handle on the state in the file, if the sandbox has one, and
// saves the state after a successful write.
func (s *Sandbox) withFile(r *request, handle func() response) response {
	if s.file == nil {
		return handle()
	}
	var resp response
	err := s.file.Update(s.load, func() any {
		if resp = handle(); r.Method != http.MethodGet && resp.status < 300 {
			return s.state
		}
		return nil
	})
	if err != nil {
		return internalError(err)
	}
	return resp
}

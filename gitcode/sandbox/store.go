package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
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
	s.file = file
	// Replacing a link would leave its target as it is. The target may not exist.
	for range 10 {
		target, err := os.Readlink(s.file)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(s.file), target)
		}
		s.file = target
	}
	unlock, err := s.open()
	if err == nil {
		err = errors.Join(s.save(), unlock())
	}
	if err != nil {
		return nil, fmt.Errorf("keep the sandbox's state in %s: %w", file, err)
	}
	return s, nil
}

// open locks the file and reads the state from it.
func (s *Sandbox) open() (unlock func() error, err error) {
	unlock, err = lock(s.file + ".lock")
	if err != nil {
		return nil, err
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(err, unlock())
	}
	return unlock, nil
}

func (s *Sandbox) load() error {
	content, err := os.ReadFile(s.file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(content) == 0 {
		s.seed()
		return nil
	}
	if err != nil {
		return err
	}
	var loaded state
	if err := json.Unmarshal(content, &loaded); err != nil || loaded.Format != stateFormat {
		return errors.New("the file was not written by this version of the sandbox")
	}
	for _, r := range loaded.Repos {
		for _, i := range r.Issues {
			i.repo = r
		}
	}
	s.state = loaded
	return nil
}

// save replaces the file with a new one, so that no reader and no crash sees
// half of it.
func (s *Sandbox) save() error {
	content, err := json.MarshalIndent(s.state, "", "\t")
	if err != nil {
		return err
	}
	// The lock makes the name safe, and a killed process leaves at most one file.
	name := s.file + ".tmp"
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	temp, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = temp.Write(content)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), s.file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// withFile calls handle on the state in the file, if the sandbox has one, and
// saves the state after a successful write.
func (s *Sandbox) withFile(r *request, handle func(*request) response) response {
	if s.file == "" {
		return handle(r)
	}
	unlock, err := s.open()
	if err != nil {
		return internalError(err)
	}
	resp := handle(r)
	if r.Method != http.MethodGet && resp.status < 300 {
		err = s.save()
	}
	if err := errors.Join(err, unlock()); err != nil {
		return internalError(err)
	}
	return resp
}

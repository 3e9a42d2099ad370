package fake

import (
	"encoding/json"
	"fmt"
	"net/http"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/statefile"
)

// Store keeps the state of a sandbox in a file, as package statefile describes. A nil
// store leaves it in memory.
type Store struct {
	file  *statefile.File
	load  func(content []byte) error
	state func() any
}

// Open returns a store. If its file is missing or empty, it is created with the
// state. Load replaces the state by the content of the file, or by the seed data if
// there is none.
func Open(name string, load func(content []byte) error, state func() any) (*Store, error) {
	s := &Store{statefile.New(name), load, state}
	if err := s.file.Update(load, state); err != nil {
		return nil, fmt.Errorf("keep the sandbox's state in %s: %w", name, err)
	}
	return s, nil
}

// Serve calls handle on the state, and saves it after a successful write.
func (s *Store) Serve(method string, handle func() Response) (resp Response, err error) {
	if s == nil {
		return handle(), nil
	}
	err = s.file.Update(s.load, func() any {
		if resp = handle(); method != http.MethodGet && resp.Status < 300 {
			return s.state()
		}
		return nil
	})
	return resp, err
}

// Decode decodes the content of a file as a state. It fails unless the state then has
// the format of this version.
func Decode(content []byte, state any, format *string, want string) error {
	if err := json.Unmarshal(content, state); err != nil || *format != want {
		return statefile.ErrFormat
	}
	return nil
}

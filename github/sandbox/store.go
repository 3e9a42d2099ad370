package sandbox

import "gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"

// stateFormat identifies the files that this version reads and writes.
const stateFormat = "gitcode-mcp GitHub sandbox 1"

// Open returns a sandbox that keeps its state in a file, which processes may
// share, as package statefile describes. If the file is missing or empty, it is
// created with the seed data.
func Open(file string) (*Sandbox, error) {
	s := New()
	store, err := fake.Open(file, s.load, func() any { return s.state })
	if err != nil {
		return nil, err
	}
	s.store = store
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
	if err := fake.Decode(content, &loaded, &loaded.Format, stateFormat); err != nil {
		return err
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
	resp, err := s.store.Serve(r.Method, handle)
	if err != nil {
		return internalError(err)
	}
	return resp
}

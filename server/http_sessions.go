package server

import (
	"crypto/rand"
	"errors"
	"net/http"
	"sync"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// sessions are the sessions of streamable HTTP's older era. Each belongs to the
// caller who began it; to others, and once it has ended, it does not exist.
type sessions struct {
	mu    sync.Mutex
	owner map[string]ownerID
}

var errNoSession = errors.New("there is no such session")

func (s *sessions) has(id string, owner ownerID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	of, ok := s.owner[id]
	return ok && of == owner
}

func (s *sessions) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.owner)
}

// ResolveSessionIdManager implements mcp-go's interface. The request is nil
// where mcp-go ends sessions itself.
func (s *sessions) ResolveSessionIdManager(r *http.Request) mcpserver.SessionIdManager {
	if r == nil {
		return sessionsOf{sessions: s, all: true}
	}
	return sessionsOf{sessions: s, caller: callerOf(r.Context()).id}
}

// sessionsOf is one caller's view of the sessions.
type sessionsOf struct {
	*sessions
	caller ownerID
	all    bool
}

// Generate begins a session.
func (s sessionsOf) Generate() string {
	id := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owner[id] = s.caller
	return id
}

// Validate fails for sessions that are not the caller's.
func (s sessionsOf) Validate(id string) (isTerminated bool, err error) {
	if !s.has(id, s.caller) {
		return false, errNoSession
	}
	return false, nil
}

// Terminate ends a session.
func (s sessionsOf) Terminate(id string) (isNotAllowed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all || s.owner[id] == s.caller {
		delete(s.owner, id)
	}
	return false, nil
}

package server

import (
	"crypto/rand"
	"errors"
	"net/http"
	"sync"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// sessions holds the sessions of streamable HTTP's older era. Each belongs to
// the caller that started it. To other callers it does not exist.
type sessions struct {
	mu    sync.Mutex
	owner map[string]ownerID // by session id
}

var errNoSession = errors.New("no such session")

func (s *sessions) has(id string, owner ownerID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.owner[id]
	return ok && found == owner
}

func (s *sessions) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.owner)
}

// ResolveSessionIdManager implements mcp-go's SessionIdManagerResolver. The
// request is nil when mcp-go itself ends a session.
func (s *sessions) ResolveSessionIdManager(r *http.Request) mcpserver.SessionIdManager {
	if r == nil {
		return callerSessions{sessions: s, all: true}
	}
	return callerSessions{sessions: s, caller: callerOf(r.Context()).id}
}

// callerSessions is one caller's view of the sessions.
type callerSessions struct {
	*sessions
	caller ownerID
	all    bool // the view of the server itself
}

// Generate starts a session and returns its id.
func (s callerSessions) Generate() string {
	id := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owner[id] = s.caller
	return id
}

// Validate returns an error unless the session exists and is the caller's.
func (s callerSessions) Validate(id string) (isTerminated bool, err error) {
	if !s.has(id, s.caller) {
		return false, errNoSession
	}
	return false, nil
}

// Terminate ends a session. It ignores sessions of other callers.
func (s callerSessions) Terminate(id string) (isNotAllowed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all || s.owner[id] == s.caller {
		delete(s.owner, id)
	}
	return false, nil
}

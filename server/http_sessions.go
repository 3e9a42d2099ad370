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
	quota quota
}

func newSessions() *sessions {
	return &sessions{
		owner: map[string]ownerID{},
		quota: quota{what: "sessions", total: maxSessions, own: maxSessionsOfOwner, held: map[ownerID]int{}},
	}
}

// start starts a session and returns its id. It returns errQuota if there are
// too many.
func (s *sessions) start(owner ownerID) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.quota.acquire(owner); err != nil {
		return "", err
	}
	id = rand.Text()
	s.owner[id] = owner
	return id, nil
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
	started, _ := r.Context().Value(sessionKey{}).(string)
	return callerSessions{sessions: s, caller: callerOf(r.Context()).id, started: started}
}

// sessionKey is the context key of the id of the session that an initialize
// request has started.
type sessionKey struct{}

// callerSessions is one caller's view of the sessions.
type callerSessions struct {
	*sessions
	caller  ownerID
	all     bool   // the view of the server itself
	started string // by the request
}

// Generate returns the id of the session that serveInitialize has started.
func (s callerSessions) Generate() string { return s.started }

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
	if owner, ok := s.owner[id]; ok && (s.all || owner == s.caller) {
		delete(s.owner, id)
		s.quota.release(owner)
	}
	return false, nil
}

package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// sessions holds the sessions of streamable HTTP's older era. Each belongs to
// the caller that started it. To other callers it does not exist.
//
// mcp-go v1.2.1 knows a session only while it serves one of its requests or streams:
// its own object takes 10 kB, for queues of notifications and of requests to the
// client.
type sessions struct {
	mu    sync.Mutex
	byID  map[string]*session
	quota quota
}

type session struct {
	owner ownerID
	used  time.Time                 // when its last request arrived
	kept  bool                      // by mcp-go too
	calls map[*sessionCall]struct{} // those in flight; nil if there are none
}

// sessionCall is a call in flight. Nothing keeps a client from using an id twice.
type sessionCall struct {
	id     json.RawMessage // as it was written
	cancel context.CancelFunc
}

func newSessions() *sessions {
	return &sessions{
		byID:  map[string]*session{},
		quota: quota{what: "sessions", total: maxSessions, own: maxSessionsOfOwner, held: map[ownerID]int{}},
	}
}

// start starts a session, which mcp-go keeps too if kept is true, and returns its id.
// It returns errQuota if there are too many.
func (s *sessions) start(owner ownerID, kept bool) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.quota.acquire(owner); err != nil {
		return "", err
	}
	id = rand.Text()
	s.byID[id] = &session{owner: owner, used: time.Now(), kept: kept}
	return id, nil
}

var errNoSession = errors.New("no such session")

// use reports whether the session exists and is the owner's, for a request that
// arrives.
func (s *sessions) use(id string, owner ownerID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.byID[id]
	if found == nil || found.owner != owner {
		return false
	}
	found.used = time.Now()
	return true
}

func (s *sessions) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[id] != nil
}

// isKept reports whether mcp-go keeps the session too, so that its client can be
// sent requests.
func (s *sessions) isKept(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[id] != nil && s.byID[id].kept
}

func (s *sessions) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.byID)
}

// end ends a session, if it exists.
func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(id)
}

// expire ends the sessions that are idle for a time; 0 means none. It returns those
// that must still end in mcp-go.
func (s *sessions) expire(idle time.Duration) (kept []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, found := range s.byID {
		if idle > 0 && len(found.calls) == 0 && time.Since(found.used) >= idle {
			s.remove(id)
			if found.kept {
				kept = append(kept, id)
			}
		}
	}
	return kept
}

// remove removes a session, if it exists, and cancels its calls: one may wait for the
// answer to a question. The caller must hold s.mu.
func (s *sessions) remove(id string) {
	if found := s.byID[id]; found != nil {
		for c := range found.calls {
			c.cancel()
		}
		delete(s.byID, id)
		s.quota.release(found.owner)
	}
}

// startCall returns a context that is canceled if the session cancels the call.
// The function it returns must be called when the call ends.
func (s *sessions) startCall(ctx context.Context, id string, call json.RawMessage) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.byID[id]
	if found == nil { // it has just ended
		return ctx, cancel
	}
	if found.calls == nil {
		found.calls = map[*sessionCall]struct{}{}
	}
	started := &sessionCall{id: call, cancel: cancel}
	found.calls[started] = struct{}{}
	return ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		cancel()
		if delete(found.calls, started); len(found.calls) == 0 {
			found.calls, found.used = nil, time.Now()
		}
	}
}

// cancelCall cancels the calls of a session with an id.
func (s *sessions) cancelCall(id string, call json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.byID[id]
	if found == nil {
		return
	}
	for c := range found.calls {
		if bytes.Equal(c.id, call) {
			c.cancel()
		}
	}
}

// sessionKey is the context key of the id of a session that mcp-go keeps, in the
// request that initializes it.
type sessionKey struct{}

// ResolveSessionIdManager implements mcp-go's SessionIdManagerResolver. The request
// is nil when mcp-go itself ends the sessions.
func (s *sessions) ResolveSessionIdManager(r *http.Request) mcpserver.SessionIdManager {
	ids := sessionIDs{sessions: s}
	if r != nil {
		ids.started, _ = r.Context().Value(sessionKey{}).(string)
	}
	return ids
}

// sessionIDs is what mcp-go sees of the sessions. serveMCP has checked that the
// session of a request is the caller's.
type sessionIDs struct {
	sessions *sessions
	started  string
}

// Generate returns the id of the session that serveInitialize has started. If that
// is empty, mcp-go keeps nothing of the session.
func (s sessionIDs) Generate() string { return s.started }

// Validate returns an error unless the session exists.
func (s sessionIDs) Validate(id string) (isTerminated bool, err error) {
	if !s.sessions.has(id) {
		return false, errNoSession
	}
	return false, nil
}

// Terminate ends a session.
func (s sessionIDs) Terminate(id string) (isNotAllowed bool, err error) {
	s.sessions.end(id)
	return false, nil
}

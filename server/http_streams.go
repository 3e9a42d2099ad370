package server

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"sync"
	"time"
)

// streams tracks the connections that stay open: HTTP+SSE sessions, and the
// listening streams of streamable HTTP. It can end those without calls in
// flight, which mcp-go v1.2.1 cannot.
type streams struct {
	mu       sync.Mutex
	byID     map[string]*stream
	quota    quota
	draining bool
}

func newStreams() *streams {
	return &streams{
		byID:  map[string]*stream{},
		quota: quota{what: "streams", total: maxStreams, own: maxStreamsOfOwner, held: map[ownerID]int{}},
	}
}

type stream struct {
	owner   ownerID
	expired func(*stream) bool // whether to end the stream when it is idle; nil means never
	end     context.CancelFunc

	pending int       // calls accepted but not answered
	used    time.Time // when the last call was accepted
}

// keepAlive is how often a comment is sent on a stream, so that proxies do not
// close it as idle.
const keepAlive = 25 * time.Second

// open registers a stream and returns a context that ends with it. It returns
// errDraining while the server drains, and errQuota if there are too many.
func (s *streams) open(ctx context.Context, id string, owner ownerID, expired func(*stream) bool) (context.Context, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return nil, errDraining
	}
	if err := s.quota.acquire(owner); err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(ctx)
	s.byID[id] = &stream{owner: owner, expired: expired, end: end, used: time.Now()}
	return ctx, nil
}

func (s *streams) close(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.byID[id]; st != nil {
		st.end()
		delete(s.byID, id)
		s.quota.release(st.owner)
	}
}

// accept accepts a message for a stream. It returns errDraining for calls while
// the server drains, and errNoSession if the stream is not the owner's.
func (s *streams) accept(id string, owner ownerID, isCall bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.byID[id]
	switch {
	case isCall && s.draining:
		return errDraining
	case st == nil || st.owner != owner:
		return errNoSession
	}
	if isCall {
		st.pending++
		st.used = time.Now()
	}
	return nil
}

var errDraining = errors.New("the server is shutting down")

// callAnswered records that a call of a stream was answered.
func (s *streams) callAnswered(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.byID[id]; st != nil {
		st.pending = max(st.pending-1, 0)
		if s.draining && st.pending == 0 {
			st.end()
		}
	}
}

// drain ends the streams without pending calls, and the others when their calls
// are answered.
func (s *streams) drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draining = true
	for _, st := range s.byID {
		if st.pending == 0 {
			st.end()
		}
	}
}

// expire ends the idle streams that have expired.
func (s *streams) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.byID {
		if st.pending == 0 && st.expired != nil && st.expired(st) {
			st.end()
		}
	}
}

// isDraining reports whether the server accepts no more calls.
func (s *streams) isDraining() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}

func (s *streams) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.byID)
}

// streamKey is the context key of a stream's id.
type streamKey struct{}

// serve runs a handler whose connection stays open as a stream.
func (s *streams) serve(w http.ResponseWriter, r *http.Request, expired func(*stream) bool, next http.Handler) {
	id := rand.Text()
	ctx, err := s.open(context.WithValue(r.Context(), streamKey{}, id), id, callerOf(r.Context()).id, expired)
	if err != nil {
		rejectUnavailable(w, nil, err)
		return
	}
	defer s.close(id)
	sw := &streamWriter{ResponseWriter: w, streams: s, id: id}
	ticker, ended := time.NewTicker(keepAlive), make(chan struct{})
	defer ticker.Stop()
	var keepAlives sync.WaitGroup
	defer keepAlives.Wait() // the writer must not be used after the handler returns
	defer close(ended)
	keepAlives.Go(func() {
		for {
			select {
			case <-ticker.C:
				sw.writeKeepAlive()
			case <-ended:
				return
			}
		}
	})
	next.ServeHTTP(sw, r.WithContext(ctx))
}

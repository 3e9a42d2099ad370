package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"sync"
	"time"
)

// streams are the connections that stay open: HTTP+SSE sessions, and the
// listening streams of streamable HTTP. They are known here so that they can be
// ended when nothing is under way on them.
type streams struct {
	mu       sync.Mutex
	byID     map[string]*stream
	draining bool
}

type stream struct {
	owner   ownerID
	session bool // an HTTP+SSE session, which ends when idle
	end     context.CancelFunc

	pending int       // calls accepted and not answered
	used    time.Time // when the last call came
}

// open registers a stream and returns a context that ends with it; ok is false
// when no more are taken.
func (s *streams) open(ctx context.Context, id string, owner ownerID, session bool) (_ context.Context, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return ctx, false
	}
	ctx, end := context.WithCancel(ctx)
	s.byID[id] = &stream{owner: owner, session: session, end: end, used: time.Now()}
	return ctx, true
}

func (s *streams) close(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.byID[id]; st != nil {
		st.end()
		delete(s.byID, id)
	}
}

// begin accepts a message for a stream; ok is false when the stream is unknown
// to the owner or no more calls are taken.
func (s *streams) begin(id string, owner ownerID, isCall bool) (ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.byID[id]
	if st == nil || st.owner != owner || isCall && s.draining {
		return false
	}
	if isCall {
		st.pending++
		st.used = time.Now()
	}
	return true
}

// answered takes note that a call of a stream has its answer.
func (s *streams) answered(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.byID[id]; st != nil {
		st.pending = max(st.pending-1, 0)
		if s.draining && st.pending == 0 {
			st.end()
		}
	}
}

// drain ends the streams on which nothing is under way, and the others when
// their calls are answered.
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

// expire ends the sessions that have been idle.
func (s *streams) expire(idle time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.byID {
		if st.session && st.pending == 0 && time.Since(st.used) > idle {
			st.end()
		}
	}
}

// ending reports whether no more calls are taken.
func (s *streams) ending() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}

func (s *streams) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.byID)
}

// streamKey finds a stream's id in its request's context.
type streamKey struct{}

// serve runs a handler whose connection stays open as a stream.
func (s *streams) serve(w http.ResponseWriter, r *http.Request, session bool, next http.Handler) {
	id := rand.Text()
	ctx, ok := s.open(context.WithValue(r.Context(), streamKey{}, id), id, callerOf(r.Context()).id, session)
	if !ok {
		goingAway(w)
		return
	}
	defer s.close(id)
	if session {
		w = &countingWriter{ResponseWriter: w, streams: s, id: id}
	}
	next.ServeHTTP(w, r.WithContext(ctx))
}

// countingWriter notices the answers on an HTTP+SSE stream, each of which
// mcp-go writes at once.
type countingWriter struct {
	http.ResponseWriter
	streams *streams
	id      string
}

func (w *countingWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	if _, data, ok := bytes.Cut(p, []byte("event: message\ndata:")); ok && isResponse(data) {
		w.Flush() // before the stream may end
		w.streams.answered(w.id)
	}
	return n, err
}

// Flush implements http.Flusher, which mcp-go asks for.
func (w *countingWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap is for http.ResponseController.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// goingAway refuses a call before it is accepted.
func goingAway(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "5")
	w.Header().Set("Connection", "close")
	http.Error(w, "the server is shutting down", http.StatusServiceUnavailable)
}

type bodyKey struct{}

func withBody(ctx context.Context, body []byte) context.Context {
	return context.WithValue(ctx, bodyKey{}, body)
}

// bodyOf returns the body that bounded has read.
func bodyOf(r *http.Request) []byte {
	body, _ := r.Context().Value(bodyKey{}).([]byte)
	return body
}

package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
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
	expired func(*stream) bool // whether an idle stream should end; nil is never
	end     context.CancelFunc

	pending int       // calls accepted and not answered
	used    time.Time // when the last call came
}

// keepAlive is how often something is sent on a stream, so that what stands
// between does not take it for dead.
const keepAlive = 25 * time.Second

// open registers a stream and returns a context that ends with it; ok is false
// when no more are taken.
func (s *streams) open(ctx context.Context, id string, owner ownerID, expired func(*stream) bool) (_ context.Context, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return ctx, false
	}
	ctx, end := context.WithCancel(ctx)
	s.byID[id] = &stream{owner: owner, expired: expired, end: end, used: time.Now()}
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

// begin accepts a message for a stream, or tells why not: errEnding, or
// errNoSession where the stream is not the owner's.
func (s *streams) begin(id string, owner ownerID, isCall bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.byID[id]
	switch {
	case isCall && s.draining:
		return errEnding
	case st == nil || st.owner != owner:
		return errNoSession
	}
	if isCall {
		st.pending++
		st.used = time.Now()
	}
	return nil
}

var errEnding = errors.New("no more calls are taken")

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

// expire ends the streams whose time has come.
func (s *streams) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.byID {
		if st.pending == 0 && st.expired != nil && st.expired(st) {
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
func (s *streams) serve(w http.ResponseWriter, r *http.Request, expired func(*stream) bool, next http.Handler) {
	id := rand.Text()
	ctx, ok := s.open(context.WithValue(r.Context(), streamKey{}, id), id, callerOf(r.Context()).id, expired)
	if !ok {
		goingAway(w)
		return
	}
	defer s.close(id)
	sw := &streamWriter{ResponseWriter: w, streams: s, id: id}
	ticker, ended := time.NewTicker(keepAlive), make(chan struct{})
	defer ticker.Stop()
	var alive sync.WaitGroup
	defer alive.Wait() // the connection is the handler's only while it runs
	defer close(ended)
	alive.Go(func() {
		for {
			select {
			case <-ticker.C:
				sw.comment()
			case <-ended:
				return
			}
		}
	})
	next.ServeHTTP(sw, r.WithContext(ctx))
}

// streamWriter keeps a stream alive, and notices the answers on an HTTP+SSE
// stream, each of which mcp-go writes at once.
type streamWriter struct {
	http.ResponseWriter
	streams *streams
	id      string

	mu    sync.Mutex
	begun bool
}

// comment sends a line that clients pass over. mcp-go's own pings would count
// as use of a session.
func (w *streamWriter) comment() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.begun {
		io.WriteString(w.ResponseWriter, ": alive\n\n") //nolint:errcheck // the client is gone
		w.flush()
	}
}

func (w *streamWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.begun = true
	n, err := w.ResponseWriter.Write(p)
	_, data, isMessage := bytes.Cut(p, []byte("event: message\ndata:"))
	answer := isMessage && isResponse(data)
	if answer {
		w.flush() // before the stream may end
	}
	w.mu.Unlock()
	if answer {
		w.streams.answered(w.id)
	}
	return n, err
}

// Flush implements http.Flusher, which mcp-go asks for.
func (w *streamWriter) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun = true
	w.flush()
}

func (w *streamWriter) flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap is for http.ResponseController.
func (w *streamWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

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

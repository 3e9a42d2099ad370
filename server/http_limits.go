package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	// maxMessage is the maximum size of a message from a client, in bytes.
	maxMessage = 4 << 20
	// readTimeout is how long the body of a request may take to arrive.
	readTimeout = 30 * time.Second
	// unreadTimeout is how long a body may take to arrive that no handler reads,
	// as in a request without the secret. net/http reads such a body before it
	// answers, so that it can use the connection again.
	unreadTimeout = 2 * time.Second
	// writeTimeout is how long a client may take to read one write.
	writeTimeout = 30 * time.Second
)

// withReadDeadline sets a deadline for the body of a request. Only reading the
// whole body lifts it, so no request holds a connection by announcing a body
// that it does not send.
func withReadDeadline(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			next.ServeHTTP(w, r) // a deadline would end the request itself
			return
		}
		body := &deadlineBody{ReadCloser: r.Body, control: http.NewResponseController(w), start: time.Now()}
		body.setDeadline(unreadTimeout)
		copied := *r // net/http still checks the type of the original body afterwards
		copied.Body = body
		next.ServeHTTP(w, &copied)
		if body.begun && !body.complete {
			body.setDeadline(min(readTimeout, time.Since(body.start)+unreadTimeout))
		}
	})
}

// deadlineBody is a body that has readTimeout once it is read, and no deadline
// after its end.
type deadlineBody struct {
	io.ReadCloser
	control         *http.ResponseController
	start           time.Time // of the request
	begun, complete bool
}

func (b *deadlineBody) setDeadline(timeout time.Duration) {
	_ = b.control.SetReadDeadline(b.start.Add(timeout)) // not every connection supports it
}

func (b *deadlineBody) Read(p []byte) (int, error) {
	if !b.begun {
		b.begun = true
		b.setDeadline(readTimeout)
	}
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) && !b.complete {
		b.complete = true
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// limitBody reads the whole body up front. It rejects bodies over maxMessage,
// chunked or not, and ones that did not arrive before the deadline.
func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > maxMessage {
			tooLarge(w)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			tooLarge(w)
			return
		}
		if err != nil {
			w.Header().Set("Connection", "close")
			http.Error(w, "could not read the body", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, withBody(r, body))
	})
}

func tooLarge(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	http.Error(w, "the body exceeds 4 MiB", http.StatusRequestEntityTooLarge)
}

type bodyKey struct{}

// withBody returns the request with another body, which is in memory.
func withBody(r *http.Request, body []byte) *http.Request {
	r = r.WithContext(context.WithValue(r.Context(), bodyKey{}, body))
	r.Body = io.NopCloser(bytes.NewReader(body))
	return r
}

// bodyOf returns the body of a request that withBody returned.
func bodyOf(r *http.Request) []byte {
	body, _ := r.Context().Value(bodyKey{}).([]byte)
	return body
}

// withWriteDeadline sets a deadline on every write, so that a client that stops
// reading cannot pin memory, and disables proxy buffering for event streams.
func withWriteDeadline(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&deadlineWriter{ResponseWriter: w, control: http.NewResponseController(w), origin: r.Header.Get("Origin")}, r)
	})
}

type deadlineWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	origin  string // of the request; checkOrigin rejects those that are not allowed
	begun   bool
}

func (w *deadlineWriter) WriteHeader(status int) {
	if !w.begun {
		w.begun = true
		h := w.Header()
		if strings.HasPrefix(h.Get("Content-Type"), "text/event-stream") {
			h.Set("X-Accel-Buffering", "no")
			// mcp-go v1.2.1 allows every origin on its streams.
			if h.Get("Access-Control-Allow-Origin") == "*" {
				if h.Del("Access-Control-Allow-Origin"); w.origin != "" {
					h.Set("Access-Control-Allow-Origin", w.origin)
				}
			}
		}
	}
	w.setDeadline()
	w.ResponseWriter.WriteHeader(status)
}

func (w *deadlineWriter) Write(p []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	w.setDeadline()
	return w.ResponseWriter.Write(p)
}

// Flush implements [http.Flusher], which mcp-go requires.
func (w *deadlineWriter) Flush() {
	w.setDeadline()
	_ = w.control.Flush()
}

func (w *deadlineWriter) setDeadline() {
	_ = w.control.SetWriteDeadline(time.Now().Add(writeTimeout)) // not every connection supports it
}

// Unwrap is used by [http.ResponseController].
func (w *deadlineWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

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
	// writeTimeout is how long a client may take to read one write.
	writeTimeout = 30 * time.Second
)

// limitBody reads the whole body up front. It rejects bodies over maxMessage,
// chunked or not, and gives up on ones that arrive too slowly.
func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > maxMessage {
			tooLarge(w)
			return
		}
		control := http.NewResponseController(w)
		_ = control.SetReadDeadline(time.Now().Add(readTimeout)) // not every connection supports it
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
		_ = control.SetReadDeadline(time.Time{})
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			tooLarge(w)
			return
		}
		if err != nil {
			http.Error(w, "could not read the body", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), bodyKey{}, body)))
	})
}

func tooLarge(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	http.Error(w, "the body exceeds 4 MiB", http.StatusRequestEntityTooLarge)
}

type bodyKey struct{}

// bodyOf returns the body that limitBody has read.
func bodyOf(r *http.Request) []byte {
	body, _ := r.Context().Value(bodyKey{}).([]byte)
	return body
}

// withWriteDeadline sets a deadline on every write, so that a client that stops
// reading cannot pin memory, and disables proxy buffering for event streams.
func withWriteDeadline(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&deadlineWriter{ResponseWriter: w, control: http.NewResponseController(w), origin: w.Header().Get("Access-Control-Allow-Origin")}, r)
	})
}

type deadlineWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	origin  string // that checkOrigin has allowed
	begun   bool
}

func (w *deadlineWriter) WriteHeader(status int) {
	if !w.begun {
		w.begun = true
		h := w.Header()
		if strings.HasPrefix(h.Get("Content-Type"), "text/event-stream") {
			h.Set("X-Accel-Buffering", "no")
		}
		// mcp-go v1.2.1 allows every origin on its streams.
		if h.Del("Access-Control-Allow-Origin"); w.origin != "" {
			h.Set("Access-Control-Allow-Origin", w.origin)
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *deadlineWriter) Write(p []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	_ = w.control.SetWriteDeadline(time.Now().Add(writeTimeout)) // not every connection supports it
	return w.ResponseWriter.Write(p)
}

// Flush implements [http.Flusher], which mcp-go requires.
func (w *deadlineWriter) Flush() {
	_ = w.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	_ = w.control.Flush()
}

// Unwrap is used by [http.ResponseController].
func (w *deadlineWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

package server

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// streamWriter writes to a stream. It sends comments that keep the connection
// open, and detects responses on an HTTP+SSE stream. It relies on mcp-go writing
// each event in one call.
type streamWriter struct {
	http.ResponseWriter
	streams *streams
	id      string

	mu    sync.Mutex
	begun bool // the headers were sent
}

// writeKeepAlive sends a comment, which clients ignore. mcp-go's own pings would
// count as use of the session.
func (w *streamWriter) writeKeepAlive() {
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
	answered := isMessage && isResponse(data)
	if answered {
		w.flush() // the stream may end once the call counts as answered
	}
	w.mu.Unlock()
	if answered {
		w.streams.callAnswered(w.id)
	}
	return n, err
}

// Flush implements [http.Flusher], which mcp-go requires.
func (w *streamWriter) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun = true
	w.flush()
}

func (w *streamWriter) flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap is used by [http.ResponseController].
func (w *streamWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

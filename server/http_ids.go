package server

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"

	"github.com/mark3labs/mcp-go/mcp"
)

// requestIDs replaces the ids of requests on their way to mcp-go, and restores
// them in what it answers. mcp-go v1.2.1 rounds integers above 2⁵³, and keys
// calls in flight by their session and id, so that callers without a session
// would share one name space.
//
// A replacement contains the original, so nothing has to be remembered. It
// begins with a text that only this process knows, so nothing else in an answer
// can be mistaken for one.
type requestIDs struct {
	mark []byte
	last atomic.Uint64
}

func newRequestIDs() *requestIDs { return &requestIDs{mark: []byte(`"` + rand.Text() + ".")} }

// replace returns the message for mcp-go. Within a session an id always has the
// same replacement, so that the session can cancel its calls. Without a session
// each request gets an id of its own.
func (ids *requestIDs) replace(m message, inSession bool) []byte {
	if m.kind == responseMessage {
		return m.text
	}
	id, params := m.id, m.params
	switch {
	case id != nil:
		id = ids.replacement(id, inSession)
	case m.is(mcp.MethodNotificationCancelled):
		if canceled := m.canceledID(); canceled != nil { // mcp-go ignores a notification without one
			params = fmt.Appendf(nil, `{"requestId":%s}`, ids.replacement(canceled, true))
		}
	}
	body, err := json.Marshal(struct {
		JSONRPC string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id,omitempty"`
		Method  string          `json:"method"`
		Params  json.RawMessage `json:"params,omitempty"`
	}{mcp.JSONRPC_VERSION, id, m.method, params})
	if err != nil {
		panic(err) // its parts were decoded from JSON
	}
	return body
}

func (ids *requestIDs) replacement(id json.RawMessage, inSession bool) json.RawMessage {
	replaced := base64.RawURLEncoding.AppendEncode(bytes.Clone(ids.mark), id)
	if !inSession {
		replaced = append(replaced, '.')
		replaced = strconv.AppendUint(replaced, ids.last.Add(1), 10)
	}
	return append(replaced, '"')
}

// restore returns a text with the original ids.
func (ids *requestIDs) restore(text []byte) []byte {
	var restored []byte
	for {
		before, after, found := bytes.Cut(text, ids.mark)
		replaced, rest, ended := bytes.Cut(after, []byte(`"`))
		encoded, _, _ := bytes.Cut(replaced, []byte("."))
		id, err := base64.RawURLEncoding.AppendDecode(nil, encoded)
		switch {
		case found && ended && err == nil:
		case restored == nil:
			return text
		default:
			return append(restored, text...)
		}
		restored = append(append(restored, before...), id...)
		text = rest
	}
}

// restoreIn restores the ids in all that a handler writes. mcp-go writes each
// message in one call.
func (ids *requestIDs) restoreIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&idWriter{w, ids}, r)
	})
}

type idWriter struct {
	http.ResponseWriter
	ids *requestIDs
}

func (w *idWriter) Write(p []byte) (int, error) {
	if _, err := w.ResponseWriter.Write(w.ids.restore(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush implements [http.Flusher], which mcp-go requires.
func (w *idWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap is used by [http.ResponseController].
func (w *idWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

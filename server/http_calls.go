package server

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/mark3labs/mcp-go/mcp"
)

// agrees reports whether the header of a request says of its call what the message
// says. session is "" in the stateless era.
func (c *call) agrees(header http.Header, session string, modern bool) bool {
	version := header.Get(mcp.HeaderProtocolVersion)
	mediaType, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	switch {
	case mediaType != "application/json", err != nil, modern != (c.meta != nil):
		return false
	case modern:
		return version == c.version && header.Get(mcp.HeaderMethod) == string(mcp.MethodToolsCall) &&
			header.Get(mcp.HeaderName) == c.request.Params.Name && header.Get(mcp.HeaderLastEventID) == ""
	default:
		return session != "" && (version == "" || mcp.IsValidProtocolVersion(version))
	}
}

// serveCall answers a call, with an event stream if notifications go before its
// response. session is "" in the stateless era.
func (h *HTTP) serveCall(w http.ResponseWriter, r *http.Request, c *call, session string) {
	ctx := r.Context()
	if session != "" {
		var end context.CancelFunc
		ctx, end = h.sessions.startCall(ctx, session, c.id)
		defer end()
	}
	c.request.Header = r.Header
	stream := false
	progress := &outbox{write: func(notification []byte) {
		if !stream {
			stream = true
			w.Header().Set("Content-Type", "text/event-stream")
			w.Header().Set("Cache-Control", "no-cache")
		}
		writeEvent(w, notification)
	}}
	response := c.run(ctx, progress.add)
	progress.flush()
	if r.Context().Err() != nil {
		return // the client is gone
	}
	line := h.buffers.get()
	defer h.buffers.put(line)
	var err error
	if *line, err = response.appendLine(*line); err != nil {
		panic(err) // it consists of strings and JSON
	}
	if stream {
		writeEvent(w, bytes.TrimSpace(*line))
	} else {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(*line))) // net/http would send chunks
		w.Write(*line)                                             //nolint:errcheck // the client is gone
	}
}

// writeEvent writes a message to an event stream.
func writeEvent(w http.ResponseWriter, message []byte) {
	io.WriteString(w, "event: message\ndata: ") //nolint:errcheck // the client is gone
	w.Write(message)                            //nolint:errcheck // as above
	io.WriteString(w, "\n\n")                   //nolint:errcheck // as above
	_ = http.NewResponseController(w).Flush()
}

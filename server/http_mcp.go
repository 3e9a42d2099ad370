package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// serveMCP serves streamable HTTP. It rejects requests for another caller's
// session, whatever the method; mcp-go v1.2.1 validates sessions only on POST.
func (h *HTTP) serveMCP(w http.ResponseWriter, r *http.Request) {
	modern := mcp.IsModernProtocol(r.Header.Get(mcp.HeaderProtocolVersion))
	session, owner := r.Header.Get(mcpserver.HeaderKeySessionID), callerOf(r.Context()).id
	if modern {
		session = "" // there are none
	}
	switch {
	case session != "" && !h.sessions.use(session, owner):
		http.Error(w, errNoSession.Error()+": start a new one with initialize", http.StatusNotFound)
	case r.Method == http.MethodPost:
		h.servePost(w, r, session, modern)
	case r.Method == http.MethodGet && !modern && session == "":
		http.Error(w, "a stream requires a session: send its id in the "+mcpserver.HeaderKeySessionID+" header", http.StatusBadRequest)
	case r.Method == http.MethodGet && !modern:
		h.streams.serve(w, r, func(*stream) bool { return !h.sessions.has(session) }, h.mcp)
	default:
		h.mcp.ServeHTTP(w, r)
	}
}

// servePost serves one message of streamable HTTP.
func (h *HTTP) servePost(w http.ResponseWriter, r *http.Request, session string, modern bool) {
	m := parseMessage(bodyOf(r))
	if m.kind == invalidMessage {
		rejectMessage(w, m)
		return
	}
	call := h.cfg.MCP.calls.find(m)
	if call != nil && call.handler.mayAsk && h.sessions.isKept(session) {
		ctx, end := h.sessions.startCall(r.Context(), session, call.id)
		defer end()
		r, call = r.WithContext(ctx), nil // mcp-go sends the client the question
	}
	if call != nil && call.agrees(r.Header, session, modern) && !h.streams.isDraining() {
		h.serveCall(w, r, call, session)
		return
	}
	r = withBody(r, h.ids.replace(m, session != ""))
	switch {
	case m.is(mcp.MethodNotificationCancelled) && session == "":
		// Without a session nobody can tell whose call it is. Callers cancel such
		// a call by closing its connection.
		w.WriteHeader(http.StatusAccepted)
	case m.is(mcp.MethodSubscriptionsListen):
		h.streams.serve(w, r, nil, h.mcp)
	case m.isRequest() && h.streams.isDraining():
		rejectUnavailable(w, m.id, errDraining)
	case m.is(mcp.MethodInitialize) && m.isRequest() && !modern:
		h.serveInitialize(w, r, m)
	default:
		if m.is(mcp.MethodNotificationCancelled) {
			h.sessions.cancelCall(session, m.canceledID())
		}
		h.mcp.ServeHTTP(w, r)
	}
}

// serveInitialize starts a session and lets mcp-go initialize it. If that fails,
// the session ends before the caller learns of it.
func (h *HTTP) serveInitialize(w http.ResponseWriter, r *http.Request, m message) {
	kept := canBeAsked(m)
	id, err := h.sessions.start(callerOf(r.Context()).id, kept)
	if err != nil {
		rejectUnavailable(w, m.id, err)
		return
	}
	if kept {
		r = r.WithContext(context.WithValue(r.Context(), sessionKey{}, id))
	}
	response := &bufferedResponse{header: http.Header{}, status: http.StatusOK}
	h.mcp.ServeHTTP(response, r)
	maps.Copy(w.Header(), response.header)
	var content struct{ Result json.RawMessage }
	if json.Unmarshal(response.body.Bytes(), &content) == nil && content.Result != nil {
		w.Header().Set(mcpserver.HeaderKeySessionID, id)
	} else {
		w.Header().Del(mcpserver.HeaderKeySessionID)
		h.endSession(r.Context(), id)
	}
	w.WriteHeader(response.status)
	w.Write(response.body.Bytes()) //nolint:errcheck // the client is gone
}

// canBeAsked reports whether the client that sends an initialize request declares that
// it accepts requests of the server.
func canBeAsked(initialize message) bool {
	var params struct {
		Capabilities struct {
			Elicitation json.RawMessage `json:"elicitation"`
			Roots       json.RawMessage `json:"roots"`
			Sampling    json.RawMessage `json:"sampling"`
		} `json:"capabilities"`
	}
	_ = json.Unmarshal(initialize.params, &params) // mcp-go rejects what is invalid
	c := params.Capabilities
	return isGiven(c.Elicitation) || isGiven(c.Roots) || isGiven(c.Sampling)
}

// endSession ends a session, also in mcp-go, which forgets what it keeps of one only
// when it is deleted.
func (h *HTTP) endSession(ctx context.Context, id string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodDelete, "/mcp", nil)
	if err != nil {
		panic(err) // the URL is valid
	}
	r.Header.Set(mcpserver.HeaderKeySessionID, id)
	h.mcp.ServeHTTP(&bufferedResponse{header: http.Header{}}, r)
}

// bufferedResponse is a response in memory. It cannot be streamed.
type bufferedResponse struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *bufferedResponse) Header() http.Header         { return w.header }
func (w *bufferedResponse) WriteHeader(status int)      { w.status = status }
func (w *bufferedResponse) Write(p []byte) (int, error) { return w.body.Write(p) }

// serveSSE serves the stream of an HTTP+SSE session.
func (h *HTTP) serveSSE(next http.Handler) http.Handler {
	isIdle := func(st *stream) bool { return h.cfg.SessionIdle > 0 && time.Since(st.used) > h.cfg.SessionIdle }
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.streams.serve(w, r, isIdle, next) })
}

// serveMessage accepts the messages of HTTP+SSE, which are answered on the
// stream.
func (h *HTTP) serveMessage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := parseMessage(bodyOf(r))
		if m.kind == invalidMessage {
			rejectMessage(w, m)
			return
		}
		id, isCall := r.URL.Query().Get("sessionId"), m.isRequest()
		switch err := h.streams.accept(id, callerOf(r.Context()).id, isCall); {
		case errors.Is(err, errDraining):
			rejectUnavailable(w, m.id, err)
			return
		case err != nil:
			http.Error(w, errNoSession.Error()+": open one at /sse", http.StatusNotFound)
			return
		case m.kind == responseMessage:
			// mcp-go v1.2.1 would answer a response. The server sends no requests, so
			// nothing waits for it.
			w.WriteHeader(http.StatusAccepted)
			return
		}
		status := &statusWriter{ResponseWriter: w}
		next.ServeHTTP(status, withBody(r, h.ids.replace(m, true)))
		if isCall && status.status != http.StatusAccepted {
			h.streams.callAnswered(id) // in this response, with an error
		}
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

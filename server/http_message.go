package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
)

// message is a JSON-RPC message that arrived over HTTP.
type message struct {
	id     json.RawMessage // as the caller wrote it; nil for a notification
	method string          // "" for a response
	params json.RawMessage
	body   []byte
}

// isRequest reports whether the message is a request, which needs a response.
func (m message) isRequest() bool { return m.method != "" && m.id != nil }

func (m message) is(method mcp.MCPMethod) bool { return m.method == string(method) }

// messageError is a message that is not valid JSON-RPC.
type messageError struct {
	id   json.RawMessage // of the message, if it could be read
	code int
	text string
}

func (e *messageError) Error() string { return e.text }

// parseMessage parses a message. It rejects those that mcp-go v1.2.1 answers
// without their id or not at all, because whoever counts the requests of a
// stream would wait for the answers forever.
func parseMessage(body []byte) (message, error) {
	var m struct {
		JSONRPC, ID, Method, Params, Result, Error json.RawMessage
	}
	if err := json.Unmarshal(body, &m); err != nil {
		if json.Valid(body) {
			return message{}, &messageError{code: mcp.INVALID_REQUEST, text: "the message is not a JSON object"}
		}
		return message{}, &messageError{code: mcp.PARSE_ERROR, text: "the message is not valid JSON"}
	}
	if bytes.Equal(m.ID, []byte("null")) {
		m.ID = nil
	}
	var version, method string
	switch {
	case m.ID != nil && !isRequestID(m.ID):
		return message{}, &messageError{code: mcp.INVALID_REQUEST, text: "id is neither a string nor a number"}
	case json.Unmarshal(m.JSONRPC, &version) != nil || version != mcp.JSONRPC_VERSION:
		return message{}, &messageError{m.ID, mcp.INVALID_REQUEST, `jsonrpc is not the string "2.0"`}
	case m.Method == nil && m.ID != nil && (m.Result != nil || m.Error != nil):
		return message{id: m.ID, body: body}, nil
	case json.Unmarshal(m.Method, &method) != nil || method == "":
		return message{}, &messageError{m.ID, mcp.INVALID_REQUEST, "method is missing or not a string"}
	case m.Result != nil || m.Error != nil:
		return message{}, &messageError{m.ID, mcp.INVALID_REQUEST, "a request has neither result nor error"}
	}
	return message{id: m.ID, method: method, params: m.Params}, nil
}

// isRequestID reports whether a JSON value is a string or a number.
func isRequestID(value json.RawMessage) bool {
	return value[0] == '"' || value[0] == '-' || '0' <= value[0] && value[0] <= '9'
}

// rejectMessage answers a message that parseMessage has rejected.
func rejectMessage(w http.ResponseWriter, err error) {
	e := &messageError{code: mcp.INVALID_REQUEST, text: err.Error()}
	errors.As(err, &e)
	writeError(w, http.StatusBadRequest, e.id, e.code, e.text)
}

// writeError writes a JSON-RPC error. A nil id is written as null.
func writeError(w http.ResponseWriter, status int, id json.RawMessage, code int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	//nolint:errcheck // the client is gone
	json.NewEncoder(w).Encode(mcp.NewJSONRPCError(mcp.NewRequestId(id), code, text, nil))
}

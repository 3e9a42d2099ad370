package server

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
)

// jsonRPCServerError is the code of errors that JSON-RPC leaves to servers.
const jsonRPCServerError = -32000

// rejectMessage answers an invalid message.
func rejectMessage(w http.ResponseWriter, m message) {
	writeError(w, http.StatusBadRequest, m.id, m.fault.Code, m.fault.Message)
}

// rejectUnavailable rejects a request because a quota is exhausted or the server
// is draining. A nil id is written as null.
func rejectUnavailable(w http.ResponseWriter, id json.RawMessage, err error) {
	h := w.Header()
	if h.Set("Retry-After", "30"); errors.Is(err, errDraining) {
		h.Set("Retry-After", "5")
		h.Set("Connection", "close")
	}
	writeError(w, http.StatusServiceUnavailable, id, jsonRPCServerError, err.Error())
}

// writeError writes a JSON-RPC error. A nil id is written as null.
func writeError(w http.ResponseWriter, status int, id json.RawMessage, code int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	//nolint:errcheck // the client is gone
	json.NewEncoder(w).Encode(mcp.NewJSONRPCError(mcp.NewRequestId(id), code, text, nil))
}

package server

import (
	"encoding/json"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
)

// rejectMessage answers an invalid message.
func rejectMessage(w http.ResponseWriter, m message) {
	writeError(w, http.StatusBadRequest, m.id, m.fault.Code, m.fault.Message)
}

// writeError writes a JSON-RPC error. A nil id is written as null.
func writeError(w http.ResponseWriter, status int, id json.RawMessage, code int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	//nolint:errcheck // the client is gone
	json.NewEncoder(w).Encode(mcp.NewJSONRPCError(mcp.NewRequestId(id), code, text, nil))
}

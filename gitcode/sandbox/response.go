package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
)

// response is what a handler returns.
type response struct {
	status int
	header map[string]int
	body   any // encoded as JSON; nil means an empty body
}

func ok(body any) response      { return response{status: http.StatusOK, body: body} }
func created(body any) response { return response{status: http.StatusCreated, body: body} }
func noContent() response       { return response{status: http.StatusNoContent} }

// errorResponse returns an error in the service's format. The code is the
// service's own and can differ from the HTTP status.
func errorResponse(status, code int, name, message string) response {
	trace := make([]byte, 16)
	rand.Read(trace) //nolint:errcheck // never returns an error
	return response{status: status, body: struct {
		Code    int    `json:"error_code"`
		Name    string `json:"error_code_name"`
		Message string `json:"error_message"`
		TraceID string `json:"trace_id"`
	}{code, name, message, hex.EncodeToString(trace)}}
}

func notFound(what string) response {
	return errorResponse(http.StatusNotFound, http.StatusNotFound, "NOT_FOUND", what+" Not Found")
}

func badParameter(name string) response {
	return errorResponse(http.StatusBadRequest, 1000, "PARAMETER_ERROR", "参数 :"+name+" 类型错误")
}

// missingToken returns 400, not 401, as the service's gateway does.
func missingToken() response {
	return errorResponse(http.StatusBadRequest, http.StatusBadRequest, "UN_KNOW", "Orchestration error: Invalid header parameter: private-token, required")
}

// wrongToken returns an error in the gateway's other format.
func wrongToken() response {
	return response{status: http.StatusUnauthorized, body: struct {
		Message string `json:"message"`
	}{"401 Unauthorized"}}
}

func (resp response) write(w http.ResponseWriter) {
	for name, n := range resp.header {
		w.Header()[name] = []string{strconv.Itoa(n)} // Set would make the name canonical, unlike the service
	}
	if resp.body == nil {
		w.WriteHeader(resp.status)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(resp.status)
	json.NewEncoder(w).Encode(resp.body) //nolint:errcheck // fails only if the client is gone
}

// decodeBody decodes a JSON request body and reports whether it is valid.
func decodeBody(r *http.Request, v any) bool {
	return json.NewDecoder(r.Body).Decode(v) == nil
}

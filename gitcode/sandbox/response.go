package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
)

// response is what a handler returns.
type response struct {
	status int
	header map[string]int
	body   any // encoded as JSON, except for a page; nil means an empty body
}

// page is the body of a response in HTML.
type page string

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

// exists returns a conflict, whose HTTP status is that of a bad request.
func exists(what string) response {
	return errorResponse(http.StatusBadRequest, http.StatusConflict, "CONFLICT", what+" already exists")
}

//go:noinline
func badParameter(name string) response {
	return errorResponse(http.StatusBadRequest, 1000, "PARAMETER_ERROR", "参数 :"+name+" 类型错误")
}

// missingToken returns 400, not 401, as the service's gateway does.
func missingToken() response {
	return errorResponse(http.StatusBadRequest, http.StatusBadRequest, "UN_KNOW", "Orchestration error: Invalid header parameter: private-token, required")
}

// unknownToken returns 404, which blames the path for what is the fault of the
// token, and has no trace_id, as from the service.
func unknownToken() response {
	return response{status: http.StatusNotFound, body: struct {
		Code    int    `json:"error_code"`
		Name    string `json:"error_code_name"`
		Message string `json:"error_message"`
	}{http.StatusNotFound, "error", "404, token not found"}}
}

// forbidden returns an error that blames the token for a field or a change that
// its owner lacks the permission for.
func forbidden() response {
	return errorResponse(http.StatusBadRequest, http.StatusBadRequest, "FORBIDDEN", "CH.00000403 apig token has not permission to request url")
}

// tooManyRequests asks for a longer pause than most clients wait by themselves.
func tooManyRequests() response {
	resp := errorResponse(http.StatusTooManyRequests, http.StatusTooManyRequests, "TOO_MANY_REQUESTS", "too many requests")
	resp.header = map[string]int{"Retry-After": 30}
	return resp
}

func badGateway() response {
	return response{status: http.StatusBadGateway, body: page("<html><body><h1>502 Bad Gateway</h1></body></html>\n")}
}

func internalError(err error) response {
	return errorResponse(http.StatusInternalServerError, http.StatusInternalServerError, "INTERNAL", err.Error())
}

func (resp response) write(w http.ResponseWriter) {
	for name, n := range resp.header {
		w.Header()[name] = []string{strconv.Itoa(n)} // Set would make the name canonical, unlike the service
	}
	if resp.body == nil {
		w.WriteHeader(resp.status)
		return
	}
	if html, isPage := resp.body.(page); isPage {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(resp.status)
		io.WriteString(w, string(html)) //nolint:errcheck // fails only if the client is gone
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(resp.status)
	json.NewEncoder(w).Encode(resp.body) //nolint:errcheck // fails only if the client is gone
}

package gitcode

import (
	"net/http"
	"net/url"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// responseError describes an unsuccessful response. GitCode and its gateway
// write different bodies, and proxies in between write HTML, plain text or
// nothing.
func responseError(status int, header http.Header, body []byte) *rest.Error {
	var wire struct {
		Code        Int  `json:"error_code"`
		Name        Text `json:"error_code_name"`
		Message     Text `json:"error_message"`
		Gateway     Text `json:"message"`
		OAuth       Text `json:"error"`
		Description Text `json:"error_description"`
		TraceID     Text `json:"trace_id"`
	}
	e := &rest.Error{Status: status}
	if err := lenient.Decode(body, &wire); err != nil {
		e.Message = rest.Excerpt(body)
	} else {
		e.Code, e.Name, e.TraceID = int(wire.Code), string(wire.Name), string(wire.TraceID)
		for _, m := range []Text{wire.Message, wire.Gateway, wire.Description, wire.OAuth} {
			if m != "" {
				e.Message = string(m)
				break
			}
		}
		if e.Message == "" && e.Code == 0 {
			e.Message = rest.Excerpt(body)
		}
	}
	e.Class = classify(status, e.Code, e.Message)
	if to, err := url.Parse(header.Get("Location")); e.Class == rest.Moved && err == nil && to.Path != "" {
		e.Message = "moved to " + to.Path
	}
	return e
}

// notExist is the error_code of NOT_EXIST.
const notExist = 1003

// classify goes by the message first, then by an error_code that contradicts a
// plain 400, then by the status: GitCode responds 400 to a missing token, to a
// conflict, to a missing permission and to an unknown repository alike, and 404
// to an invalid token.
func classify(status, code int, message string) rest.Class {
	words := strings.ToLower(message)
	switch {
	case strings.Contains(words, "private-token"), strings.Contains(words, "401 unauthorized"), strings.Contains(words, "token not found"):
		return rest.Unauthenticated
	case strings.Contains(words, "no scopes"), strings.Contains(words, "ch.00000403"),
		strings.Contains(words, "apig token"), strings.Contains(words, "403 forbidden"):
		return rest.Forbidden
	case code == notExist, strings.Contains(words, "org not found"), strings.Contains(words, "project not found"), strings.Contains(words, "项目不存在"):
		return rest.NotFound
	}
	if status == http.StatusBadRequest && http.StatusText(code) != "" && code > status {
		status = code
	}
	return rest.ClassOf(status)
}

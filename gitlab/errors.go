package gitlab

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// responseError describes an unsuccessful response. Proxies in front of GitLab
// write HTML, plain text or nothing.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/rest/#data-validation-and-error-reporting
func responseError(status int, header http.Header, body []byte) *rest.Error {
	var wire struct {
		Message     json.RawMessage `json:"message"`
		Error       json.RawMessage `json:"error"`
		Description lenient.Text    `json:"error_description"`
		Scope       lenient.Text    `json:"scope"`
	}
	e := &rest.Error{Status: status, Class: rest.ClassOf(status)}
	if lenient.Decode(body, &wire) == nil {
		words := rest.Join(": ", wordsOf(wire.Message), wordsOf(wire.Error), string(wire.Description))
		e.Message = strings.TrimPrefix(words, strconv.Itoa(status)+" ") // "404 Project Not Found"
	}
	if e.Message == "" {
		e.Message = rest.Excerpt(body)
	}
	switch status {
	case http.StatusForbidden:
		if wire.Scope != "" {
			e.Message = strings.TrimSuffix(e.Message, ".") + "; the token needs one of the scopes " + string(wire.Scope)
		}
	case http.StatusMethodNotAllowed:
		if strings.Contains(e.Message, "moved projects") {
			e.Class = rest.Moved
		}
	case http.StatusUnavailableForLegalReasons:
		e.Class = rest.Forbidden
	case http.StatusTooManyRequests:
		e.RetryAfter, _ = rest.RetryAfter(header, time.Now())
	}
	if place := rest.PathOf(header.Get("Location")); e.Class == rest.Moved && place != "" {
		e.Message = "moved to " + place
	}
	return e
}

// maxReasons is the most reasons that a message repeats.
const maxReasons = 10

// wordsOf returns what a member of an error says: a text, a list of texts, or an
// object with such lists for each field.
func wordsOf(member json.RawMessage) string {
	return strings.Join(reasons(member, 3), "; ")
}

// reasons returns the texts in a member, to a depth.
func reasons(member json.RawMessage, depth int) []string {
	if text := lenient.Scalar(member); text != "" {
		return []string{text}
	}
	var list []string
	var elements []json.RawMessage
	var fields map[string]json.RawMessage
	switch {
	case depth == 0:
	case json.Unmarshal(member, &elements) == nil:
		for _, element := range elements[:min(len(elements), maxReasons)] {
			list = append(list, reasons(element, depth-1)...)
		}
	case json.Unmarshal(member, &fields) == nil:
		names := slices.Sorted(maps.Keys(fields))
		for _, field := range names[:min(len(names), maxReasons)] {
			for _, reason := range reasons(fields[field], depth-1) {
				if field != "base" && field != "error" { // which are no parameters
					reason = field + " " + reason
				}
				list = append(list, reason)
			}
		}
	}
	return list[:min(len(list), maxReasons)]
}

// invalid returns the error for arguments that need no request to be rejected, or
// only reads.
func invalid(message string) error { return rest.InvalidArguments("", message) }

package github

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// responseError describes an unsuccessful response. Proxies in front of GitHub
// write HTML, plain text or nothing.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/using-the-rest-api/troubleshooting-the-rest-api
func responseError(status int, header http.Header, body []byte) *rest.Error {
	var wire struct {
		Message lenient.Text    `json:"message"`
		Errors  json.RawMessage `json:"errors"`
		URL     lenient.Text    `json:"url"`
		Block   struct {
			Reason lenient.Text `json:"reason"`
		} `json:"block"`
	}
	e := &rest.Error{Status: status, Class: rest.ClassOf(status)}
	if lenient.Decode(body, &wire) != nil || wire.Message == "" && len(wire.Errors) == 0 {
		e.Message = rest.Excerpt(body)
	} else {
		e.Message = rest.Join(": ", string(wire.Message), strings.Join(reasons(wire.Errors), "; "), string(wire.Block.Reason))
	}
	if wait, limited := rateLimit(status, header, e.Message, time.Now()); limited {
		e.Class, e.RetryAfter = rest.RateLimited, wait
		return e
	}
	switch status {
	case http.StatusForbidden:
		e.Message = rest.Join("; ", strings.TrimSuffix(e.Message, "."), permissions(header))
	case http.StatusUnavailableForLegalReasons:
		e.Class = rest.Forbidden
	case http.StatusGone:
		e.Message = cmp.Or(e.Message, "issues are disabled in the repository, or the issue was deleted")
	}
	if e.Class == rest.Moved {
		if place := rest.PathOf(cmp.Or(string(wire.URL), header.Get("Location"))); place != "" {
			e.Message = "moved to " + place
			if status == http.StatusMultipleChoices || status == http.StatusFound { // a login page, say
				e.Message = "redirected to " + place
			}
		}
	}
	return e
}

// maxReasons is the most reasons that a message repeats.
const maxReasons = 10

// reasons says in a few words each why GitHub rejected a request.
func reasons(errors json.RawMessage) []string {
	if lenient.First(errors) != '[' {
		errors = slices.Concat([]byte("["), errors, []byte("]")) // sometimes it is one text
	}
	var list []string
	for i, element := range lenient.Elements(errors) {
		if i == maxReasons {
			break
		}
		if text := lenient.Scalar(element); text != "" {
			list = append(list, text)
			continue
		}
		var reason struct {
			Resource lenient.Text    `json:"resource"`
			Field    lenient.Text    `json:"field"`
			Code     lenient.Text    `json:"code"`
			Message  lenient.Text    `json:"message"`
			Value    json.RawMessage `json:"value"`
		}
		if lenient.Decode(element, &reason) != nil {
			continue
		}
		subject := cmp.Or(string(reason.Field), string(reason.Resource))
		if text := string(reason.Message); text != "" {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(subject)) {
				text = rest.Join(": ", subject, text)
			}
			list = append(list, text)
			continue
		}
		if value := lenient.Scalar(reason.Value); value != "" {
			subject = rest.Join(" ", subject, strconv.Quote(rest.Excerpt([]byte(value))))
		}
		if text := rest.Join(" ", subject, meaningOf(string(reason.Code))); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// meaningOf returns what a code says of a field.
func meaningOf(code string) string {
	switch code {
	case "missing":
		return "does not exist"
	case "missing_field":
		return "is missing"
	case "invalid":
		return "is invalid"
	case "already_exists":
		return "already exists"
	case "unprocessable":
		return "cannot be processed"
	case "custom":
		return "is not accepted"
	}
	return code
}

// permissions says what the token lacks, as far as a 403 does.
func permissions(header http.Header) string {
	if _, address, found := strings.Cut(header.Get("X-GitHub-SSO"), "url="); found {
		// The query of the address is a secret that expires.
		if u, err := url.Parse(strings.TrimSpace(address)); err == nil && u.Scheme == "https" && u.User == nil && u.Host != "" {
			return fmt.Sprintf("authorize the token for single sign-on at https://%s%s", u.Host, u.EscapedPath())
		}
	}
	if header.Get("X-GitHub-SSO") != "" {
		return "authorize the token for single sign-on"
	}
	if needed := header.Get("X-Accepted-GitHub-Permissions"); needed != "" {
		return "the token needs the permissions " + needed
	}
	return ""
}

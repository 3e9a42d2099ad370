package gitcode

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// Class is the kind of an [Error]: what a caller can do about it.
type Class string

// The classes of errors.
const (
	Unauthenticated Class = "unauthenticated" // no token, or one GitCode does not know
	Forbidden       Class = "forbidden"       // a token without the right or the scope
	NotFound        Class = "not found"
	Conflict        Class = "conflict"
	Invalid         Class = "invalid" // arguments refused, by us or by GitCode
	RateLimited     Class = "rate limited"
	Firewall        Class = "refused by the firewall"
	Moved           Class = "moved"
	Unavailable     Class = "unavailable"
	Cancelled       Class = "cancelled" // by the caller
	Malformed       Class = "malformed answer"
	OutcomeUnknown  Class = "outcome unknown" // a write that may have happened
)

// Error is a failed operation. Its text is a sentence that says what failed,
// what GitCode answered and what to do next; it never holds an address or a
// token.
type Error struct {
	Class    Class
	Endpoint string // the operation as documented, "GET /repos/{owner}/{repo}/issues/{number}"
	Status   int    // HTTP status; 0 when there was no answer
	Code     int    // error_code of the answer
	Name     string // error_code_name of the answer
	Message  string // GitCode's own words, or ours where it said nothing
	TraceID  string // for GitCode's support
	// RetryAfter is how long to wait before another attempt, where that is known.
	RetryAfter time.Duration
	Err        error // what caused it, where that is an error

	plain bool // the message says what Err does, in better words
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Endpoint)
	if e.Status != 0 {
		fmt.Fprintf(&b, " answered %d", e.Status)
		if e.Message == "" {
			b.WriteString(" " + http.StatusText(e.Status))
		}
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Err != nil && !e.plain {
		b.WriteString(": " + e.Err.Error())
	}
	var details []string
	if e.Code != 0 || e.Name != "" {
		details = append(details, strings.TrimSpace(fmt.Sprintf("error_code %d %s", e.Code, e.Name)))
	}
	if e.TraceID != "" {
		details = append(details, "trace_id "+e.TraceID)
	}
	if len(details) > 0 {
		b.WriteString(" (" + strings.Join(details, ", ") + ")")
	}
	if hint := e.hint(); hint != "" {
		b.WriteString(". " + hint)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// TokenHelp tells where a token is made.
const TokenHelp = "a token is made on gitcode.com under Personal Settings, Access Tokens " +
	"(https://docs.gitcode.com/en/docs/help/home/user_center/security_management/user_pat)"

// hint is what to do next.
func (e *Error) hint() string {
	switch e.Class {
	case Unauthenticated:
		return "Set GITCODE_TOKEN to a valid token (where users bring their own, send it in X-GitCode-Token); " + TokenHelp + "."
	case Forbidden:
		if _, scope, ok := strings.Cut(e.Message, "scopes:"); ok {
			scope, _, _ = strings.Cut(scope, " ")
			return "The token lacks the scope " + scope + ": make one that has it (Personal Settings, Access Tokens)."
		}
		if strings.Contains(e.Message, "apig token") {
			return "The token lacks a scope: make one with the scopes for issues and projects, to write too (Personal Settings, Access Tokens)."
		}
		return "The token's owner may not do this: ask for access to the repository, or use another token."
	case NotFound:
		return "Check " + strings.Join(pathNames(e.Endpoint), ", ") + ". GitCode answers 404 also where the token lacks permission, and for a moment after something was created."
	case Conflict:
		return "It was changed meanwhile or exists already: read it again before another attempt."
	case Invalid:
		if e.Status != 0 {
			return "Correct the arguments; the same call will be refused again."
		}
	case RateLimited:
		if e.RetryAfter > 0 {
			return "Call again in " + seconds(e.RetryAfter) + "."
		}
		return "The limit is 50 requests a minute and 4,000 an hour for each user: wait a minute, then call again."
	case Firewall:
		return "GitCode's firewall finds the content unsafe: reword it, or leave out the part that looks like an attack (scripts, SQL, shell commands)."
	case Moved:
		return "The repository or issue has moved: call again with its present owner and name."
	case Unavailable:
		if e.RetryAfter > 0 {
			return "Call again in " + seconds(e.RetryAfter) + "."
		}
		return "GitCode cannot be reached or cannot answer now: try again in a minute."
	case Malformed:
		return "The answer was not what GitCode documents: try again, with a smaller per_page if it is a list."
	case OutcomeUnknown:
		return "It may have happened: look before you repeat it."
	}
	return ""
}

// pathNames returns the names that stand in braces in an endpoint.
func pathNames(endpoint string) []string {
	var names []string
	for part := range strings.SplitSeq(endpoint, "{") {
		if name, _, ok := strings.Cut(part, "}"); ok {
			names = append(names, name)
		}
	}
	return names
}

// seconds writes a wait, rounded up to whole seconds.
func seconds(d time.Duration) string {
	return (d + time.Second - 1).Truncate(time.Second).String()
}

// answerError reads a failed answer. GitCode's own bodies, its gateway's and
// bodies that are neither (HTML, plain text, nothing) all occur.
func answerError(status int, header http.Header, body []byte) *Error {
	var wire struct {
		Code     Int  `json:"error_code"`
		Name     Text `json:"error_code_name"`
		Message  Text `json:"error_message"`
		Gateway  Text `json:"message"`
		OAuth    Text `json:"error"`
		LongText Text `json:"error_description"`
		TraceID  Text `json:"trace_id"`
	}
	e := &Error{Status: status, RetryAfter: retryAfter(header.Get("Retry-After"), time.Now())}
	if err := json.Unmarshal(body, &wire); err != nil {
		e.Message = excerpt(body)
	} else {
		e.Code, e.Name, e.TraceID = int(wire.Code), string(wire.Name), string(wire.TraceID)
		for _, m := range []Text{wire.Message, wire.Gateway, wire.LongText, wire.OAuth} {
			if m != "" {
				e.Message = excerpt([]byte(m))
				break
			}
		}
		if e.Message == "" && e.Code == 0 {
			e.Message = excerpt(body)
		}
	}
	e.Class = classify(status, e.Code, e.Message)
	if to, err := url.Parse(header.Get("Location")); e.Class == Moved && err == nil && to.Path != "" {
		e.Message = "it is now at " + excerpt([]byte(to.Path))
	}
	return e
}

// classify judges by the words first, then by error_code where it
// contradicts a plain 400, then by the status: GitCode answers 400 for a
// missing token, for a conflict and for a refused permission alike.
func classify(status, code int, message string) Class {
	words := strings.ToLower(message)
	switch {
	case strings.Contains(words, "private-token"), strings.Contains(words, "401 unauthorized"):
		return Unauthenticated
	case strings.Contains(words, "no scopes"), strings.Contains(words, "ch.00000403"),
		strings.Contains(words, "apig token"), strings.Contains(words, "403 forbidden"):
		return Forbidden
	}
	if status == http.StatusBadRequest && http.StatusText(code) != "" && code > status {
		status = code
	}
	switch {
	case status == http.StatusUnauthorized:
		return Unauthenticated
	case status == http.StatusForbidden:
		return Forbidden
	case status == http.StatusNotFound, status == http.StatusGone:
		return NotFound
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return Conflict
	case status == http.StatusTeapot:
		return Firewall
	case status == http.StatusTooManyRequests:
		return RateLimited
	case status >= 500:
		return Unavailable
	case status >= 300 && status < 400:
		return Moved
	}
	return Invalid
}

// excerpt returns the beginning of a body on one line.
func excerpt(body []byte) string {
	const most = 300
	s := string(bytes.Join(bytes.Fields(bytes.ToValidUTF8(body, nil)), []byte(" ")))
	if len(s) <= most {
		return s
	}
	cut := most
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

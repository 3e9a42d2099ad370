package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Class is the kind of an [Error]. Audit logs contain it, so it does not change.
type Class string

// The classes of errors.
const (
	Unauthenticated   Class = "unauthenticated" // no token, or one that the service does not accept
	Forbidden         Class = "forbidden"       // the token lacks a scope, or its owner a permission
	NotFound          Class = "not_found"
	Conflict          Class = "conflict"
	Invalid           Class = "invalid" // arguments rejected, by this package or by the service
	RateLimited       Class = "rate_limited"
	ContentBlocked    Class = "content_blocked" // by a firewall in front of the service
	Moved             Class = "moved"
	Unavailable       Class = "unavailable"
	Canceled          Class = "canceled" // by the caller
	MalformedResponse Class = "malformed_response"
	ForbiddenByPolicy Class = "forbidden_by_policy" // by a Guard
	OutcomeUnknown    Class = "outcome_unknown"     // a write that may have been carried out
)

// Error is a failed call. This package adds no address and no token to the text;
// the service's own words may contain anything.
type Error struct {
	Class      Class
	Endpoint   string        // as documented, "GET /repos/{owner}/{repo}"
	Status     int           // HTTP status; 0 if there was no response
	Code       int           // the service's own code, if any
	Name       string        // the service's own name for it, if any
	Message    string        // the service's own words, or this package's if there are none
	TraceID    string        // for the service's support, if any
	RetryAfter time.Duration // how long to wait before another attempt; 0 if unknown
	NotSent    bool          // no request of the call has left
	Rule       string        // the name of the rule with which a Guard refused it
	Paused     bool          // RateLimited by the service, which said so before; not by the local rates
	Fields     []string      // the names of the members in the body of a write
	Problem    Problem       // why there is no connection, if the user can solve it
	Err        error         // the cause, or nil; its text may contain addresses
}

// Error returns what failed and what the service responded.
func (e *Error) Error() string {
	if e.NotSent {
		return "not sent: " + e.Message
	}
	var b strings.Builder
	b.WriteString(e.Endpoint)
	if e.Status != 0 {
		fmt.Fprintf(&b, " returned %d", e.Status)
		if e.Message == "" {
			b.WriteString(" " + http.StatusText(e.Status))
		}
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
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
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// class returns the class of an error, or "" if it is nil.
func (e *Error) class() Class {
	if e == nil {
		return ""
	}
	return e.Class
}

// ErrorClass returns the class of an error, or "" if it wraps no Error.
func ErrorClass(err error) Class {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class
	}
	return ""
}

// ClassOf returns the class of an HTTP status that is not a success.
func ClassOf(status int) Class {
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
		return ContentBlocked
	case status == http.StatusTooManyRequests:
		return RateLimited
	case status >= 500:
		return Unavailable
	case status >= 300 && status < 400:
		return Moved
	}
	return Invalid
}

// InvalidArguments returns the error for arguments that no request can carry.
//
//go:noinline
func InvalidArguments(endpoint, message string) error {
	return &Error{Class: Invalid, Endpoint: endpoint, Message: message, NotSent: true}
}

func notSent(ctx context.Context) *Error {
	return &Error{Class: Canceled, NotSent: true, Message: "canceled", Err: context.Cause(ctx)}
}

// The maximum lengths of what an Error contains of a response, in bytes. A model
// reads all of it.
const (
	maxMessage = 300
	maxDetail  = 100
)

// clean removes the token from the service's own words, and cuts them to one
// short line each.
func (e *Error) clean(token string) {
	e.Message = excerpt(redact(e.Message, token), maxMessage)
	e.Name = excerpt(redact(e.Name, token), maxDetail)
	e.TraceID = excerpt(redact(e.TraceID, token), maxDetail)
}

func redact(text, token string) string {
	if token == "" {
		return text
	}
	return strings.ReplaceAll(text, token, "[token removed]")
}

// Excerpt returns the beginning of a text on one line, at most 300 bytes long,
// as valid UTF-8 without control characters.
func Excerpt(text []byte) string {
	return excerpt(string(text[:min(len(text), 10*maxMessage)]), maxMessage)
}

func excerpt(text string, limit int) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		word = strings.ToValidUTF8(word, "")
		if word == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
		if b.Len() > limit {
			end := limit
			for !utf8.RuneStart(b.String()[end]) {
				end--
			}
			return strings.TrimSuffix(b.String()[:end], " ") + "…"
		}
	}
	return b.String()
}

// Join joins the texts that are not empty.
func Join(separator string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), separator)
}

// PathOf returns the path of an address, without anything that could contain a
// secret, or "" if it is too long to repeat.
func PathOf(address string) string {
	const most = 200
	u, err := url.Parse(address)
	if err != nil || len(u.EscapedPath()) > most {
		return ""
	}
	return u.Path // as written it could spell the token with escapes
}

package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-resty/resty/v2"
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
	OutcomeUnknown    Class = "outcome_unknown" // a write that may have been carried out
)

// Error is a failed call. Its text contains no address and no token.
type Error struct {
	Class      Class
	Endpoint   string        // as documented, "GET /repos/{owner}/{repo}"
	Status     int           // HTTP status; 0 if there was no response
	Code       int           // the service's own code, if any
	Name       string        // the service's own name for it, if any
	Message    string        // the service's own words, or this package's if there are none
	TraceID    string        // for the service's support, if any
	RetryAfter time.Duration // how long to wait before another attempt; 0 if unknown
	Err        error         // the cause, or nil
	NotSent    bool          // the request was not sent

	hidesCause bool // Message already says what Err says
}

// Error returns what failed and what the service responded.
func (e *Error) Error() string {
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
	if e.Err != nil && !e.hidesCause {
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
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

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

func notSent(ctx context.Context) *Error {
	return &Error{Class: Canceled, Message: "not sent: canceled", Err: context.Cause(ctx), hidesCause: true}
}

// connectionError says why there was no response. It leaves out the URL, which
// the standard library's errors contain.
func connectionError(ctx context.Context, err error) *Error {
	if urlErr, ok := errors.AsType[*url.Error](err); ok {
		err = urlErr.Err
	}
	e := &Error{Class: Unavailable, Message: "no response", Err: err}
	var timeout net.Error
	switch {
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		e.Class, e.Message, e.hidesCause = MalformedResponse, fmt.Sprintf("the response is larger than %d MiB", maxResponse>>20), true
	case errors.Is(context.Cause(ctx), errNoTimeLeft), ctx.Err() == nil && errors.As(err, &timeout) && timeout.Timeout():
		e.Message, e.hidesCause = "no response in time", true
	case ctx.Err() != nil:
		e.Class, e.Message, e.Err, e.hidesCause = Canceled, "canceled", context.Cause(ctx), true
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Message, e.hidesCause = "the response was truncated", true
	}
	return e
}

// Excerpt returns the beginning of a text on one line, at most 300 bytes long,
// as valid UTF-8.
func Excerpt(text []byte) string {
	const limit = 300
	text = bytes.TrimSpace(text)
	text = text[:min(len(text), 10*limit)] // a response can have megabytes
	s := string(bytes.Join(bytes.Fields(bytes.ToValidUTF8(text, nil)), []byte(" ")))
	if len(s) <= limit {
		return s
	}
	end := limit
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"
)

// Call sends params to endpoint, a method and a path such as
// "GET /repos/{owner}/{repo}", and returns the decoded response. See [Do] for
// responses without a body.
func Call[R any](ctx context.Context, c *Client, endpoint string, params any) (R, error) {
	req, err := NewRequest(endpoint, params)
	if err != nil {
		var zero R
		return zero, err
	}
	result, _, err := Do[R](ctx, c, req)
	return result, err
}

// Send is like Call but discards the response.
func Send(ctx context.Context, c *Client, endpoint string, params any) error {
	_, err := Call[json.RawMessage](ctx, c, endpoint, params)
	return err
}

// Response is a successful response.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do sends a request and returns the response, also decoded as an R.
//
// If R has a method IsEmpty() bool that returns true, the response did not
// contain an R. That is an error for a read. A write succeeds nevertheless, and
// so does one with an empty response: Do then returns the zero R.
//
// A successful response can contain the service's own error. Forge.Decode then
// returns an *Error, with which the call fails.
//
// In a dry run Do sends reads only. It plans a write and returns the zero R.
func Do[R any](ctx context.Context, c *Client, req *Request) (R, *Response, error) {
	var zero R
	if plan := c.plan(ctx); plan != nil && req.Method != http.MethodGet {
		plan.add(req)
		return zero, &Response{Status: http.StatusNoContent}, nil
	}
	deadline := time.Now().Add(c.maxWait)
	for number := 1; ; number++ {
		response, failure := c.attempt(ctx, req, number, deadline)
		if failure == nil {
			var result R
			if result, failure = decode[R](c, req, response); failure == nil {
				return result, response, nil
			}
		}
		if !waitForRetry(ctx, failure, req.Method, number, deadline) {
			failure.Endpoint = req.Endpoint
			return zero, nil, failure
		}
	}
}

// attempt sends a request once, as soon as the limiter allows it.
func (c *Client) attempt(ctx context.Context, req *Request, number int, deadline time.Time) (*Response, *Error) {
	token := c.Token(ctx)
	if token == "" {
		return nil, &Error{Class: Unauthenticated, Message: "not sent: there is no token"}
	}
	start, limiter := time.Now(), c.limiters.forToken(token)
	if err := limiter.acquire(ctx, deadline); err != nil {
		return nil, err
	}
	defer limiter.release()
	if err := limiter.wait(ctx, deadline); err != nil {
		return nil, err
	}
	waited := time.Since(start)
	ctx = context.WithValue(ctx, limiterKey{}, limiter)
	if number > 1 { // the first attempt may use its whole timeout, the others what is left
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, deadline, errNoTimeLeft)
		defer cancel()
	}
	response, err := c.send(ctx, req, token)
	attempt := Attempt{Number: number, Waited: waited}
	if err != nil {
		attempt.Status = err.Status
	} else {
		attempt.Status = response.Status
	}
	c.observe(attempt)
	return response, err
}

// send sends a request.
func (c *Client) send(ctx context.Context, req *Request, token string) (*Response, *Error) {
	var connected atomic.Bool // from here on the request may arrive
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	r := c.http.R().SetContext(ctx).SetQueryParamsFromValues(req.Query)
	c.forge.Authorize(r.Header, token)
	if req.Body != nil {
		r.SetHeader("Content-Type", "application/json").SetBody(req.Body)
	}
	resp, err := r.Execute(req.Method, req.Path)
	var failure *Error
	switch {
	case err != nil:
		failure = connectionError(ctx, err)
	case !resp.IsSuccess():
		failure = c.forge.Error(resp.StatusCode(), resp.Header(), resp.Body())
		failure.Status = resp.StatusCode()
		failure.RetryAfter = retryAfter(resp.Header().Get("Retry-After"), time.Now())
	default:
		return &Response{Status: resp.StatusCode(), Header: resp.Header(), Body: bytes.TrimSpace(resp.Body())}, nil
	}
	if req.Method != http.MethodGet && (failure.Status == 0 && connected.Load() || failure.Status >= 500) {
		failure.Class = OutcomeUnknown
	}
	return nil, failure
}

// decode decodes a successful response. A write whose response is empty or
// contains something else was carried out and yields the zero R: services do
// respond so. A body that is not JSON may come from something else than the
// service, such as a proxy, so the outcome of a write is then unknown.
func decode[R any](c *Client, req *Request, response *Response) (R, *Error) {
	var result, zero R
	err := c.forge.Decode(response.Body, &result)
	if r, ok := any(result).(interface{ IsEmpty() bool }); err == nil && ok && r.IsEmpty() {
		err = errors.New("the response does not contain the requested object")
	}
	if err == nil {
		return result, nil
	}
	write := req.Method != http.MethodGet
	if failure, ok := errors.AsType[*Error](err); ok {
		failure.Status = response.Status
		if write && failure.Class == Unavailable {
			failure.Class = OutcomeUnknown
		}
		return zero, failure
	}
	class := MalformedResponse
	if write {
		var raw json.RawMessage
		if len(response.Body) == 0 || c.forge.Decode(response.Body, &raw) == nil {
			return zero, nil
		}
		class = OutcomeUnknown
	}
	message := "the response is empty"
	if len(response.Body) > 0 {
		message = err.Error()
		if _, ok := errors.AsType[*json.SyntaxError](err); ok {
			message = "the response is not JSON"
		}
		message += "; it starts with " + strconv.Quote(Excerpt(response.Body))
	}
	return zero, &Error{Class: class, Status: response.Status, Message: message, Err: err, hidesCause: true}
}

package rest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// Call sends params to endpoint, a method and a path such as
// "GET /repos/{owner}/{repo}", and returns the decoded response, or nil and an
// error. See [Do] for responses without a body.
func Call[R any](ctx context.Context, c *Client, endpoint string, params any) (*R, error) {
	result := new(R)
	if err := c.call(ctx, endpoint, params, result); err != nil {
		return nil, err
	}
	return result, nil
}

// call is Call without type parameters.
func (c *Client) call(ctx context.Context, endpoint string, params, result any) error {
	req, err := NewRequest(endpoint, params)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, req, result, false)
	return err
}

// Send is like Call but discards the response.
func Send(ctx context.Context, c *Client, endpoint string, params any) error {
	return c.call(ctx, endpoint, params, new(json.RawMessage))
}

// Response is a successful response.
type Response struct {
	Status int
	Header http.Header
	Body   []byte // without a byte order mark and the white space around it; must not be changed
}

// Do sends a request and returns the response, also decoded as an R. Both are nil after
// an error.
//
// If R has a method IsEmpty and it returns true, the response contains no R. A
// read then fails. A write succeeds and yields the zero R, as it does for an
// empty response.
//
// A successful response can contain the service's own error. Forge.Decode then
// returns an *Error, with which the call fails.
//
// In a dry run Do sends reads only. It plans a write and returns the zero R.
func Do[R any](ctx context.Context, c *Client, req *Request) (*R, *Response, error) {
	result := new(R)
	response, err := c.do(ctx, req, result, true)
	if err != nil {
		return nil, nil, err
	}
	return result, response, nil
}

// exchange is a request, and what to do with the response to it.
type exchange struct {
	*Request
	token    string
	deadline time.Time
	result   any  // a pointer to a zero value, which stays zero if the request fails
	keepBody bool // whether the Response has a Body
}

// do is Do without type parameters, which would multiply the code. The result is
// a pointer to a zero value, and stays zero if do fails. The Response has a Body
// only if that is kept: the buffer of another is used again.
func (c *Client) do(ctx context.Context, req *Request, result any, keepBody bool) (*Response, error) {
	if refusal := c.check(ctx, req); refusal != nil {
		return nil, refusal
	}
	if plan := c.plan(ctx); plan != nil && req.IsWrite() {
		plan.add(req)
		return &Response{Status: http.StatusNoContent}, nil
	}
	kept := c.kept(ctx)
	x := &exchange{Request: req, token: c.Token(ctx), deadline: time.Now().Add(c.maxWait), result: result, keepBody: keepBody || kept != nil}
	if response := kept.take(req); response != nil {
		if failure := c.decode(req, response, x.token, result); failure != nil {
			return nil, failure // it was decoded before
		}
		return response, nil
	}
	sent := false
	for number := 1; ; number++ {
		response, failure := c.attempt(ctx, x, number)
		if failure == nil {
			kept.keep(req, response)
			return response, nil
		}
		sent = sent || !failure.NotSent
		failure.NotSent = !sent
		if number == 1 && req.Method != http.MethodGet {
			// A write whose timeout would be cut short could end with an unknown
			// outcome, so it is sent again only if all of it remains.
			x.deadline = x.deadline.Add(-c.timeout)
		}
		if !waitForRetry(ctx, failure, req.Method, number, x.deadline) {
			failure.Endpoint, failure.Fields = req.Endpoint, req.fields()
			return nil, failure
		}
	}
}

// attempt sends a request once, follows the redirects of a read, and decodes the
// response into the result. Each request waits for the limiter, and is in flight
// until the response is decoded.
func (c *Client) attempt(ctx context.Context, x *exchange, number int) (*Response, *Error) {
	if x.token == "" && (!c.forge.Anonymous || x.Method != http.MethodGet) {
		return nil, noToken()
	}
	address := c.address(x.Path)
	if len(x.Query) > 0 {
		address += "?" + x.Query.Encode()
	}
	for redirects := 0; ; redirects++ {
		start := time.Now()
		admission, err := c.limiters.forToken(x.token).acquire(ctx, x.deadline)
		if err != nil {
			err.NotSent = redirects == 0
			return nil, err
		}
		attempt := Attempt{Endpoint: x.Endpoint, Number: number, Redirects: redirects, Waited: time.Since(start)}
		var end func(int, Class)
		if c.trace != nil {
			end = c.trace(ctx, attempt)
		}
		response, next, err := c.send(ctx, x, address, &attempt, admission)
		if end != nil {
			end(attempt.Status, err.class())
		}
		if err != nil {
			err.NotSent = err.NotSent && redirects == 0
		}
		c.observe(attempt)
		if next == "" || redirects == maxRedirects {
			return response, err
		}
		if refusal := c.checkRedirect(ctx, next, x.Endpoint); refusal != nil {
			return nil, refusal
		}
		address = next
	}
}

// send sends a request that the limiter has admitted to an address, and decodes
// the response, whose status it adds to the attempt. If that is a redirect that
// may be followed, send also returns its target.
func (c *Client) send(ctx context.Context, x *exchange, address string, attempt *Attempt, admission *admission) (_ *Response, next string, _ *Error) {
	defer admission.release()
	req, token := x.Request, x.token
	if attempt.Number > 1 && req.Method == http.MethodGet { // the first attempt may use its whole timeout, the others what is left
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, x.deadline, errNoTimeLeft)
		defer cancel()
	}
	var connection struct{ requested, established atomic.Bool }
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { connection.requested.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connection.established.Store(true) },
	})
	accept := cmp.Or(req.Accept, c.forge.Accept)
	r := c.http.R().SetContext(ctx).SetHeader("Accept", accept)
	if token != "" {
		c.forge.Authorize(r.Header, token)
	}
	var memory *memory
	var key memoryKey
	if c.memory != nil && req.Method == http.MethodGet {
		memory, key = c.memory, keyOf(token, address, accept)
	}
	remembered := memory.get(key)
	if remembered != nil {
		r.SetHeader("If-None-Match", remembered.Header.Get("Etag"))
	}
	switch {
	case req.Body != nil:
		r.SetHeader("Content-Type", req.contentType()).SetBody(req.Body)
	case req.Method != http.MethodGet:
		r.SetContentLength(true) // resty 2.17.2 would send an empty body in chunks
	}
	resp, err := r.Execute(req.Method, address)
	body := newBody(&c.bodies)
	defer func() { body.release(x.keepBody) }()
	var pause time.Duration
	if err == nil {
		pause = c.pause(token, resp.StatusCode(), resp.Header())
		err = body.read(ctx, admission.limiter, resp.RawBody(), resp.RawResponse.ContentLength, c.timeout)
	}
	if err == nil {
		attempt.Status = resp.StatusCode()
	}
	var failure *Error
	switch {
	case err != nil:
		// Without a connection nothing was sent. A transport that does not report
		// its connections may have sent the request.
		failure = connectionError(ctx, err, connection.established.Load() || !connection.requested.Load())
	case resp.StatusCode() == http.StatusProxyAuthRequired: // in front of a service without TLS; checkConnect handles the others
		proxy, _ := proxyFromEnvironment(resp.Request.RawRequest)
		failure = connectionError(ctx, proxyAuthError(proxy), false)
	case resp.StatusCode() == http.StatusNotModified && remembered != nil:
		admission.giveBack()
		response := remembered.confirmed(resp.Header())
		failure = c.decode(req, response, token, x.result)
		memory.put(key, response, failure)
		return response, "", failure
	case resp.StatusCode() == http.StatusNotModified && c.forge.Conditional:
		failure = &Error{Class: MalformedResponse, Status: http.StatusNotModified, Message: "the request was not conditional"}
	case !resp.IsSuccess():
		// Some services echo the token. An excerpt of the body could contain a part
		// of it, and a message one that the body spells with escapes.
		redacted := redact(string(trim(body.Bytes())), token)
		failure = c.forge.Error(resp.StatusCode(), resp.Header(), []byte(redacted))
		failure.clean(token)
		failure.Status = resp.StatusCode()
		wait, _ := RetryAfter(resp.Header(), time.Now())
		failure.RetryAfter = cmp.Or(wait, min(max(failure.RetryAfter, 0), maxRetryAfter))
		if c.forge.Pause != nil && failure.Class == RateLimited {
			failure.RetryAfter = max(failure.RetryAfter, pause)
			c.limiters.forToken(token).pause(failure.RetryAfter) // the body may say more than Pause knows
		}
		if req.Method == http.MethodGet {
			next = redirectTarget(address, resp.StatusCode(), resp.Header().Get("Location"))
		}
	default:
		response := &Response{Status: resp.StatusCode(), Header: resp.Header(), Body: trim(body.Bytes())}
		failure = c.decode(req, response, token, x.result)
		memory.put(key, response, failure)
		if !x.keepBody {
			response.Body = nil
		}
		return response, "", failure
	}
	// A 303 leads from a write that was carried out to its result (RFC 9110, section 15.4.4).
	isUnknown := failure.Status == 0 && !failure.NotSent || failure.Status >= 500 || failure.Status == http.StatusSeeOther || failure.Class == MalformedResponse
	if req.Method != http.MethodGet && isUnknown {
		failure.Class = OutcomeUnknown
	}
	return nil, next, failure
}

// trim removes a byte order mark and the white space around a body.
func trim(body []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
}

// decode decodes a successful response. A write whose response is empty or
// contains something else was carried out and yields the zero value: services do
// respond so. A body that is not JSON may come from something else than the
// service, such as a proxy, so the outcome of a write is then unknown.
func (c *Client) decode(req *Request, response *Response, token string, result any) *Error {
	err := c.forge.Decode(response.Body, result)
	if err == nil && !isEmpty(result) {
		return nil
	}
	defer lenient.Reset(result) // what was decoded is none
	write := req.Method != http.MethodGet
	if failure, ok := errors.AsType[*Error](err); ok {
		failure.clean(token)
		failure.Status = response.Status
		if write && failure.Class == Unavailable {
			failure.Class = OutcomeUnknown
		}
		return failure
	}
	var raw json.RawMessage
	isJSON := c.forge.Decode(response.Body, &raw) == nil
	class := MalformedResponse
	if write {
		if len(response.Body) == 0 || isJSON {
			return nil
		}
		class = OutcomeUnknown
	}
	lenient.Reset(result)
	wantsList := c.forge.Decode([]byte("[]"), result) == nil && !isEmpty(result)
	return &Error{Class: class, Status: response.Status, Message: malformed([]byte(redact(string(response.Body), token)), isJSON, wantsList)}
}

// isEmpty reports whether a decoded response does not contain what it should.
func isEmpty(result any) bool {
	r, ok := result.(interface{ IsEmpty() bool })
	return ok && r.IsEmpty()
}

package rest

import (
	"context"
	"slices"
	"sync"
)

// PlannedRequest is a write that a dry run did not send. Its Path has the query, if
// there is one. Of a form its Body has the fields as text, and of a file the name,
// the type and the size.
type PlannedRequest struct {
	Method string `json:"method" jsonschema_description:"HTTP method"`
	Path   string `json:"path" jsonschema_description:"Path relative to the base URL, escaped"`
	Body   string `json:"body,omitempty" jsonschema_description:"JSON body"`
}

// Plan collects the writes of a dry run.
type Plan struct {
	mu       sync.Mutex
	requests []PlannedRequest
	writes   []*Request
	refused  error
}

// Refused returns why the guard refused a write, or nil.
func (p *Plan) Refused() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refused
}

// refuse records that the guard refused a write. The first refusal counts.
func (p *Plan) refuse(err *Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refused == nil {
		p.refused = err
	}
}

// Requests returns the writes so far, in order. A number that only the service
// could assign appears as 0.
func (p *Plan) Requests() []PlannedRequest {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// add plans a write.
func (p *Plan) add(req *Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	body := string(req.Body)
	if req.form != nil {
		body = req.form.summary
	}
	path := req.Path
	if len(req.Query) > 0 {
		path += "?" + req.Query.Encode()
	}
	p.requests = append(p.requests, PlannedRequest{Method: req.Method, Path: path, Body: body})
	p.writes = append(p.writes, req)
}

// planKey finds the plan of a client's dry run in a context.
type planKey struct{ client *Client }

// WithDryRun returns a context in which calls through c send their reads, and
// add their writes to the returned plan instead of sending them.
func (c *Client) WithDryRun(ctx context.Context) (context.Context, *Plan) {
	plan := &Plan{}
	return context.WithValue(ctx, planKey{c}, plan), plan
}

// IsDryRun reports whether calls with ctx send no writes.
func (c *Client) IsDryRun(ctx context.Context) bool { return c.plan(ctx) != nil }

//go:noinline
func (c *Client) plan(ctx context.Context) *Plan {
	plan, _ := ctx.Value(planKey{c}).(*Plan)
	return plan
}

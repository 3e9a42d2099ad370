package rest

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// A Guard decides which requests are sent.
type Guard interface {
	// Check is called before a request is sent, before a dry run plans a write, and
	// before a redirect of a read is followed. An error prevents that.
	Check(ctx context.Context, c *Client, action *Action) *Error
	// Reserve is called with all writes of a rehearsed call before the first one is
	// sent. The call is made with the context that it returns; release is called after
	// the call.
	Reserve(ctx context.Context, c *Client, writes []*Action) (_ context.Context, release func(), _ *Error)
}

// check asks the guard about a request. A dry run remembers the refusal of a write.
func (c *Client) check(ctx context.Context, req *Request) *Error {
	if c.guard == nil || ctx.Value(unguardedKey{c}) != nil {
		return nil
	}
	err := c.guard.Check(ctx, c, c.actionOf(req))
	if err != nil {
		err.Endpoint, err.NotSent = req.Endpoint, true
		if plan := c.plan(ctx); plan != nil && req.IsWrite() {
			plan.refuse(err)
		}
	}
	return err
}

// CheckRead asks the guard about a read that the client does not send itself, such as
// that of a file. The repository is "" if it is unknown of which one it is.
func (c *Client) CheckRead(ctx context.Context, endpoint, repo string) error {
	if c.guard == nil {
		return nil
	}
	if err := c.guard.Check(ctx, c, &Action{Endpoint: endpoint, Unknown: repo == "", Repos: []string{repo}}); err != nil {
		err.Endpoint, err.NotSent = endpoint, true
		return err
	}
	return nil
}

// actionOf returns what a request does.
func (c *Client) actionOf(req *Request) *Action {
	if c.forge.Meaning != nil && req.Endpoint != "" {
		if meaning, known := c.forge.Meaning(req.Endpoint); known {
			return req.action(&meaning)
		}
	}
	return &Action{Endpoint: req.Endpoint, Unknown: true, Write: req.IsWrite()}
}

// Knows reports whether the client knows what the requests to an endpoint do.
func (c *Client) Knows(endpoint string) bool {
	return !c.actionOf(&Request{Endpoint: endpoint}).Unknown
}

// checkRedirect asks the guard about the target of a redirect. A target that does not
// have the form of the endpoint counts as unknown.
func (c *Client) checkRedirect(ctx context.Context, address, endpoint string) *Error {
	req := &Request{Method: http.MethodGet}
	address, query, _ := strings.Cut(address, "?")
	values, err := url.ParseQuery(query)
	if path, below := strings.CutPrefix(address, c.http.BaseURL); below && err == nil && matches(endpoint, path) {
		req.Endpoint, req.Path, req.Query = endpoint, path, values
	}
	refusal := c.check(ctx, req)
	if refusal != nil {
		refusal.Endpoint, refusal.NotSent = endpoint, false
		refusal.Message += "; the service redirected the request"
	}
	return refusal
}

// PlaceOf returns where a repository is now, as owner/repo, for a forge that responds
// under the old name of one that has moved. It returns "" if that is unknown.
func (c *Client) PlaceOf(ctx context.Context, repo string) (string, error) {
	if c.forge.Place == nil {
		return "", nil
	}
	return c.forge.Place(context.WithValue(ctx, unguardedKey{c}, true), c, repo)
}

// unguardedKey marks a context of requests that the guard itself makes.
type unguardedKey struct{ client *Client }

// IsGuarded reports whether the client has a guard. Then writes should be rehearsed.
func (c *Client) IsGuarded() bool { return c.guard != nil }

// Rehearsal is a dry run of a write before the write itself, so that the guard sees
// all of its requests before one is sent.
type Rehearsal struct {
	client *Client
	plan   *Plan
	kept   *keptResponses
}

// Rehearse returns a context for the dry run of a write. The dry run reports no steps,
// and the responses to its reads are kept for the write.
func (c *Client) Rehearse(ctx context.Context) (context.Context, *Rehearsal) {
	ctx, plan := c.WithDryRun(WithoutSteps(ctx))
	r := &Rehearsal{client: c, plan: plan, kept: &keptResponses{rehearsing: true}}
	return context.WithValue(ctx, keptKey{c}, r.kept), r
}

// IsRehearsal reports whether a call with ctx is only a rehearsal.
func (c *Client) IsRehearsal(ctx context.Context) bool {
	kept, _ := ctx.Value(keptKey{c}).(*keptResponses)
	return kept != nil && kept.rehearsing
}

// Err returns why the guard refused a write of the rehearsal, or nil.
func (r *Rehearsal) Err() error { return r.plan.Refused() }

// Begin reserves the writes and returns the context for the write itself. Until
// something is written, its reads take the responses that were kept, each once. The
// caller must call release at the end.
func (r *Rehearsal) Begin(ctx context.Context) (_ context.Context, release func(), _ error) {
	r.kept.rehearsing = false
	actions := make([]*Action, len(r.plan.writes))
	for i, req := range r.plan.writes {
		actions[i] = r.client.actionOf(req)
	}
	ctx, release, err := r.client.guard.Reserve(ctx, r.client, actions)
	if err != nil {
		err.NotSent = true
		return ctx, nil, err
	}
	return context.WithValue(ctx, keptKey{r.client}, r.kept), release, nil
}

// maxKept is the maximum total size of the responses that a rehearsal keeps, in bytes.
const maxKept = 8 << 20

// keptResponses are the responses to the reads of a rehearsal.
type keptResponses struct {
	rehearsing bool
	mu         sync.Mutex
	size       int
	responses  map[string]*Response
}

type keptKey struct{ client *Client }

// kept returns the responses that a call may use instead of sending a read, or nil.
func (c *Client) kept(ctx context.Context) *keptResponses {
	kept, _ := ctx.Value(keptKey{c}).(*keptResponses)
	return kept
}

func (k *keptResponses) key(req *Request) string {
	return req.Path + "?" + req.Query.Encode() + " " + req.Accept
}

// take returns the response that was kept for a read, or nil. Outside of the rehearsal
// each is taken only once, because a second read is to see what has changed, and a
// write drops all of them.
func (k *keptResponses) take(req *Request) *Response {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if req.IsWrite() {
		if !k.rehearsing {
			k.responses = nil
		}
		return nil
	}
	response := k.responses[k.key(req)]
	if response != nil && !k.rehearsing {
		delete(k.responses, k.key(req))
	}
	return response
}

// keep keeps a response of a rehearsal.
func (k *keptResponses) keep(req *Request, response *Response) {
	if k == nil || !k.rehearsing || req.IsWrite() || response == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.size += len(response.Body); k.size > maxKept {
		return
	}
	if k.responses == nil {
		k.responses = map[string]*Response{}
	}
	k.responses[k.key(req)] = &Response{Status: response.Status, Header: response.Header, Body: response.Body}
}

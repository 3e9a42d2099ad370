// Package rest makes the HTTP calls of every forge client: it places
// arguments, authorizes, limits, sends, retries, and decodes the response.
//
// # A call
//
// A forge client describes an operation by its endpoint, as the documentation
// writes it, and a params struct:
//
//	rest.Call[Issue](ctx, c, "GET /repos/{owner}/{repo}/issues/{number}", params)
//
// Members of params whose JSON names appear in braces go into the path,
// escaped. The others go into the query of a GET or DELETE, and into the JSON
// body of anything else, which [Request.SetForm] and [Request.SetFile] turn into a
// form, and [Request.SetQuery] into the query. Paths are relative to the base URL. One
// that begins with "../", as in "GET ../v8/enterprises/{enterprise}/labels", replaces
// its last segment.
//
// # Attempts
//
// A read is retried up to three times: after a connection error, a timeout, 429,
// 500, 502, 503, 504, and a response that is cut off, not JSON or not in the
// documented form. A write is sent once, so that nothing happens twice; only 429
// and what else the forge classifies as [RateLimited], which mean that the service
// has not looked at it, allow another attempt, if its whole Config.Timeout
// remains. A write that may have been carried out fails
// with [OutcomeUnknown].
//
// Reads follow up to three redirects within their host. Writes follow none: Go
// would repeat a PATCH redirected with 301, 302 or 303 as a GET, and the
// unchanged object would look like a success.
//
// # Limits
//
// Every token has its own limiter; all calls without a token share one. It enforces
// the forge's documented rates and allows 25 requests in flight. Calls wait in the
// order in which they arrive, at most Config.MaxWait. A response may have 32 MiB, but
// only three of those in flight more than 2 MiB.
//
// Some services report their limits in the header of a response. Forge.Pause
// returns for how long it allows no further request. Until then, but at most for
// 65 minutes, the token's limiter admits none: calls wait if that ends in time,
// and otherwise fail at once with an [Error] that is Paused.
//
// # Conditional reads
//
// If the forge is Conditional, the client remembers successful responses to reads
// that have an entity tag, for each token, address and media type, up to 1 MiB
// each and 8 MiB in all. The next such read sends the tag as If-None-Match. If the
// service responds 304, the remembered response is decoded as if it had come
// again, with its header updated from the 304, and the request does not count
// against the rates. Nothing is used without asking the service. A response that
// cannot be decoded, or is marked no-store, is not remembered.
//
// # Steps
//
// A method that makes several requests calls [ReportStep] after each of them, or
// after each thing that it works through. The function of [WithSteps] receives
// the steps, for a progress report or an audit log.
//
// # Tokens and dry runs
//
// Both can vary from call to call, so they travel in the context, keyed by the
// client: [Client.WithToken] and [Client.WithDryRun] have no effect on the
// client of another forge.
//
// # Guard
//
// Config.Guard decides which requests are sent. It is told what a request does: which
// repository it reads or writes, which labels it adds, which texts it has, and so on.
// That comes from the arguments that Forge.Meaning names, and from Request.Known. A
// write that is rehearsed (see [Client.Rehearse]) shows the guard all of its requests
// before it sends one.
//
// # Errors
//
// A failed call returns an [*Error]. It reports what failed, in which [Class],
// in the service's own words, and leaves advice to the caller.
package rest

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"
)

// DefaultMaxWait is the MaxWait of a Config that sets none.
const DefaultMaxWait = 20 * time.Second

// Forge holds what differs between forges.
type Forge struct {
	BaseURL string // of the public service
	Rates   []Rate // the documented limits for each user
	Accept  string // the media type of responses; "application/json" if empty

	// Conditional says that reads name the response that is remembered from the
	// last time, which the service may confirm instead of sending it again.
	Conditional bool

	// Anonymous says that the service shows public data without a token. Reads are
	// then sent without one if there is none.
	Anonymous bool

	// Authorize adds the token to the header of a request that has one.
	Authorize func(header http.Header, token string)
	// Decode decodes the body of a successful response into v. It returns an
	// *Error if the body contains the service's own error instead. Neither it
	// nor Error sees a byte order mark or white space around a body.
	Decode func(body []byte, v any) error
	// Error describes an unsuccessful response: at least its Class and Message. A
	// Retry-After header takes precedence over its RetryAfter.
	Error func(status int, header http.Header, body []byte) *Error
	// PageInfo returns what the header of a page reports of the whole list.
	PageInfo func(header http.Header) PageInfo
	PerPage  int // rows of a page if a request does not say how many
	// Meaning returns which arguments of the requests to an endpoint a Guard restricts.
	// It reports false for an unknown endpoint.
	Meaning func(endpoint string) (Meaning, bool)
	// Place, if non-nil, returns where a repository is now, as PlaceOf does.
	Place func(ctx context.Context, c *Client, repo string) (string, error)
	// Pause, if non-nil, returns for how long a response, successful or not, allows
	// no further request of its user. The RetryAfter of a RateLimited error then
	// applies to all of the user's requests too.
	Pause func(status int, header http.Header) time.Duration
}

// Config says how a Client reaches its forge.
type Config struct {
	BaseURL   string            // the public service if empty
	Token     string            // access token for calls whose context carries none
	Timeout   time.Duration     // limit for one request, including reading its response; 0 means unlimited
	UserAgent string            // "gitcode-mcp" if empty
	Transport http.RoundTripper // NewTransport(nil) if nil

	// MaxWait is the maximum time a call may spend on rate limiting and
	// retries: DefaultMaxWait if 0, none if negative.
	MaxWait time.Duration
	// Rates limit the requests of each user. Nil means the limits that the
	// forge documents; Unlimited means no limits.
	Rates []Rate
	// Observe, if non-nil, is called after each request.
	Observe func(Attempt)
	// Trace, if non-nil, is called before each request, with the context of the call. The
	// function that it returns is called after it, with the class of its error or "".
	Trace func(context.Context, Attempt) func(status int, class Class)
	Guard Guard // decides which requests are sent; nil allows all
}

// Attempt describes a request that was sent, for metrics and traces.
type Attempt struct {
	Endpoint  string        // as documented, "GET /repos/{owner}/{repo}"
	Number    int           // 1 for the first
	Redirects int           // that led to it
	Status    int           // HTTP status; 0 if there was no response
	Waited    time.Duration // time spent waiting for the limiter
}

// Client calls one forge. It is safe for concurrent use.
type Client struct {
	forge    Forge
	http     *resty.Client
	token    string
	timeout  time.Duration
	maxWait  time.Duration
	observe  func(Attempt)
	trace    func(context.Context, Attempt) func(int, Class)
	guard    Guard
	limiters *limiters
	memory   *memory   // nil if reads are not conditional
	bodies   sync.Pool // of unused *body
}

// New returns a client of a forge. It fails only if cfg.BaseURL is not an
// absolute http(s) URL without user, query and fragment.
func New(forge Forge, cfg Config) (*Client, error) {
	if cfg.BaseURL == "" {
		cfg.BaseURL = forge.BaseURL
	}
	base, err := parseBaseURL(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "gitcode-mcp"
	}
	if cfg.Transport == nil {
		cfg.Transport = NewTransport(nil)
	}
	if cfg.MaxWait == 0 {
		cfg.MaxWait = DefaultMaxWait
	}
	if cfg.Rates == nil {
		cfg.Rates = forge.Rates
	}
	if forge.Accept == "" {
		forge.Accept = "application/json"
	}
	if cfg.Observe == nil {
		cfg.Observe = func(Attempt) {}
	}
	httpClient := &http.Client{Transport: cfg.Transport, Timeout: cfg.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // attempt follows them, with the limiter
	}}
	use := cfg.Timeout + cfg.MaxWait
	if forge.Pause != nil {
		use = max(use, maxPause)
	}
	c := &Client{
		forge: forge,
		http: resty.NewWithClient(httpClient).
			SetBaseURL(strings.TrimRight(base.String(), "/")).
			SetHeader("User-Agent", cfg.UserAgent).
			SetDoNotParseResponse(true), // send reads the body
		token:    cfg.Token,
		timeout:  cfg.Timeout,
		maxWait:  cfg.MaxWait,
		observe:  cfg.Observe,
		trace:    cfg.Trace,
		guard:    cfg.Guard,
		limiters: newLimiters(cfg.Rates, use),
	}
	if forge.Conditional {
		c.memory = newMemory()
	}
	return c, nil
}

// tokenKey finds a client's token in a context.
type tokenKey struct{ client *Client }

// WithToken returns a context in which calls through c use another user's
// token, with that user's limits.
func (c *Client) WithToken(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, tokenKey{c}, token)
}

// Anonymous reports whether the service shows public data without a token.
func (c *Client) Anonymous() bool { return c.forge.Anonymous }

// CheckWrite returns the error that ends a call with ctx at its first write, if that is
// known before it reads anything: there is no token, and reads need none.
func (c *Client) CheckWrite(ctx context.Context) error {
	if c.forge.Anonymous && c.Token(ctx) == "" {
		return noToken()
	}
	return nil
}

func noToken() *Error {
	return &Error{Class: Unauthenticated, NotSent: true, Message: "there is no token"}
}

// HasUserToken reports whether calls with ctx use a token from WithToken.
func (c *Client) HasUserToken(ctx context.Context) bool {
	_, ok := ctx.Value(tokenKey{c}).(string)
	return ok
}

// Token returns the token that calls with ctx use, or "".
func (c *Client) Token(ctx context.Context) string {
	if token, ok := ctx.Value(tokenKey{c}).(string); ok {
		return token
	}
	return c.token
}

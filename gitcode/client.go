// Package gitcode is a client for the issues of GitCode (gitcode.com,
// atomgit.com), after the documentation at https://docs.gitcode.com/docs/apis
// and, where the two differ, after how the service really behaves.
//
//	c, err := gitcode.New(gitcode.Config{Token: os.Getenv("GITCODE_TOKEN")})
//	issue, err := c.GetIssue(ctx, gitcode.IssueRef{…})
//
// Each operation is a method that takes a params struct and returns what
// GitCode answered, decoded tolerantly: see [Text], [Int], [Time] and [List]
// for the forms the service uses. Lists are a [Page]. Callers say open and
// closed, created and updated everywhere; the words an endpoint wants instead
// are this package's business.
//
// Failures are an [*Error] with a [Class], found with errors.As. A client keeps
// to GitCode's limits on requests, waits its turn, and tries reads again; a
// write is sent once, so that nothing happens twice. Redirects are followed by
// reads alone and within the host: Go would repeat a PATCH as a GET and call
// that a success.
package gitcode

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"
)

// DefaultBaseURL is the service; api.atomgit.com is the same one.
const DefaultBaseURL = "https://api.gitcode.com/api/v5"

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 32 << 20

// Config is how a Client reaches GitCode.
type Config struct {
	BaseURL   string            // DefaultBaseURL if empty
	Token     string            // personal access token; without one every call fails as Unauthenticated
	Timeout   time.Duration     // for one request, its answer read; none if 0
	UserAgent string            // "gitcode-mcp" if empty
	Transport http.RoundTripper // if nil, http.DefaultTransport with more connections kept open

	// MaxWait is how long a call may wait for its turn and for further attempts;
	// DefaultMaxWait if 0, not at all if negative.
	MaxWait time.Duration
	// Rates are the limits to keep for each user; none if empty.
	Rates []Rate
	// Observe is told of each request; nil is nobody.
	Observe func(Sent)
}

// Sent is what became of a request, for metrics.
type Sent struct {
	Attempt int           // 1 for the first
	Status  int           // 0 without an answer, or when it was not sent
	Waited  time.Duration // for its turn
}

// DefaultMaxWait is the longest a call waits unless told otherwise.
const DefaultMaxWait = 20 * time.Second

// Client calls GitCode. It is safe for concurrent use.
type Client struct {
	http    *resty.Client
	token   string
	maxWait time.Duration
	observe func(Sent)
	users   *users
	limits  *limits    // of the token's owner
	plan    *[]Planned // of a dry run
}

// New returns a client. It fails only on a base URL that is none.
func New(cfg Config) (*Client, error) {
	if cfg.BaseURL == "" {
		cfg.BaseURL = DefaultBaseURL
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "gitcode-mcp"
	}
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || base.Host == "" || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, fmt.Errorf("the base URL %q is not an http(s) address", cfg.BaseURL)
	}
	if base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("the base URL must hold no user, query or fragment: give the token as such")
	}
	if cfg.Transport == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 64 // all requests go to one host, the default keeps two
		cfg.Transport = transport
	}
	httpClient := &http.Client{
		Transport: cfg.Transport,
		Timeout:   cfg.Timeout,
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if !mayFollow(next, via) {
				return http.ErrUseLastResponse
			}
			if l, ok := next.Context().Value(limitsKey{}).(*limits); ok {
				l.budget.count()
			}
			return nil
		},
	}
	r := resty.NewWithClient(httpClient).
		SetBaseURL(strings.TrimRight(base.String(), "/")).
		SetHeader("User-Agent", cfg.UserAgent).
		SetHeader("Accept", "application/json").
		SetResponseBodyLimit(maxAnswer)
	if cfg.MaxWait == 0 {
		cfg.MaxWait = DefaultMaxWait
	}
	if cfg.Observe == nil {
		cfg.Observe = func(Sent) {}
	}
	c := &Client{http: r, maxWait: cfg.MaxWait, observe: cfg.Observe, users: &users{rates: cfg.Rates}}
	return c.As(cfg.Token), nil
}

// As returns a client for the owner of another token. It shares c's
// connections and nothing else: each user has limits of their own, which last
// as long as their windows, whatever clients come and go.
func (c *Client) As(token string) *Client {
	other := *c
	other.token = token
	other.limits = c.users.limits(token)
	return &other
}

// mayFollow lets a read follow up to three redirects within its host and
// scheme, so that no header leaves the host, and a write none.
func mayFollow(next *http.Request, via []*http.Request) bool {
	first := via[0]
	return first.Method == http.MethodGet && len(via) <= 3 && next.URL.Host == first.URL.Host && next.URL.Scheme == first.URL.Scheme
}

// Secrets returns what must not be shown: the token.
func (c *Client) Secrets() []string {
	if c.token == "" {
		return nil
	}
	return []string{c.token}
}

// call sends params to endpoint, a method and a path as documented, and
// decodes the answer.
func call[R any](ctx context.Context, c *Client, endpoint string, params any) (R, error) {
	req, err := place(endpoint, params)
	if err != nil {
		var none R
		return none, err
	}
	return fetch[R](ctx, c, req)
}

// fetch sends a request and decodes the answer.
func fetch[R any](ctx context.Context, c *Client, req *request) (R, error) {
	var result R
	err := c.exchange(ctx, req, func(a *answer) (err error) {
		result, err = decode[R](req, a)
		return err
	})
	return result, err
}

// do is call for writes whose answer tells nothing.
func (c *Client) do(ctx context.Context, endpoint string, params any) error {
	req, err := place(endpoint, params)
	if err == nil {
		_, err = fetch[json.RawMessage](ctx, c, req)
	}
	return err
}

// Page is one page of a list.
type Page[T any] struct {
	Items  []T
	Number int  // of this page, from 1
	Size   int  // items a page holds at the most
	Total  *int // items on all pages; nil where GitCode does not say
	Next   int  // the page after this one; 0 at the end
}

// list is call for lists that come in pages.
func list[T any](ctx context.Context, c *Client, endpoint string, params interface{ paging() Paging }) (Page[T], error) {
	req, err := place(endpoint, params)
	if err != nil {
		return Page[T]{}, err
	}
	var items List[T]
	var header http.Header
	err = c.exchange(ctx, req, func(a *answer) (err error) {
		header = a.header
		items, err = decode[List[T]](req, a)
		return err
	})
	if err != nil {
		return Page[T]{}, err
	}
	page, size := max(params.paging().Page, 1), params.paging().PerPage
	if size == 0 {
		size = 20
	}
	result := Page[T]{Items: items, Number: page, Size: size, Total: count(header, "total_count")}
	more := len(items) >= size // all one can tell without a header
	if pages := count(header, "total_page"); pages != nil {
		more = page < *pages
	} else if result.Total != nil {
		more = page*size < *result.Total
	}
	if more && len(items) > 0 {
		result.Next = page + 1
	}
	return result, nil
}

// count reads a number from a header, nil if there is none.
func count(h http.Header, name string) *int {
	n, err := strconv.Atoi(h.Get(name))
	if err != nil || n < 0 {
		return nil
	}
	return &n
}

// answer is a successful answer.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send sends a request once.
func (c *Client) send(ctx context.Context, req *request) (*answer, error) {
	if c.token == "" {
		return nil, &Error{Class: Unauthenticated, Message: "not sent, there is no token"}
	}
	ctx = context.WithValue(ctx, limitsKey{}, c.limits)
	var sent atomic.Bool // or about to be: there was a connection
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent.Store(true) }})
	r := c.http.R().SetContext(ctx).SetAuthToken(c.token).SetQueryParamsFromValues(req.query)
	if req.body != nil {
		r.SetHeader("Content-Type", "application/json").SetBody(req.body)
	}
	resp, err := r.Execute(req.method, req.path)
	var failure *Error
	switch {
	case err != nil:
		failure = connectionError(ctx, err)
	case !resp.IsSuccess():
		failure = answerError(resp.StatusCode(), resp.Header(), resp.Body())
	default:
		return &answer{resp.StatusCode(), resp.Header(), bytes.TrimSpace(resp.Body())}, nil
	}
	if req.method != http.MethodGet && (failure.Status == 0 && sent.Load() || failure.Status >= 500) {
		failure.Class = OutcomeUnknown
	}
	return nil, failure
}

// decode reads a successful answer. What a read returns must be what was asked
// for. A write that is answered with no body, or with JSON that is something
// else, has happened and yields the zero R; GitCode does answer so. When the
// body is no JSON at all, something else than GitCode may have answered.
func decode[R any](req *request, a *answer) (R, error) {
	var result, none R
	err := unmarshal(a.body, &result)
	if m, ok := any(result).(interface{ missing() bool }); err == nil && ok && m.missing() {
		err = errors.New("it does not hold what was asked for")
	}
	if err == nil {
		return result, nil
	}
	class := Malformed
	if req.method != http.MethodGet {
		var any json.RawMessage
		if len(a.body) == 0 || unmarshal(a.body, &any) == nil {
			return none, nil
		}
		class = OutcomeUnknown
	}
	return none, &Error{Class: class, Status: a.status, Message: strconv.Quote(excerpt(a.body)), Err: err}
}

// connectionError tells why no answer came, without the address that the
// standard library's error holds.
func connectionError(ctx context.Context, err error) *Error {
	if urlErr, ok := errors.AsType[*url.Error](err); ok {
		err = urlErr.Err
	}
	e := &Error{Class: Unavailable, Message: "no answer", Err: err}
	var timeout net.Error
	switch {
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		e.Class, e.Message, e.plain = Malformed, fmt.Sprintf("the answer is over %d MiB", maxAnswer>>20), true
	case errors.Is(context.Cause(ctx), errNoTimeLeft), ctx.Err() == nil && errors.As(err, &timeout) && timeout.Timeout():
		e.Message, e.plain = "no answer in time", true
	case ctx.Err() != nil:
		e.Class, e.Message, e.Err = Cancelled, "cancelled", context.Cause(ctx)
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Message, e.plain = "the answer was cut off", true
	}
	return e
}

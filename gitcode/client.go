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
// Failures are an [*Error] with a [Class], found with errors.As. Redirects are
// not followed: Go would repeat a PATCH as a GET and call that a success.
package gitcode

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
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
	Transport http.RoundTripper // http.DefaultTransport if nil
}

// Client calls GitCode. It is safe for concurrent use.
type Client struct {
	http  *resty.Client
	token string
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
	httpClient := &http.Client{
		Transport: cfg.Transport,
		Timeout:   cfg.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
	r := resty.NewWithClient(httpClient).
		SetBaseURL(strings.TrimRight(base.String(), "/")).
		SetHeader("User-Agent", cfg.UserAgent).
		SetHeader("Accept", "application/json").
		SetHeader("Authorization", "Bearer "+cfg.Token).
		SetResponseBodyLimit(maxAnswer)
	return &Client{http: r, token: cfg.Token}, nil
}

// request is an operation with its arguments in their places.
type request struct {
	endpoint string // as documented
	method   string
	path     string // escaped
	query    url.Values
	body     []byte
}

// call sends params to endpoint, a method and a path as documented, and
// decodes the answer.
func call[R any](ctx context.Context, c *Client, endpoint string, params any) (R, error) {
	req, err := place(endpoint, params)
	if err != nil {
		var none R
		return none, err
	}
	return send[R](ctx, c, req)
}

// send sends a request and decodes the answer.
func send[R any](ctx context.Context, c *Client, req *request) (R, error) {
	resp, err := c.exchange(ctx, req)
	if err != nil {
		var none R
		return none, err
	}
	return decode[R](req, resp)
}

// do is call for writes whose answer tells nothing.
func (c *Client) do(ctx context.Context, endpoint string, params any) error {
	req, err := place(endpoint, params)
	if err == nil {
		_, err = c.exchange(ctx, req)
	}
	return err
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	Total *int // on all pages; nil where GitCode does not say
	Next  int  // the page after this one; 0 at the end
}

// list is call for lists that come in pages.
func list[T any](ctx context.Context, c *Client, endpoint string, params interface{ paging() Paging }) (Page[T], error) {
	req, err := place(endpoint, params)
	if err != nil {
		return Page[T]{}, err
	}
	resp, err := c.exchange(ctx, req)
	if err != nil {
		return Page[T]{}, err
	}
	items, err := decode[List[T]](req, resp)
	if err != nil {
		return Page[T]{}, err
	}
	page, size := max(params.paging().Page, 1), params.paging().PerPage
	if size == 0 {
		size = 20
	}
	result := Page[T]{Items: items, Total: count(resp.Header(), "total_count")}
	more := len(items) >= size // all one can tell without a header
	if pages := count(resp.Header(), "total_page"); pages != nil {
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

// place puts params where the endpoint wants them: the members whose names
// stand in braces into the path, the rest into the query of a GET or DELETE
// and into the JSON body of anything else.
func place(endpoint string, params any) (*request, error) {
	encoded, err := encode(params)
	if err != nil {
		return nil, fmt.Errorf("encode the arguments of %s: %w", endpoint, err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &members); err != nil {
		return nil, fmt.Errorf("the arguments of %s are not an object: %w", endpoint, err)
	}
	method, pattern, _ := strings.Cut(endpoint, " ")
	req := &request{endpoint: endpoint, method: method}

	segments := strings.Split(pattern, "/")
	for i, s := range segments {
		name, isParam := strings.CutPrefix(s, "{")
		if !isParam {
			continue
		}
		name = strings.TrimSuffix(name, "}")
		value := plain(members[name])
		if value == "" || value == "." || value == ".." {
			return nil, &Error{Class: Invalid, Endpoint: endpoint, Message: fmt.Sprintf("%s must not be %q", name, value)}
		}
		// A comma separates names within a segment, so it stays.
		segments[i] = strings.ReplaceAll(url.PathEscape(value), "%2C", ",")
		delete(members, name)
	}
	req.path = strings.Join(segments, "/")

	if method == http.MethodGet || method == http.MethodDelete {
		req.query = url.Values{}
		for name, value := range members {
			req.query.Set(name, plain(value))
		}
		return req, nil
	}
	req.body, err = encode(members)
	return req, err
}

// plain returns a JSON value as it stands in a path or a query.
func plain(value json.RawMessage) string {
	var s string
	if err := json.Unmarshal(value, &s); err != nil {
		return string(value)
	}
	return s
}

// encode writes JSON without escaping <, > and &, which are plain text in a body.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// exchange sends a request once and returns a successful answer.
func (c *Client) exchange(ctx context.Context, req *request) (*resty.Response, error) {
	if c.token == "" {
		return nil, &Error{Class: Unauthenticated, Endpoint: req.endpoint, Message: "not sent, there is no token"}
	}
	r := c.http.R().SetContext(ctx).SetQueryParamsFromValues(req.query)
	if req.body != nil {
		r.SetHeader("Content-Type", "application/json").SetBody(req.body)
	}
	resp, err := r.Execute(req.method, req.path)
	if err != nil {
		return nil, connectionError(ctx, req.endpoint, err)
	}
	if !resp.IsSuccess() {
		return nil, answerError(req.endpoint, resp.StatusCode(), resp.Body())
	}
	return resp, nil
}

// decode reads a successful answer. What a read returns must be what was asked
// for; a write has happened whatever stands in its answer, so one that holds
// nothing usable (GitCode answers some writes with no body) yields the zero R.
func decode[R any](req *request, resp *resty.Response) (R, error) {
	var answer, none R
	body := bytes.TrimSpace(resp.Body())
	err := unmarshal(body, &answer)
	if m, ok := any(answer).(interface{ missing() bool }); err == nil && ok && m.missing() {
		err = errors.New("it does not hold what was asked for")
	}
	if err == nil {
		return answer, nil
	}
	if req.method != http.MethodGet {
		return none, nil
	}
	return none, &Error{
		Class: Malformed, Endpoint: req.endpoint, Status: resp.StatusCode(),
		Message: strconv.Quote(excerpt(body)), Err: err,
	}
}

// connectionError tells why no answer came, without the address that the
// standard library's error holds.
func connectionError(ctx context.Context, endpoint string, err error) *Error {
	e := &Error{Class: Unavailable, Endpoint: endpoint, Message: "no answer", Err: err}
	if urlErr, ok := errors.AsType[*url.Error](err); ok {
		e.Err = urlErr.Err
		if urlErr.Timeout() {
			e.Message = "no answer in time"
		}
	}
	switch {
	case ctx.Err() != nil:
		e.Class, e.Message, e.Err = Cancelled, "cancelled", context.Cause(ctx)
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		e.Class, e.Message = Malformed, fmt.Sprintf("the answer is over %d MiB", maxAnswer>>20)
	}
	return e
}

// Package fetch reads files from the web whose addresses come from a text, so that
// whoever wrote the text chooses them.
//
// # Addresses
//
// Only https addresses are fetched, from the hosts of Config.Hosts or from every
// public one. A connection is made only to a public address. The address that is
// dialed is checked, so a name may not resolve to a private, loopback or link-local
// address at any time. Redirects follow the same rules, three of them at most. No
// request has a token or a cookie. A proxy is not used, because it would resolve the
// names.
//
// The sandbox is the exception. If Config.Local has its address, it stands in for
// the hosts, so that all requests for them go there and none leaves the machine.
//
// # Limits
//
// A file has at most [MaxSize] bytes, also after it was decompressed, and must arrive
// within Config.Timeout.
package fetch

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// MaxSize is the maximum size of a file in bytes.
const MaxSize = 20_000_000

const (
	maxRedirects   = 3
	maxHeader      = 64 << 10
	defaultTimeout = 30 * time.Second
)

// Config says what a Client fetches. Its zero value fetches from every public host.
type Config struct {
	Hosts     []string      // the only hosts, such as "gitcode.com"; nil means every public one
	Local     string        // address of a service on this machine that stands in for the hosts, such as "http://127.0.0.1:8080"; or ""
	Timeout   time.Duration // for all of a file; 30 seconds if 0
	UserAgent string
	// Allow, if non-nil, is called with each address before it is fetched, also with
	// those of redirects. An error keeps it from being fetched.
	Allow func(ctx context.Context, u *url.URL) error
}

// Client fetches files. It is safe for concurrent use.
type Client struct {
	Config
	dialer    *net.Dialer
	transport *http.Transport // follows no redirects and keeps no cookies
}

// File is a file that was fetched.
type File struct {
	Host    string
	Name    string // the last part of its address, or ""
	Content []byte
}

// New returns a client.
func New(cfg Config) *Client {
	cfg.Timeout = cmp.Or(cfg.Timeout, defaultTimeout)
	c := &Client{Config: cfg, dialer: &net.Dialer{Timeout: cfg.Timeout, Control: onlyPublic}}
	if cfg.Local != "" {
		c.dialer.Control = onlyLoopback
	}
	c.transport = &http.Transport{
		DialContext:            c.dialer.DialContext,
		MaxResponseHeaderBytes: maxHeader,
		TLSHandshakeTimeout:    cfg.Timeout,
		DisableKeepAlives:      true,
	}
	return c
}

// Get returns the file at an address. Its error is a [*rest.Error], which contains no
// more of the address than the host.
func (c *Client) Get(ctx context.Context, address string) (*File, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, rest.InvalidArguments(endpoint(""), "it is not an address")
	}
	if problem := c.Problem(u); problem != "" {
		return nil, rest.InvalidArguments(endpoint(u.Hostname()), problem)
	}
	for redirects := 0; ; redirects++ {
		if c.Allow != nil {
			if err := c.Allow(ctx, u); err != nil {
				return nil, err
			}
		}
		content, next, err := c.get(ctx, u)
		switch {
		case err != nil:
			return nil, err
		case next == nil:
			name := path.Base(u.Path)
			if name == "/" || name == "." {
				name = ""
			}
			return &File{u.Hostname(), name, content}, nil
		case redirects == maxRedirects:
			return nil, invalid(u.Hostname(), fmt.Sprintf("it is redirected more than %d times", maxRedirects))
		}
		if problem := c.Problem(next); problem != "" {
			return nil, invalid(u.Hostname(), "it is redirected to another address: "+problem)
		}
		u = next
	}
}

// Problem says why an address is not fetched, or returns "".
func (c *Client) Problem(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Host), ":443")
	switch {
	case u.Scheme != "https" || u.Hostname() == "":
		return "only https addresses are fetched"
	case u.User != nil:
		return "an address with a user is not fetched"
	case c.Hosts != nil && !slices.Contains(c.Hosts, host):
		return "it is on another host; files are fetched only from " + strings.Join(c.Hosts, ", ")
	}
	return ""
}

// get sends a request. It returns the body, or the address that it is redirected to.
func (c *Client) get(ctx context.Context, u *url.URL) (body []byte, next *url.URL, _ error) {
	target := *u
	target.Fragment = ""
	if c.Local != "" {
		local, err := url.Parse(c.Local)
		if err != nil {
			return nil, nil, invalid(u.Hostname(), "the address of the local service is invalid")
		}
		target.Scheme, target.Host = local.Scheme, local.Host
		target.Path, target.RawPath = local.Path+u.Path, local.EscapedPath()+u.EscapedPath()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, nil, invalid(u.Hostname(), "it is not an address")
	}
	req.Header.Set("User-Agent", cmp.Or(c.UserAgent, "gitcode-mcp"))
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, nil, c.failure(ctx, u, err)
	}
	defer resp.Body.Close() //nolint:errcheck // it is read, or of no use
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		if next, err = u.Parse(resp.Header.Get("Location")); err != nil {
			return nil, nil, invalid(u.Hostname(), "it is redirected to something that is not an address")
		}
		return nil, next, nil
	default:
		return nil, nil, &rest.Error{Class: rest.ClassOf(resp.StatusCode), Endpoint: endpoint(u.Hostname()), Status: resp.StatusCode}
	}
	if resp.ContentLength > MaxSize {
		return nil, nil, tooLarge(u)
	}
	var content bytes.Buffer
	content.Grow(int(max(resp.ContentLength, 0)) + bytes.MinRead)
	if _, err = content.ReadFrom(io.LimitReader(resp.Body, MaxSize+1)); err == nil {
		err = ctx.Err() // a body that is cut off then may look complete
	}
	if err != nil {
		return nil, nil, c.failure(ctx, u, err)
	}
	if content.Len() > MaxSize {
		return nil, nil, tooLarge(u)
	}
	return content.Bytes(), nil, nil
}

// failure is the error for a file that did not arrive.
func (c *Client) failure(ctx context.Context, u *url.URL, err error) error {
	e := &rest.Error{Class: rest.Unavailable, Endpoint: endpoint(u.Hostname()), Message: "the file could not be read", Err: err}
	var lookup *net.DNSError
	switch {
	case errors.Is(err, errNotPublic):
		e = invalid(u.Hostname(), "the host has an address in a private network, from which nothing is fetched")
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		e.Message = fmt.Sprintf("the file did not arrive within %v", c.Timeout)
	case ctx.Err() != nil:
		e.Class, e.Message = rest.Canceled, "canceled"
	case errors.As(err, &lookup):
		e.Message = "the host name cannot be resolved"
	}
	return e
}

func tooLarge(u *url.URL) error {
	return invalid(u.Hostname(), fmt.Sprintf("the file has more than %d MB", MaxSize/1_000_000))
}

func invalid(host, message string) *rest.Error {
	return &rest.Error{Class: rest.Invalid, Endpoint: endpoint(host), Message: message}
}

func endpoint(host string) string { return "GET " + cmp.Or(host, "file") }

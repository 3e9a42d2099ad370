package rest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"
)

// Probe sends one request without a token to the base URL, to find out whether the
// service can be reached. Any response will do; it has no body.
func (c *Client) Probe(ctx context.Context) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, c.BaseURL(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.http.Header.Get("User-Agent"))
	resp, err := c.http.GetClient().Do(req)
	if err != nil {
		return nil, connectionError(ctx, err, false)
	}
	resp.Body.Close() //nolint:errcheck // it was only read from
	if resp.StatusCode == http.StatusProxyAuthRequired {
		proxy, _ := proxyFromEnvironment(req)
		return nil, connectionError(ctx, proxyAuthError(proxy), false)
	}
	return resp, nil
}

// TokenInfo describes an access token, as far as its service does.
type TokenInfo struct {
	Login    string    // of its owner; "" if the service does not say
	Scopes   []string  // nil if the service does not list them
	Expires  time.Time // zero if unknown
	Lacks    string    // what it lacks for reading issues, such as "the scope repo"; "" if nothing
	ReadOnly bool      // it is known not to allow writes
	Limits   string    // what else it does not allow, as a clause; "" if nothing is known
}

// HasScope reports whether the token has one of the scopes.
func (t *TokenInfo) HasScope(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(t.Scopes, name) })
}

// IsForbidden reports whether a call failed because the token, although it is valid,
// does not allow it.
func IsForbidden(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Class == Forbidden
}

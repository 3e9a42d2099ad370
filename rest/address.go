package rest

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// parseBaseURL does not quote the URL in its errors: it may contain a token.
func parseBaseURL(s string) (*url.URL, error) {
	base, err := url.Parse(s)
	if err != nil || base.Host == "" || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, errors.New("the base URL is not an absolute http(s) URL such as https://host/api")
	}
	if base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("the base URL must not contain a user, a query or a fragment; pass the token separately")
	}
	return base, nil
}

// maxRedirects is the maximum number of redirects that a read follows.
const maxRedirects = 3

// redirectTarget returns where a response from an address redirects to, or "" if
// it is no redirect within the host and scheme, which no header may leave.
func redirectTarget(address string, status int, location string) string {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return ""
	}
	from, err := url.Parse(address)
	if err != nil || location == "" {
		return ""
	}
	to, err := from.Parse(location)
	if err != nil || to.Host != from.Host || to.Scheme != from.Scheme || to.User != nil {
		return ""
	}
	return to.String()
}

// address returns the address of a path, which may begin with "../".
func (c *Client) address(path string) string {
	base := c.http.BaseURL
	for above, ok := strings.CutPrefix(path, "../"); ok; above, ok = strings.CutPrefix(path, "../") {
		base, path = base[:strings.LastIndexByte(base, '/')], "/"+above
	}
	return base + path
}

// BaseURL returns the address that endpoints are relative to.
func (c *Client) BaseURL() string { return c.http.BaseURL }

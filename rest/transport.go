package rest

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// NewTransport returns a transport like http.DefaultTransport, but with more idle
// connections, and with errors from which a [Client] can say what a proxy
// refused. The config may be nil. It holds the authorities to trust and the
// certificates to send to services and proxies that ask for one.
//
// A clone of http.DefaultTransport would set up HTTP/2 now and not for the first
// request.
func NewTransport(config *tls.Config) *http.Transport {
	return &http.Transport{
		Proxy:                  proxyFromEnvironment,
		OnProxyConnectResponse: checkConnect,
		TLSClientConfig:        config,
		DialContext:            (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    64,       // every request goes to one host; the default is two
		ReadBufferSize:         16 << 10, // a TLS record; long responses take four times as many reads with 4 kB
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ExpectContinueTimeout:  time.Second,
	}
}

// proxyError is a proxy that cannot be used. Unlike the errors of the standard
// library it never contains the password.
type proxyError struct {
	problem Problem
	message string
}

func (e *proxyError) Error() string { return e.message }

// proxyFromEnvironment returns the proxy in HTTPS_PROXY or HTTP_PROXY, unless
// NO_PROXY excludes the host. The library puts http:// before an address that is
// not valid, for example because its password contains a slash, so that its host
// becomes "http".
func proxyFromEnvironment(r *http.Request) (*url.URL, error) {
	proxy, err := http.ProxyFromEnvironment(r)
	if err != nil || proxy != nil && strings.HasPrefix(proxy.Path, "//") {
		return nil, &proxyError{ProxyAddress, "the address of the proxy is not valid"}
	}
	return proxy, nil
}

// checkConnect returns an error unless a proxy has connected to the service.
func checkConnect(_ context.Context, proxy *url.URL, _ *http.Request, response *http.Response) error {
	switch code := response.StatusCode; {
	case code == http.StatusOK:
		return nil
	case code == http.StatusProxyAuthRequired:
		return proxyAuthError(proxy)
	case code >= http.StatusInternalServerError:
		return &proxyError{"", fmt.Sprintf("the proxy cannot reach the host (%d)", code)}
	default:
		return &proxyError{ProxyRefused, fmt.Sprintf("the proxy refuses to connect to the host (%d)", code)}
	}
}

// proxyAuthError is the error for a request that a proxy has rejected with 407. The
// address may be nil if it is unknown.
func proxyAuthError(proxy *url.URL) *proxyError {
	if proxy == nil || proxy.User == nil {
		return &proxyError{ProxyAuth, "the proxy requires a user name and a password"}
	}
	return &proxyError{ProxyAuth, "the proxy does not accept the user name and the password"}
}

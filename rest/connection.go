package rest

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// Problem is why there is no connection, if the user can do something about it.
type Problem string

// The problems of connections. An attempt is repeated only for ProxyUnreachable:
// the others stay, and repeating a wrong password can lock an account.
const (
	ProxyAddress       Problem = "proxy_address" // not a URL
	ProxyUnreachable   Problem = "proxy_unreachable"
	ProxyAuth          Problem = "proxy_auth"          // the proxy requires another user or password
	ProxyRefused       Problem = "proxy_refused"       // the proxy does not allow the host
	UnknownAuthority   Problem = "unknown_authority"   // signed the certificate
	CertificateHost    Problem = "certificate_host"    // the certificate is for another host
	CertificateExpired Problem = "certificate_expired" // or not yet valid
	ClientCertificate  Problem = "client_certificate"  // missing or rejected
	NotTLS             Problem = "not_tls"             // the server, or the proxy, speaks plain HTTP
)

// isPermanent reports whether another attempt would fail too.
func (p Problem) isPermanent() bool { return p != "" && p != ProxyUnreachable }

// connectionError says why there was no response. sent is whether the request
// may have left.
func connectionError(ctx context.Context, err error, sent bool) *Error {
	why, problem := reason(err)
	if problem == ProxyAddress || problem == ClientCertificate {
		sent = false // there was no connection to trace; TLS 1.3 ended one before it carried a request
	}
	e := &Error{Class: Unavailable, NotSent: !sent, Problem: problem, Err: err}
	var timeout net.Error
	switch {
	case errors.Is(err, errTooLarge):
		e.Class, e.Message = MalformedResponse, fmt.Sprintf("the response is larger than %d MiB", maxResponse>>20)
	case errors.Is(context.Cause(ctx), errNoTimeLeft), ctx.Err() == nil && errors.As(err, &timeout) && timeout.Timeout():
		e.Message = "no response in time"
		if !sent {
			e.Message = "no connection in time"
		}
	case ctx.Err() != nil:
		e.Class, e.Message, e.Err = Canceled, "canceled", context.Cause(ctx)
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Message = "the response is cut off"
	case sent:
		e.Message = "no response: " + why
	default:
		e.Message = "no connection: " + why
	}
	return e
}

// reason says in a few words why a connection failed, and which problem that is, or
// "". The errors of the standard library contain URLs, hosts and IP addresses, so
// none is quoted except for the operating system's.
func reason(err error) (string, Problem) {
	var (
		proxy     *proxyError
		operation *net.OpError
		lookup    *net.DNSError
		errno     syscall.Errno
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		untrusted *tls.CertificateVerificationError
		alert     tls.AlertError
		record    tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &proxy):
		return proxy.message, proxy.problem
	case errors.As(err, &operation) && operation.Op == "proxyconnect":
		why, problem := reason(operation.Err)
		return "the proxy cannot be reached: " + why, cmp.Or(problem, ProxyUnreachable)
	case operation != nil && operation.Op == "socks connect":
		return reasonOfSOCKS(operation.Err)
	case errors.As(err, &lookup):
		return "the host name cannot be resolved", ""
	case errors.As(err, &authority):
		return "the certificate is signed by an unknown authority", UnknownAuthority
	case errors.As(err, &host):
		return "the certificate is for another host", CertificateHost
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate has expired or is not yet valid", CertificateExpired
	case errors.As(err, &invalid), errors.As(err, &untrusted):
		return "the certificate is not valid", ""
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return "the server does not speak TLS", NotTLS
	case operation != nil && operation.Op == "remote error":
		return reasonOfAlert(operation.Err.Error())
	case errors.As(err, &alert):
		return reasonOfAlert(alert.Error())
	case errors.As(err, &errno):
		return errno.Error(), ""
	case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
		return "the connection was closed", ""
	}
	return "the connection failed", ""
}

// reasonOfAlert says what a TLS alert from the other side means. One about a
// certificate is about the client's. In TLS 1.2 a missing one is just a failure.
func reasonOfAlert(alert string) (string, Problem) {
	words := strings.TrimPrefix(alert, "tls: ")
	if strings.Contains(words, "certificate") || words == "access denied" {
		return "the client certificate is missing or was rejected (" + words + ")", ClientCertificate
	}
	return "the TLS handshake failed, maybe because the service requires a client certificate", ClientCertificate
}

// reasonOfSOCKS says why a SOCKS proxy does not connect.
func reasonOfSOCKS(err error) (string, Problem) {
	if strings.Contains(err.Error(), "authentication") {
		return "the proxy does not accept the user name and the password, or requires them", ProxyAuth
	}
	if why, problem := reason(err); why != "the connection failed" {
		return "the proxy cannot be reached: " + why, cmp.Or(problem, ProxyUnreachable)
	}
	return "the proxy cannot reach the host", ""
}

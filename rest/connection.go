package rest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
)

// connectionError says why there was no response. sent is whether the request
// may have left.
func connectionError(ctx context.Context, err error, sent bool) *Error {
	e := &Error{Class: Unavailable, NotSent: !sent, Err: err}
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
		e.Message = "no response: " + reason(err)
	default:
		e.Message = "no connection: " + reason(err)
	}
	return e
}

// reason says in a few words why a connection failed. The errors of the standard
// library contain URLs, hosts and IP addresses, so none is quoted except for the
// operating system's.
func reason(err error) string {
	var (
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
	case errors.As(err, &lookup):
		return "the host name cannot be resolved"
	case errors.As(err, &authority):
		return "the certificate is signed by an unknown authority"
	case errors.As(err, &host):
		return "the certificate is for another host"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate has expired or is not yet valid"
	case errors.As(err, &invalid), errors.As(err, &untrusted):
		return "the certificate is not valid"
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return "the server does not speak TLS"
	case errors.As(err, &alert):
		return "the TLS handshake failed"
	case errors.As(err, &errno):
		return errno.Error()
	case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
		return "the connection was closed"
	}
	return "the connection failed"
}

package rest_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestResponses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body        string
		read, write rest.Class // "" is success
	}{
		"object":          {thing7, "", ""},
		"empty":           {"", rest.MalformedResponse, ""},
		"another object":  {`{"message":"ok"}`, rest.MalformedResponse, ""},
		"another type":    {`[1]`, rest.MalformedResponse, ""},
		"truncated":       {`{"id":1,`, rest.MalformedResponse, rest.OutcomeUnknown},
		"not JSON at all": {`<html>please log in`, rest.MalformedResponse, rest.OutcomeUnknown},
	} {
		c := newClient(t, always(200, test.body), rest.Config{MaxWait: -1})
		assertClass(t, test.read, getThing(t.Context(), c), name+", read")
		assertClass(t, test.write, updateThing(t.Context(), c), name+", write")
	}
}

func TestMalformedResponses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, want string }{
		"HTML":              {"<html>\n<body>please", `the response is not JSON; it starts with "<html> <body>please"`},
		"long text":         {strings.Repeat("x", 9000), `the response is not JSON; it starts with "` + strings.Repeat("x", 100) + `…"`},
		"empty":             {"", "the response is empty"},
		"byte order mark":   {"\ufeff", "the response is empty"},
		"cut off":           {`{"id":1,"na`, "the response is cut off"},
		"two values":        {`{"id":1}{"id":2}`, `the response is not JSON; it starts with "{\"id\":1}{\"id\":2}"`},
		"list":              {`[{"id":1}]`, `the response is a list where an object was expected; it starts with "[{\"id\":1}]"`},
		"string":            {`"ok"`, `the response is a string where an object was expected; it starts with "\"ok\""`},
		"number":            {`12`, `the response is a number where an object was expected; it starts with "12"`},
		"boolean":           {`true`, `the response is a boolean where an object was expected; it starts with "true"`},
		"null":              {`null`, `the response is null where an object was expected; it starts with "null"`},
		"another object":    {`{"message":"ok"}`, `the response does not contain the requested object; it starts with "{\"message\":\"ok\"}"`},
		"a member mismatch": {`{"id":"x"}`, `the response does not contain the requested object; it starts with "{\"id\":\"x\"}"`},
	} {
		c := newClient(t, always(200, test.body), rest.Config{MaxWait: -1})
		assert.Equal(t, "GET /{owner}/things/{id} returned 200: "+test.want, getThing(t.Context(), c).Error(), name)
	}
	c := newClient(t, always(200, `{"message":"ok"}`), rest.Config{MaxWait: -1})
	_, err := rest.Call[[]thing](t.Context(), c, "GET /things", struct{}{})
	assert.Equal(t, `GET /things returned 200: the response is an object where a list was expected; it starts with "{\"message\":\"ok\"}"`, err.Error())
}

// TestNoRetryOfPermanentProblems checks that a request is not repeated if the user
// has to solve the problem first.
func TestNoRetryOfPermanentProblems(t *testing.T) {
	t.Parallel()
	refused := os.NewSyscallError("connect", syscall.ECONNREFUSED)
	for name, test := range map[string]struct {
		err      error
		attempts int
		problem  rest.Problem
	}{
		"refused":            {refused, 4, ""},
		"proxy":              {&net.OpError{Op: "proxyconnect", Err: refused}, 4, rest.ProxyUnreachable},
		"password":           {&net.OpError{Op: "socks connect", Err: errors.New("username/password authentication failed")}, 1, rest.ProxyAuth},
		"authority":          {x509.UnknownAuthorityError{}, 1, rest.UnknownAuthority},
		"proxy's authority":  {&net.OpError{Op: "proxyconnect", Err: x509.UnknownAuthorityError{}}, 1, rest.UnknownAuthority},
		"another host":       {x509.HostnameError{Certificate: &x509.Certificate{}}, 1, rest.CertificateHost},
		"expired":            {x509.CertificateInvalidError{Reason: x509.Expired}, 1, rest.CertificateExpired},
		"client certificate": {&net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")}, 1, rest.ClientCertificate},
		"handshake":          {tls.AlertError(40), 1, rest.ClientCertificate},
		"no TLS":             {http.ErrSchemeMismatch, 1, rest.NotTLS},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
					attempts++
					return nil, test.err
				}), rest.Config{})
				assert.Equal(t, test.problem, errorOf(t, getThing(t.Context(), c)).Problem)
				assert.Equal(t, test.attempts, attempts)
			})
		})
	}
}

// TestConnectionErrors checks that an error says why there was no response, and
// contains neither hosts nor addresses.
func TestConnectionErrors(t *testing.T) {
	t.Parallel()
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, Err: err}
	}
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"refused":           {dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)), "connection refused"},
		"unreachable":       {dial(os.NewSyscallError("connect", syscall.ENETUNREACH)), "network is unreachable"},
		"reset":             {&net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, "connection reset by peer"},
		"unknown host":      {dial(&net.DNSError{Err: "no such host", Name: "forge.test", Server: "127.0.0.1:53", IsNotFound: true}), "the host name cannot be resolved"},
		"unknown authority": {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, "the certificate is signed by an unknown authority"},
		"another host":      {&tls.CertificateVerificationError{Err: x509.HostnameError{Host: "forge.test", Certificate: &x509.Certificate{}}}, "the certificate is for another host"},
		"expired":           {&tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired, Detail: "forge.test"}}, "the certificate has expired or is not yet valid"},
		"untrusted":         {&tls.CertificateVerificationError{Err: errors.New("forge.test")}, "the certificate is not valid"},
		"no TLS":            {http.ErrSchemeMismatch, "the server does not speak TLS"},
		"proxy":             {&net.OpError{Op: "proxyconnect", Err: dial(os.NewSyscallError("connect", syscall.ECONNREFUSED))}, "the proxy cannot be reached: connection refused"},
		"proxy's host":      {&net.OpError{Op: "proxyconnect", Err: &net.DNSError{Name: "proxy.test"}}, "the proxy cannot be reached: the host name cannot be resolved"},
		"SOCKS":             {&net.OpError{Op: "socks connect", Err: dial(os.NewSyscallError("connect", syscall.ECONNREFUSED))}, "the proxy cannot be reached: connection refused"},
		"SOCKS, password":   {&net.OpError{Op: "socks connect", Err: errors.New("username/password authentication failed")}, "the proxy does not accept the user name and the password, or requires them"},
		"SOCKS, refused":    {&net.OpError{Op: "socks connect", Err: errors.New("unknown error host unreachable")}, "the proxy cannot reach the host"},
		"closed":            {io.EOF, "the connection was closed"},
		"anything else":     {errors.New("proxy 127.0.0.1:3128 for forge.test says no"), "the connection failed"},
	} {
		for _, sent := range []bool{false, true} {
			c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
				trace := httptrace.ContextClientTrace(r.Context())
				trace.GetConn("forge.test:80")
				if sent {
					trace.GotConn(httptrace.GotConnInfo{})
				}
				return nil, test.err
			}), rest.Config{MaxWait: -1})
			want := "not sent: no connection: " + test.want
			if sent {
				want = "GET /{owner}/things/{id}: no response: " + test.want
			}
			err := getThing(t.Context(), c)
			assert.Equal(t, want, err.Error(), name)
			require.ErrorIs(t, err, test.err, name)
			assert.Equal(t, !sent, errorOf(t, err).NotSent, name)
			class := rest.Unavailable
			if sent {
				class = rest.OutcomeUnknown
			}
			assert.Equal(t, class, errorOf(t, updateThing(t.Context(), c)).Class, name)
		}
	}
	web := httptest.NewUnstartedServer(http.NotFoundHandler())
	web.Config.ErrorLog = log.New(io.Discard, "", 0)
	web.StartTLS()
	defer web.Close()
	err := getThing(t.Context(), newClient(t, nil, rest.Config{BaseURL: web.URL, MaxWait: -1}))
	assert.Equal(t, "not sent: no connection: the certificate is signed by an unknown authority", err.Error())
}

func TestNotSent(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx   func(*rest.Client) context.Context
		owner string
		want  string
	}{
		"no token":     {func(c *rest.Client) context.Context { return c.WithToken(t.Context(), "") }, "o", "not sent: there is no token"},
		"canceled":     {func(*rest.Client) context.Context { return canceled }, "o", "not sent: canceled"},
		"bad argument": {func(*rest.Client) context.Context { return t.Context() }, "..", `not sent: owner must not be ".."`},
		"local rate limit": {func(c *rest.Client) context.Context {
			require.NoError(t, getThing(t.Context(), c))
			return t.Context()
		}, "o", "not sent: the local rate limit is exhausted"},
	} {
		c := newClient(t, always(200, thing7), rest.Config{MaxWait: -1, Rates: []rest.Rate{{Requests: 1, Per: time.Hour}}})
		_, err := rest.Call[thing](test.ctx(c), c, "PATCH /{owner}/things/{id}", thingUpdate{thingRef{test.owner, 7}, "x"})
		require.Error(t, err, name)
		assert.Equal(t, test.want, err.Error(), name)
		assert.True(t, errorOf(t, err).NotSent, name)
	}
	for _, status := range []int{301, 400, 429, 500} {
		c := newClient(t, always(status, ""), rest.Config{MaxWait: -1})
		assert.False(t, errorOf(t, updateThing(t.Context(), c)).NotSent, status)
	}
}

func TestFieldsOfAFailedWrite(t *testing.T) {
	t.Parallel()
	c := newClient(t, always(403, ""), rest.Config{MaxWait: -1})
	for name, test := range map[string]struct {
		endpoint string
		params   any
		want     []string
	}{
		"body":       {"POST /{owner}/things", thingUpdate{thingRef{"o", 7}, "x"}, []string{"id", "name"}},
		"empty body": {"POST /{owner}/things/{id}", thingRef{"o", 7}, nil},
		"query":      {"DELETE /{owner}/things", thingRef{"o", 7}, nil},
		"read":       {"GET /{owner}/things", thingRef{"o", 7}, nil},
	} {
		err := rest.Send(t.Context(), c, test.endpoint, test.params)
		assert.Equal(t, test.want, append([]string(nil), errorOf(t, err).Fields...), name)
	}
}

// TestServicesWordsAreShortened checks that whatever the service writes into its
// errors is short and on one line.
func TestServicesWordsAreShortened(t *testing.T) {
	t.Parallel()
	long := "a\nb\u2028c\x00d" + strings.Repeat("语", 5000)
	c, err := rest.New(rest.Forge{
		BaseURL:   "http://forge.test",
		Authorize: func(http.Header, string) {},
		Error: func(int, http.Header, []byte) *rest.Error {
			return &rest.Error{Class: rest.Invalid, Message: long, Code: 1, Name: long, TraceID: long}
		},
	}, rest.Config{Token: token, Transport: always(400, "")})
	require.NoError(t, err)
	e := errorOf(t, rest.Send(t.Context(), c, "GET /", struct{}{}))
	for _, text := range []string{e.Message, e.Name, e.TraceID} {
		assert.True(t, strings.HasPrefix(text, "a b c d语"), text)
	}
	assert.Less(t, len(e.Error()), 600)
	assert.NotContains(t, e.Error(), "\n")
}

// TestByteOrderMarks checks that neither a result nor an error depends on one.
func TestByteOrderMarks(t *testing.T) {
	t.Parallel()
	for _, space := range []string{"", "\r\n"} {
		require.NoError(t, getThing(t.Context(), newClient(t, always(200, "\ufeff"+space+thing7), rest.Config{MaxWait: -1})))
		c := newClient(t, always(400, "\ufeff"+space+"wrong"), rest.Config{MaxWait: -1})
		assert.Equal(t, "wrong", errorOf(t, getThing(t.Context(), c)).Message)
	}
}

// TestEchoedTokensAreRemoved checks that a message that is cut does not end with
// a part of the token.
func TestEchoedTokensAreRemoved(t *testing.T) {
	t.Parallel()
	for n := 280; n < 310; n++ {
		c := newClient(t, always(400, strings.Repeat("x", n)+token), rest.Config{MaxWait: -1})
		assert.NotContains(t, getThing(t.Context(), c).Error(), token[:2], n)
		// An answer that is no JSON is quoted up to 100 bytes.
		c = newClient(t, always(200, strings.Repeat("x", n-200)+token), rest.Config{MaxWait: -1})
		assert.NotContains(t, getThing(t.Context(), c).Error(), token[:2], n)
	}
}

// TestEscapedTokensAreRemoved checks that the service's own words do not contain
// a token that its JSON spells with escapes, whatever the status.
func TestEscapedTokensAreRemoved(t *testing.T) {
	t.Parallel()
	describe := func(body []byte) *rest.Error {
		var e rest.Error
		require.NoError(t, json.Unmarshal(body, &e))
		return &e
	}
	forge := rest.Forge{
		BaseURL:   "http://forge.test",
		Authorize: func(http.Header, string) {},
		Decode:    func(body []byte, _ any) error { return describe(body) },
		Error:     func(_ int, _ http.Header, body []byte) *rest.Error { return describe(body) },
	}
	const escaped = `test\u002dtoken`
	for _, status := range []int{200, 400} {
		body := fmt.Sprintf(`{"Class":"invalid","Message":"%[2]s%[1]s","Name":"%[1]s","TraceID":"%[1]s"}`, escaped, strings.Repeat("x", 280))
		c, err := rest.New(forge, rest.Config{Token: token, Transport: always(status, body)})
		require.NoError(t, err)
		e := errorOf(t, rest.Send(t.Context(), c, "GET /", struct{}{}))
		assert.Equal(t, "[token removed]", e.Name)
		assert.Equal(t, "[token removed]", e.TraceID)
		assert.Equal(t, strings.Repeat("x", 280)+"[token removed]", e.Message)
	}
}

package rest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const token = "test-token"

// thing is what the test's forge serves.
type thing struct {
	ID int `json:"id"`
}

func (t thing) IsEmpty() bool { return t.ID == 0 }

type thingRef struct {
	Owner string `json:"owner"`
	ID    int    `json:"id"`
}

type thingUpdate struct {
	thingRef
	Name string `json:"name"`
}

const thing7 = `{"id":7}`

func getThing(ctx context.Context, c *rest.Client) error {
	_, err := rest.Call[thing](ctx, c, "GET /{owner}/things/{id}", thingRef{"o", 7})
	return err
}

func updateThing(ctx context.Context, c *rest.Client) error {
	_, err := rest.Call[thing](ctx, c, "PATCH /{owner}/things/{id}", thingUpdate{thingRef{"o", 7}, "<new>"})
	return err
}

// forge is the test's forge.
func forge() rest.Forge {
	return rest.Forge{
		Authorize: func(header http.Header, token string) { header.Set("Private-Token", token) },
		Decode:    json.Unmarshal,
		Error: func(status int, _ http.Header, body []byte) *rest.Error {
			return &rest.Error{Class: rest.ClassOf(status), Message: rest.Excerpt(body)}
		},
	}
}

// newClient returns a client of the test's forge, by default without limits.
func newClient(t testing.TB, transport http.RoundTripper, cfg rest.Config) *rest.Client {
	t.Helper()
	return newClientOf(t, forge(), transport, cfg)
}

// newClientOf is like newClient for another forge.
func newClientOf(t testing.TB, forge rest.Forge, transport http.RoundTripper, cfg rest.Config) *rest.Client {
	t.Helper()
	if cfg.BaseURL == "" {
		cfg.BaseURL = "http://forge.test/api"
	}
	if cfg.Rates == nil {
		cfg.Rates = rest.Unlimited
	}
	cfg.Token, cfg.Transport = token, transport
	c, err := rest.New(forge, cfg)
	require.NoError(t, err)
	return c
}

// inMemory responds to requests without a network, so that a test can run on
// the clock of synctest.
type inMemory func(*http.Request) (*http.Response, error)

func (f inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return f(r)
}

func response(status int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// always responds to every request alike.
func always(status int, body string) inMemory {
	return func(*http.Request) (*http.Response, error) { return response(status, body), nil }
}

// pipeServer serves a handler until the test ends, on the clock of synctest.
func pipeServer(t testing.TB, handler http.Handler) http.RoundTripper {
	transport, stop := fault.Pipe(handler)
	t.Cleanup(stop)
	return transport
}

// errorOf returns the *rest.Error in err.
func errorOf(t testing.TB, err error) *rest.Error {
	t.Helper()
	var e *rest.Error
	require.ErrorAs(t, err, &e)
	return e
}

func TestNewRejectsBaseURL(t *testing.T) {
	t.Parallel()
	for _, base := range []string{
		"forge.test", "ftp://forge.test", "https://", "https://me:secret@forge.test", "https://forge.test?access_token=secret", "https://a b",
		"https://me:secret@forge.test:x", "ftp://me:secret@forge.test", "https://forge.test/#secret", "https://forge.test/%zz?access_token=secret", "me:secret@forge.test",
	} {
		_, err := rest.New(rest.Forge{}, rest.Config{BaseURL: base})
		require.Error(t, err, base)
		assert.NotContains(t, err.Error(), "secret", base)
	}
}

func TestDefaultsComeFromTheForge(t *testing.T) {
	t.Parallel()
	c, err := rest.New(rest.Forge{BaseURL: "https://forge.test/api/"}, rest.Config{})
	require.NoError(t, err)
	assert.Equal(t, "https://forge.test/api", c.BaseURL())
}

func TestNothingIsSentWithoutToken(t *testing.T) {
	t.Parallel()
	c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
		t.Error("a request was sent")
		return response(200, thing7), nil
	}), rest.Config{})
	err := getThing(c.WithToken(t.Context(), ""), c)
	assert.Equal(t, rest.Unauthenticated, errorOf(t, err).Class)
}

// TestTokensStayWithTheirClient checks that a token in the context of one
// client does not reach the forge of another.
func TestTokensStayWithTheirClient(t *testing.T) {
	t.Parallel()
	var sent []string
	record := inMemory(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r.Header.Get("Private-Token"))
		return response(200, thing7), nil
	})
	one, other := newClient(t, record, rest.Config{}), newClient(t, record, rest.Config{})
	ctx := one.WithToken(t.Context(), "token-of-ann")
	require.NoError(t, getThing(ctx, one))
	require.NoError(t, getThing(ctx, other))
	require.NoError(t, getThing(t.Context(), one))
	assert.Equal(t, []string{"token-of-ann", token, token}, sent)
	assert.Equal(t, "token-of-ann", one.Token(ctx))
	assert.Equal(t, token, other.Token(ctx))
}

func TestRequests(t *testing.T) {
	t.Parallel()
	var line, body string
	c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
		line, body = r.Method+" "+r.URL.RequestURI(), ""
		if r.Body != nil {
			content, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			body = string(content)
		}
		return response(200, thing7), nil
	}), rest.Config{})
	for name, test := range map[string]struct {
		endpoint   string
		params     any
		line, body string
	}{
		"query":  {"GET /{owner}/things", thingRef{"o", 7}, "GET /api/o/things?id=7", ""},
		"delete": {"DELETE /{owner}/things", thingUpdate{thingRef{"o", 7}, "a b"}, "DELETE /api/o/things?id=7&name=a+b", ""},
		"body":   {"POST /{owner}/things", thingUpdate{thingRef{"o", 7}, "<b>"}, "POST /api/o/things", `{"id":7,"name":"<b>"}`},
		"escape": {"GET /{owner}/things/{id}", thingRef{"../a?b#c%2F{id}名;,", 7}, "GET /api/..%2Fa%3Fb%23c%252F%7Bid%7D%E5%90%8D%3B,/things/7", ""},
	} {
		require.NoError(t, rest.Send(t.Context(), c, test.endpoint, test.params), name)
		assert.Equal(t, test.line, line, name)
		assert.Equal(t, test.body, body, name)
	}
	for _, owner := range []string{"", ".", ".."} {
		line = ""
		_, err := rest.Call[thing](t.Context(), c, "GET /{owner}/things/{id}", thingRef{owner, 7})
		assert.Equal(t, rest.Invalid, errorOf(t, err).Class)
		assert.True(t, errorOf(t, err).NotSent)
		assert.ErrorContains(t, err, "owner must not be")
		assert.Empty(t, line, "nothing was sent")
	}
}

func TestNoResponse(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	c := newClient(t, nil, rest.Config{BaseURL: closed.URL, MaxWait: -1})
	err := getThing(t.Context(), c)
	assert.Equal(t, rest.Unavailable, errorOf(t, err).Class)
	assert.Equal(t, "not sent: no connection: connection refused", err.Error(), "without addresses")
	assert.Equal(t, rest.Unavailable, errorOf(t, updateThing(t.Context(), c)).Class, "without a connection nothing was sent")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = getThing(ctx, c)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, rest.Canceled, errorOf(t, err).Class)
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	sent := 0
	count := inMemory(func(*http.Request) (*http.Response, error) {
		sent++
		return response(200, thing7), nil
	})
	c, other := newClient(t, count, rest.Config{}), newClient(t, count, rest.Config{})
	ctx, plan := c.WithDryRun(t.Context())
	assert.True(t, c.IsDryRun(ctx))
	assert.False(t, other.IsDryRun(ctx), "a dry run belongs to one client")
	require.NoError(t, updateThing(ctx, c))
	assert.Zero(t, sent)
	require.NoError(t, getThing(ctx, c))
	assert.Equal(t, 1, sent, "reads are sent")
	require.NoError(t, rest.Send(ctx, c, "DELETE /{owner}/things/{id}", thingRef{"o", 7}))
	assert.Equal(t, []rest.PlannedRequest{{"PATCH", "/o/things/7", `{"name":"<new>"}`}, {"DELETE", "/o/things/7", ""}}, plan.Requests(), "reads are not planned")
	assert.Equal(t, 1, sent)
	require.NoError(t, updateThing(ctx, other))
	assert.Equal(t, 2, sent)
}

func assertClass(t *testing.T, want rest.Class, err error, name string) {
	t.Helper()
	if want == "" {
		assert.NoError(t, err, name)
		return
	}
	assert.Equal(t, want, errorOf(t, err).Class, name)
}

func TestTooLargeResponse(t *testing.T) {
	t.Parallel()
	c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
		r := response(200, "")
		r.Body = io.NopCloser(io.LimitReader(spaces{}, 33<<20))
		return r, nil
	}), rest.Config{MaxWait: -1})
	err := getThing(t.Context(), c)
	assert.Equal(t, rest.MalformedResponse, errorOf(t, err).Class)
	assert.Contains(t, err.Error(), "larger than 32 MiB")
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

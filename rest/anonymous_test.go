package rest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestAnonymous checks that a forge that shows public data to anyone is read without a
// token, as often as the rates allow, and that nothing is written.
func TestAnonymous(t *testing.T) {
	t.Parallel()
	f := forge()
	f.Anonymous = true
	status, requests := http.StatusNotFound, 0
	c := newClientOf(t, f, inMemory(func(r *http.Request) (*http.Response, error) {
		requests++
		assert.NotContains(t, r.Header, "Private-Token")
		return response(status, thing7), nil
	}), rest.Config{MaxWait: -1, Rates: []rest.Rate{{Requests: 2, Per: time.Hour}}})
	ctx := c.WithToken(t.Context(), "")

	require.EqualError(t, updateThing(ctx, c), "not sent: there is no token")
	require.EqualError(t, c.CheckWrite(ctx), "not sent: there is no token")
	require.NoError(t, c.CheckWrite(t.Context()))
	assert.Zero(t, requests)
	require.EqualError(t, getThing(ctx, c), `GET /{owner}/things/{id} returned 404: {"id":7}`)
	status = http.StatusOK
	require.NoError(t, getThing(ctx, c))
	require.EqualError(t, getThing(ctx, c), "not sent: the local rate limit is exhausted")
	assert.Equal(t, 2, requests)

	c = newClient(t, always(200, thing7), rest.Config{})
	require.EqualError(t, getThing(c.WithToken(t.Context(), ""), c), "not sent: there is no token")
	require.NoError(t, c.CheckWrite(c.WithToken(t.Context(), "")), "the first read fails")
}

// TestAddresses checks that a path may leave the last segment of the base URL.
func TestAddresses(t *testing.T) {
	t.Parallel()
	var asked string
	c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
		asked = r.URL.String()
		return response(http.StatusOK, thing7), nil
	}), rest.Config{BaseURL: "http://forge.test/api/v5/"})
	for endpoint, want := range map[string]string{
		"GET /{owner}/things/{id}":      "http://forge.test/api/v5/o/things/7",
		"GET ../v8/{owner}/things/{id}": "http://forge.test/api/v8/o/things/7",
	} {
		_, err := rest.Call[thing](t.Context(), c, endpoint, thingRef{"o", 7})
		require.NoError(t, err)
		assert.Equal(t, want, asked)
	}
}

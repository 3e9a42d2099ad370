package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// readinessOf returns the readiness check of forges with these names, whose hosts
// are their names.
func readinessOf(t *testing.T, transport http.RoundTripper, names ...string) *readiness {
	t.Helper()
	var forges []*tools.Forge
	for _, name := range names {
		client, err := rest.New(rest.Forge{}, rest.Config{BaseURL: "http://" + name})
		require.NoError(t, err)
		forges = append(forges, &tools.Forge{Name: name, Client: client})
	}
	return newReadiness(forges, transport)
}

func askReady(ready *readiness) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	ready.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	return w
}

func TestReadinessChecksAtMostEveryTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		checks, reachable := 0, true
		ready := readinessOf(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			checks++
			assert.Empty(t, r.Header, "no token")
			if !reachable {
				return nil, errors.New("connection refused")
			}
			return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}, nil // any response will do
		}), "GitCode")
		status := func() int { return askReady(ready).Code }
		for range 5 {
			assert.Equal(t, http.StatusOK, status())
		}
		assert.Equal(t, 1, checks)
		reachable = false
		time.Sleep(10*time.Second - time.Nanosecond)
		assert.Equal(t, http.StatusOK, status(), "the last outcome is reused")
		assert.Equal(t, 1, checks)
		time.Sleep(time.Nanosecond)
		assert.Equal(t, http.StatusServiceUnavailable, status())
		assert.Equal(t, http.StatusServiceUnavailable, status(), "so is a failure")
		assert.Equal(t, 2, checks)
	})
}

func TestReadinessGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ready := readinessOf(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}), "GitCode")
		start := time.Now()
		assert.Equal(t, http.StatusServiceUnavailable, askReady(ready).Code)
		assert.Equal(t, readyTimeout, time.Since(start))
	})
}

// TestOneReachableForgeSuffices checks the readiness of a server of two forges.
func TestOneReachableForgeSuffices(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		unreachable, silent []string
		status              int
		body                string
	}{
		"both reachable":      {nil, nil, http.StatusOK, "ready\n"},
		"the first is down":   {[]string{"GitCode"}, nil, http.StatusOK, "ready\n"},
		"the second is down":  {[]string{"GitHub"}, nil, http.StatusOK, "ready\n"},
		"the first is silent": {nil, []string{"GitCode"}, http.StatusOK, "ready\n"},
		"both are down":       {[]string{"GitCode", "GitHub"}, nil, http.StatusServiceUnavailable, "GitCode and GitHub are unreachable\n"},
		"down and silent":     {[]string{"GitCode"}, []string{"GitHub"}, http.StatusServiceUnavailable, "GitCode and GitHub are unreachable\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ready := readinessOf(t, roundTripper(func(r *http.Request) (*http.Response, error) {
					switch {
					case slices.Contains(test.silent, r.URL.Host):
						<-r.Context().Done()
						return nil, r.Context().Err()
					case slices.Contains(test.unreachable, r.URL.Host):
						return nil, errors.New("connection refused")
					}
					return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
				}), "GitCode", "GitHub")
				start := time.Now()
				w := askReady(ready)
				assert.Equal(t, test.status, w.Code)
				assert.Equal(t, test.body, w.Body.String())
				if test.status == http.StatusOK {
					assert.Equal(t, start, time.Now(), "a silent forge does not delay the response")
				}
				time.Sleep(readyTimeout) // the check of a silent forge ends
			})
		})
	}
}

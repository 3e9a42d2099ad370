package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestReadinessChecksAtMostEveryTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		checks, reachable := 0, true
		ready := &readiness{url: "http://gitcode.test", transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			checks++
			assert.Empty(t, r.Header, "no token")
			if !reachable {
				return nil, errors.New("connection refused")
			}
			return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}, nil // any response will do
		})}
		status := func() int {
			w := httptest.NewRecorder()
			ready.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
			return w.Code
		}
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
		ready := &readiness{url: "http://gitcode.test", transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		start := time.Now()
		assert.Error(t, ready.check(t.Context()))
		assert.Equal(t, readyTimeout, time.Since(start))
	})
}

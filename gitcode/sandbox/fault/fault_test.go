package fault_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
)

const body = "0123456789"

// service answers with body and counts the requests it serves.
type service struct{ served atomic.Int32 }

func (s *service) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.served.Add(1)
	w.WriteHeader(http.StatusCreated)
	io.WriteString(w, body)
}

func TestInject(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		fault    fault.Fault
		served   int
		status   int // 0 if there is no response
		body     string
		cutOff   bool
		header   string
		location string
	}{
		{name: "nothing", served: 1, status: 201, body: body},
		{name: "status", fault: fault.Fault{Status: 503}, status: 503},
		{name: "status with header and body", fault: fault.Fault{Status: 429, Header: http.Header{"Retry-After": {"7"}}, Body: "slow down"}, status: 429, body: "slow down", header: "7"},
		{name: "redirect", fault: fault.Fault{Redirect: "http://other.invalid/x"}, status: 307, location: "http://other.invalid/x"},
		{name: "redirect with a status", fault: fault.Fault{Redirect: "http://other.invalid/x", Status: 302}, status: 302, location: "http://other.invalid/x"},
		{name: "cut off", fault: fault.Fault{CutOff: true}, served: 1, status: 201, body: "01234", cutOff: true},
		{name: "reset", fault: fault.Fault{Reset: true}, served: 1},
		{name: "refuse", fault: fault.Fault{Refuse: true}},
		{name: "echo", fault: fault.Fault{Echo: true}, status: 400, body: "bad request: /path?a=b Accept-Encoding: gzip\r\nContent-Length: 4\r\nUser-Agent: test\r\nX-Test: seen\r\nsent"},
		{name: "garbage", fault: fault.Fault{Garbage: true}, status: 200, body: "<html><body>service is busy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := &service{}
			server := httptest.NewServer(fault.Inject(s, func(*http.Request) fault.Fault { return test.fault }))
			defer server.Close()
			client := server.Client()
			client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/path?a=b", strings.NewReader("sent"))
			require.NoError(t, err)
			r.Header.Set("User-Agent", "test")
			r.Header.Set("X-Test", "seen")

			response, err := client.Do(r)
			assert.EqualValues(t, test.served, s.served.Load())
			if test.status == 0 {
				assert.Error(t, err)
				return
			}
			require.NoError(t, err)
			defer response.Body.Close()
			got, err := io.ReadAll(response.Body)
			if test.cutOff {
				assert.Error(t, err)
				assert.EqualValues(t, len(body), response.ContentLength)
			} else {
				assert.NoError(t, err)
			}
			assert.Equal(t, test.status, response.StatusCode)
			if test.location == "" {
				assert.Equal(t, test.body, string(got))
			}
			assert.Equal(t, test.header, response.Header.Get("Retry-After"))
			assert.Equal(t, test.location, response.Header.Get("Location"))
		})
	}
}

func TestPlanSeesTheRequest(t *testing.T) {
	t.Parallel()
	handler := fault.Inject(&service{}, func(r *http.Request) fault.Fault {
		if r.URL.Path == "/bad" {
			return fault.Fault{Status: 500}
		}
		return fault.Fault{}
	})
	for path, status := range map[string]int{"/good": 201, "/bad": 500} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		assert.Equal(t, status, w.Code, path)
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name           string
		timeout, waits time.Duration
		served         int
	}{
		{"served after the delay", 2 * time.Hour, time.Hour, 1},
		{"the client gives up", time.Minute, time.Minute, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), test.timeout)
				defer cancel()
				s := &service{}
				handler := fault.Inject(s, func(*http.Request) fault.Fault { return fault.Fault{Delay: time.Hour} })
				start := time.Now()
				handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil))
				assert.Equal(t, test.waits, time.Since(start))
				assert.EqualValues(t, test.served, s.served.Load())
			})
		})
	}
}

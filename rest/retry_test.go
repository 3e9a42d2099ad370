package rest_test

import (
	"context"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestReadsAreRetried(t *testing.T) {
	t.Parallel()
	truncated := func() (*http.Response, error) {
		r := response(200, "")
		r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"id":`), brokenReader{}))
		return r, nil
	}
	status := func(status int, body string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return response(status, body), nil }
	}
	for name, test := range map[string]struct {
		fault   func() (*http.Response, error)
		retried bool
	}{
		"connection refused": {func() (*http.Response, error) { return nil, &net.OpError{Op: "dial", Err: io.EOF} }, true},
		"connection lost":    {func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, true},
		"429":                {status(429, ""), true},
		"500":                {status(500, ""), true},
		"502":                {status(502, ""), true},
		"503":                {status(503, ""), true},
		"504":                {status(504, ""), true},
		"truncated":          {truncated, true},
		"truncated JSON":     {status(200, `{"id":1,`), true},
		"not JSON":           {status(200, "<html>"), true},
		"400":                {status(400, ""), false},
		"401":                {status(401, ""), false},
		"403":                {status(403, ""), false},
		"404":                {status(404, ""), false},
		"418":                {status(418, ""), false},
		"501":                {status(501, ""), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for faults := range 5 {
					var sent int
					c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
						if sent++; sent <= faults {
							return test.fault()
						}
						return response(200, thing7), nil
					}), rest.Config{})
					err := getThing(t.Context(), c)
					switch {
					case faults == 0 || test.retried && faults < 4:
						require.NoError(t, err)
						assert.Equal(t, faults+1, sent)
					case test.retried:
						require.Error(t, err)
						assert.Equal(t, 4, sent, "at most four attempts")
					default:
						require.Error(t, err)
						assert.Equal(t, 1, sent)
					}
				}
			})
		})
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBackoffGrows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
			at = append(at, time.Now())
			return response(503, ""), nil
		}), rest.Config{})
		require.Error(t, getThing(t.Context(), c))
		require.Len(t, at, 4)
		for i, longest := range []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second} {
			pause := at[i+1].Sub(at[i])
			assert.GreaterOrEqual(t, pause, longest/2)
			assert.LessOrEqual(t, pause, longest)
		}
	})
}

func TestRetriesEndWithMaxWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done() // never responds
			return nil, r.Context().Err()
		}), rest.Config{Timeout: 2 * time.Second, MaxWait: 5 * time.Second})
		err := getThing(t.Context(), c)
		assert.Equal(t, rest.Unavailable, errorOf(t, err).Class)
		assert.LessOrEqual(t, time.Since(start), 5*time.Second)
		assert.Greater(t, time.Since(start), 2*time.Second, "a timeout is retried")
	})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header  string
		waits   time.Duration
		rejects time.Duration // RetryAfter of the error
	}{
		"seconds within MaxWait": {"7", 7 * time.Second, 0},
		"date within MaxWait":    {"Sat, 01 Jan 2000 00:00:09 GMT", 9 * time.Second, 0}, // synctest's clock starts at midnight
		"seconds beyond MaxWait": {"35", 0, 35 * time.Second},
		"date beyond MaxWait":    {"Sat, 01 Jan 2000 01:00:00 GMT", 0, time.Hour},
	} {
		for operation, call := range map[string]func(context.Context, *rest.Client) error{"read": getThing, "write": updateThing} {
			t.Run(operation+" "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					start, sent := time.Now(), 0
					c := newClient(t, inMemory(func(*http.Request) (*http.Response, error) {
						if sent++; sent == 1 {
							return response(429, "", "Retry-After", test.header), nil
						}
						return response(200, thing7), nil
					}), rest.Config{})
					err := call(t.Context(), c)
					assert.Equal(t, test.waits, time.Since(start))
					if test.rejects != 0 {
						e := errorOf(t, err)
						assert.Equal(t, rest.RateLimited, e.Class)
						assert.Equal(t, test.rejects, e.RetryAfter)
						assert.Equal(t, 1, sent)
						return
					}
					require.NoError(t, err)
					assert.Equal(t, 2, sent, "429 means that not even a write was carried out")
				})
			})
		}
	}
}

// TestWritesAreSentOnce checks that a write that may have been carried out is
// not sent again, and fails with OutcomeUnknown.
func TestWritesAreSentOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault fault.Fault
		class rest.Class
	}{
		"timeout":  {fault.Fault{Delay: 10 * time.Second}, rest.OutcomeUnknown},
		"reset":    {fault.Fault{Reset: true}, rest.OutcomeUnknown},
		"cut off":  {fault.Fault{CutOff: true}, rest.OutcomeUnknown},
		"500":      {fault.Fault{Status: 500}, rest.OutcomeUnknown},
		"502":      {fault.Fault{Status: 502, Body: "<html>"}, rest.OutcomeUnknown},
		"504":      {fault.Fault{Status: 504}, rest.OutcomeUnknown},
		"400":      {fault.Fault{Status: 400}, rest.Invalid},
		"418":      {fault.Fault{Status: 418}, rest.ContentBlocked},
		"redirect": {fault.Fault{Redirect: "/elsewhere", Status: 308}, rest.Moved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var sent atomic.Int32
				service := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, thing7) })
				transport := pipeServer(t, fault.Inject(service, func(*http.Request) fault.Fault {
					sent.Add(1)
					return test.fault
				}))
				c := newClient(t, transport, rest.Config{Timeout: 3 * time.Second})
				assert.Equal(t, test.class, errorOf(t, updateThing(t.Context(), c)).Class)
				assert.Equal(t, int32(1), sent.Load())
			})
		})
	}
}

// TestWritesAreRepeatedWithTheirWholeTimeout checks that a write answered 429 is
// sent again only if it may take as long as the first time.
func TestWritesAreRepeatedWithTheirWholeTimeout(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		timeout time.Duration
		sent    int
	}{
		"fits":         {13 * time.Second, 2},
		"does not fit": {14 * time.Second, 1},
		"unlimited":    {0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
					if sent++; sent == 1 {
						return response(429, "", "Retry-After", "7"), nil
					}
					select {
					case <-time.After(test.timeout - time.Second): // nearly all of it
						return response(200, thing7), nil
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
				}), rest.Config{Timeout: test.timeout, MaxWait: 20 * time.Second})
				err := updateThing(t.Context(), c)
				assert.Equal(t, test.sent, sent)
				if test.sent == 2 {
					require.NoError(t, err)
					return
				}
				assert.Equal(t, rest.RateLimited, errorOf(t, err).Class)
				assert.Equal(t, 7*time.Second, errorOf(t, err).RetryAfter)
			})
		})
	}
}

// TestOddRetryAfterOfForge checks that the RetryAfter of a forge's error is
// neither negative nor so long that sums with it overflow.
func TestOddRetryAfterOfForge(t *testing.T) {
	t.Parallel()
	for in, want := range map[time.Duration]time.Duration{
		math.MinInt64: 0,
		-1:            0,
		time.Hour:     time.Hour,
		math.MaxInt64: math.MaxInt32 * time.Second,
	} {
		f := forge()
		f.Error = func(int, http.Header, []byte) *rest.Error {
			return &rest.Error{Class: rest.RateLimited, RetryAfter: in}
		}
		c := newClientOf(t, f, always(403, ""), rest.Config{MaxWait: -1})
		assert.Equal(t, want, errorOf(t, getThing(t.Context(), c)).RetryAfter)
	}
}

package gitcode_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
)

// inMemory serves requests without a network, so that a test can run on
// synctest's clock, where waiting takes no time.
type inMemory func(*http.Request) (*http.Response, error)

func (f inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return f(r)
}

func answered(status int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

func clientOf(t *testing.T, transport http.RoundTripper, cfg gitcode.Config) *gitcode.Client {
	t.Helper()
	cfg.BaseURL, cfg.Token, cfg.Transport = "http://gitcode.test/api/v5", token, transport
	c, err := gitcode.New(cfg)
	require.NoError(t, err)
	return c
}

func TestReadsAreTriedAgain(t *testing.T) {
	t.Parallel()
	broken := func() (*http.Response, error) {
		r := answered(200, "")
		r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"id":`), brokenReader{}))
		return r, nil
	}
	for name, test := range map[string]struct {
		fault func() (*http.Response, error)
		again bool
	}{
		"connection refused": {func() (*http.Response, error) { return nil, &net.OpError{Op: "dial", Err: io.EOF} }, true},
		"connection lost":    {func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, true},
		"429":                {func() (*http.Response, error) { return answered(429, ""), nil }, true},
		"500":                {func() (*http.Response, error) { return answered(500, ""), nil }, true},
		"502":                {func() (*http.Response, error) { return answered(502, ""), nil }, true},
		"503":                {func() (*http.Response, error) { return answered(503, ""), nil }, true},
		"504":                {func() (*http.Response, error) { return answered(504, ""), nil }, true},
		"cut off":            {broken, true},
		"cut off JSON":       {func() (*http.Response, error) { return answered(200, `{"id":1,`), nil }, true},
		"no JSON":            {func() (*http.Response, error) { return answered(200, "<html>"), nil }, true},
		"400":                {func() (*http.Response, error) { return answered(400, ""), nil }, false},
		"401":                {func() (*http.Response, error) { return answered(401, ""), nil }, false},
		"403":                {func() (*http.Response, error) { return answered(403, ""), nil }, false},
		"404":                {func() (*http.Response, error) { return answered(404, ""), nil }, false},
		"418":                {func() (*http.Response, error) { return answered(418, ""), nil }, false},
		"501":                {func() (*http.Response, error) { return answered(501, ""), nil }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for faults := range 5 {
					var sent int
					c := clientOf(t, inMemory(func(*http.Request) (*http.Response, error) {
						if sent++; sent <= faults {
							return test.fault()
						}
						return answered(200, issue), nil
					}), gitcode.Config{})
					_, err := c.GetIssue(t.Context(), ref)
					switch {
					case faults == 0 || test.again && faults < 4:
						require.NoError(t, err)
						assert.Equal(t, faults+1, sent)
					case test.again:
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

func TestBackOffGrows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		c := clientOf(t, inMemory(func(*http.Request) (*http.Response, error) {
			at = append(at, time.Now())
			return answered(503, ""), nil
		}), gitcode.Config{})
		_, err := c.GetIssue(t.Context(), ref)
		require.Error(t, err)
		require.Len(t, at, 4)
		for i, longest := range []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second} {
			pause := at[i+1].Sub(at[i])
			assert.GreaterOrEqual(t, pause, longest/2)
			assert.LessOrEqual(t, pause, longest)
		}
	})
}

func TestRetriesStayWithinMaxWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := clientOf(t, inMemory(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done() // never answers
			return nil, r.Context().Err()
		}), gitcode.Config{Timeout: 2 * time.Second, MaxWait: 5 * time.Second})
		_, err := c.GetIssue(t.Context(), ref)
		assert.Equal(t, gitcode.Unavailable, class(t, err))
		assert.LessOrEqual(t, time.Since(start), 5*time.Second)
		assert.Greater(t, time.Since(start), 2*time.Second, "a timeout is tried again")
	})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header string
		waits  time.Duration
		fails  string
	}{
		"seconds that fit": {"7", 7 * time.Second, ""},
		"a date that fits": {"Sat, 01 Jan 2000 00:00:09 GMT", 9 * time.Second, ""}, // synctest's clock starts at midnight
		"seconds too many": {"35", 0, "Call again in 35s."},
		"a date too late":  {"Sat, 01 Jan 2000 01:00:00 GMT", 0, "Call again in 1h0m0s."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, write := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					start, sent := time.Now(), 0
					c := clientOf(t, inMemory(func(*http.Request) (*http.Response, error) {
						if sent++; sent == 1 {
							return answered(429, "", "Retry-After", test.header), nil
						}
						return answered(200, issue), nil
					}), gitcode.Config{})
					var err error
					if write {
						_, err = c.UpdateIssue(t.Context(), gitcode.UpdateIssueParams{IssueRef: ref, Title: new("x")})
					} else {
						_, err = c.GetIssue(t.Context(), ref)
					}
					assert.Equal(t, test.waits, time.Since(start))
					if test.fails != "" {
						require.ErrorContains(t, err, test.fails)
						assert.Equal(t, gitcode.RateLimited, class(t, err))
						assert.Equal(t, 1, sent)
						return
					}
					require.NoError(t, err)
					assert.Equal(t, 2, sent, "after a 429 even a write is sent again")
				})
			}
		})
	}
}

// TestWritesAreSentOnce: what may have happened is not sent again, and the
// error says that it may have.
func TestWritesAreSentOnce(t *testing.T) {
	t.Parallel()
	writes := map[string]func(*gitcode.Client, context.Context) error{
		"create": func(c *gitcode.Client, ctx context.Context) error {
			_, err := c.CreateIssue(ctx, gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t"})
			return err
		},
		"update": func(c *gitcode.Client, ctx context.Context) error {
			_, err := c.UpdateIssue(ctx, gitcode.UpdateIssueParams{IssueRef: ref, Title: new("t")})
			return err
		},
		"comment": func(c *gitcode.Client, ctx context.Context) error {
			_, err := c.CreateComment(ctx, gitcode.CreateCommentParams{IssueRef: ref, Body: "b"})
			return err
		},
		"add labels": func(c *gitcode.Client, ctx context.Context) error {
			_, err := c.AddLabels(ctx, gitcode.AddLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"l"}})
			return err
		},
		"delete": func(c *gitcode.Client, ctx context.Context) error {
			return c.DeleteComment(ctx, gitcode.CommentRef{RepoRef: ref.RepoRef, ID: 1})
		},
	}
	for name, f := range map[string]struct {
		fault   fault.Fault
		unknown bool
	}{
		"timeout":  {fault.Fault{Delay: 10 * time.Second}, true},
		"reset":    {fault.Fault{Reset: true}, true},
		"500":      {fault.Fault{Status: 500}, true},
		"502":      {fault.Fault{Status: 502, Body: "<html>"}, true},
		"504":      {fault.Fault{Status: 504}, true},
		"400":      {fault.Fault{Status: 400}, false},
		"418":      {fault.Fault{Status: 418}, false},
		"redirect": {fault.Fault{Redirect: "/elsewhere", Status: 308}, false},
	} {
		for operation, write := range writes {
			t.Run(operation+" "+name, func(t *testing.T) {
				t.Parallel()
				var sent atomic.Int32
				web := httptest.NewServer(fault.Inject(http.NotFoundHandler(), func(*http.Request) fault.Fault {
					sent.Add(1)
					return f.fault
				}))
				t.Cleanup(web.CloseClientConnections)
				c, err := gitcode.New(gitcode.Config{BaseURL: web.URL, Token: token, Timeout: 300 * time.Millisecond})
				require.NoError(t, err)
				err = write(c, t.Context())
				require.Error(t, err)
				assert.Equal(t, f.unknown, class(t, err) == gitcode.OutcomeUnknown, "%v", err)
				if f.unknown {
					assert.Contains(t, err.Error(), "may have happened")
				}
				assert.Equal(t, int32(1), sent.Load())
			})
		}
	}

	c, err := gitcode.New(gitcode.Config{BaseURL: "http://127.0.0.1:1", Token: token})
	require.NoError(t, err)
	_, err = c.CreateComment(t.Context(), gitcode.CreateCommentParams{IssueRef: ref, Body: "b"})
	assert.Equal(t, gitcode.Unavailable, class(t, err), "without a connection nothing was sent")
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Error("a request left the host with ", r.Header)
	}))
	t.Cleanup(other.Close)
	for name, test := range map[string]struct {
		hops   int
		to     string
		follow bool
	}{
		"three within the host": {3, "", true},
		"four":                  {4, "", false},
		"to another host":       {1, other.URL, false},
		"to another scheme":     {1, "https://127.0.0.1:1", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var left atomic.Int32
			left.Store(int32(test.hops))
			c := newClient(t, fault.Inject(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, "Bearer "+token, r.Header.Get("Authorization"))
				io.WriteString(w, issue)
			}), func(*http.Request) (f fault.Fault) {
				if left.Add(-1) >= 0 {
					f.Redirect = test.to + "/repos/new/name/issues/7"
				}
				return f
			}))
			_, err := c.GetIssue(t.Context(), ref)
			if test.follow {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, gitcode.Moved, class(t, err))
			assert.Contains(t, err.Error(), "has moved")
		})
	}
}

func TestTooLargeAnswer(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for range 33 {
			w.Write(chunk)
		}
	})).GetIssue(t.Context(), ref)
	assert.Equal(t, gitcode.Malformed, class(t, err))
	assert.Contains(t, err.Error(), "over 32 MiB")
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	s := &service{}
	c := newClient(t, s)
	for name, test := range map[string]struct {
		write func(*gitcode.Client) error
		plan  []gitcode.Planned
	}{
		"create with labels": {
			func(c *gitcode.Client) error {
				_, err := c.CreateIssue(t.Context(), gitcode.CreateIssueParams{RepoRef: ref.RepoRef, Title: "t", Labels: gitcode.Labels{"a"}})
				return err
			},
			[]gitcode.Planned{{"POST", "/repos/o/issues", `{"body":"","repo":"r","title":"t"}`}, {"POST", "/repos/o/r/issues/0/labels", `["a"]`}},
		},
		"update and clear labels": {
			func(c *gitcode.Client) error {
				_, err := c.UpdateIssue(t.Context(), gitcode.UpdateIssueParams{IssueRef: ref, Title: new("t"), Labels: &gitcode.Labels{}})
				return err
			},
			[]gitcode.Planned{{"PATCH", "/repos/o/issues/7", `{"repo":"r","title":"t"}`}, {"DELETE", "/repos/o/r/issues/7/labels", ""}},
		},
		"what is read back is no part of it": {
			func(c *gitcode.Client) error {
				_, err := c.UpdateComment(t.Context(), gitcode.UpdateCommentParams{CommentRef: gitcode.CommentRef{RepoRef: ref.RepoRef, ID: 5}, Body: "b"})
				return err
			},
			[]gitcode.Planned{{"PATCH", "/repos/o/r/issues/comments/5", `{"body":"b"}`}},
		},
	} {
		plan, err := c.DryRun(test.write)
		require.NoError(t, err, name)
		assert.Equal(t, test.plan, plan, name)
	}
	_, err := c.DryRun(func(c *gitcode.Client) error {
		_, err := c.UpdateIssue(t.Context(), gitcode.UpdateIssueParams{IssueRef: ref})
		return err
	})
	require.ErrorContains(t, err, "nothing to change")
	assert.Empty(t, s.requests)
}

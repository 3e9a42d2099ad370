package server

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestLimitBody(t *testing.T) {
	t.Parallel()
	full := strings.Repeat(" ", maxMessage)
	for name, test := range map[string]struct {
		body    string
		chunked bool
		status  int
	}{
		"empty":                      {"", false, http.StatusOK},
		"at the limit":               {full, false, http.StatusOK},
		"at the limit, chunked":      {full, true, http.StatusOK},
		"one byte too long":          {full + " ", false, http.StatusRequestEntityTooLarge},
		"one byte too long, chunked": {full + " ", true, http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read := -1
			handler := limitBody(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.Len(t, bodyOf(r), len(body), "bodyOf returns the same body")
				read = len(body)
			}))
			req := httptest.NewRequest(http.MethodPost, "/mcp", strings.NewReader(test.body))
			if test.chunked {
				req.ContentLength = -1
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, req)
			assert.Equal(t, test.status, w.Code)
			if test.status == http.StatusOK {
				assert.Equal(t, len(test.body), read)
				return
			}
			assert.Equal(t, -1, read, "the handler did not run")
			assert.Contains(t, w.Body.String(), "exceeds 4 MiB")
		})
	}
}

// TestRestOfATooLongBodyIsNotRead checks that the server does not read on when
// it knows that the body is too long.
func TestRestOfATooLongBodyIsNotRead(t *testing.T) {
	t.Parallel()
	body := &countingReader{}
	req := httptest.NewRequest(http.MethodPost, "/mcp", body)
	req.ContentLength = -1
	w := httptest.NewRecorder()
	limitBody(http.NotFoundHandler()).ServeHTTP(w, req)
	assert.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
	assert.LessOrEqual(t, body.read, 2*maxMessage)
}

// countingReader is an endless body.
type countingReader struct{ read int }

func (r *countingReader) Read(p []byte) (int, error) {
	r.read += len(p)
	clear(p)
	return len(p), nil
}

// deadlineRecorder records the deadlines of a connection.
type deadlineRecorder struct {
	*httptest.ResponseRecorder
	read, write time.Time
}

func (w *deadlineRecorder) SetReadDeadline(t time.Time) error {
	w.read = t
	return nil
}

func (w *deadlineRecorder) SetWriteDeadline(t time.Time) error {
	w.write = t
	return nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestBodiesHaveADeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &deadlineRecorder{ResponseRecorder: httptest.NewRecorder()}
		want := time.Now().Add(readTimeout)
		body := readerFunc(func([]byte) (int, error) {
			assert.Equal(t, want, w.read, "while the body is read")
			time.Sleep(time.Until(want))
			return 0, os.ErrDeadlineExceeded
		})
		withReadDeadline(limitBody(http.NotFoundHandler())).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/mcp", body))
		assert.Equal(t, http.StatusBadRequest, w.Code)
		assert.Contains(t, w.Body.String(), "could not read the body")
		assert.Equal(t, want, w.read, "an error does not lift the deadline")

		withReadDeadline(limitBody(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			assert.Zero(t, w.read, "a call may take longer than its body")
		}))).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/mcp", strings.NewReader("{}")))
	})
}

func TestEveryWriteHasADeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &deadlineRecorder{ResponseRecorder: httptest.NewRecorder()}
		withWriteDeadline(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "text/event-stream")
			for range 3 {
				time.Sleep(time.Minute)
				_, err := rw.Write([]byte("event: message\n\n"))
				assert.NoError(t, err)
				assert.Equal(t, time.Now().Add(writeTimeout), w.write, "after Write")
				time.Sleep(time.Minute)
				rw.(http.Flusher).Flush()
				assert.Equal(t, time.Now().Add(writeTimeout), w.write, "after Flush")
			}
		})).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/sse", nil))
		assert.Equal(t, "no", w.Header().Get("X-Accel-Buffering"))
	})
}

// TestEveryPathHasAWriteDeadline also covers paths that need no secret: who does
// not read their responses must not hold a connection either.
func TestEveryPathHasAWriteDeadline(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/", "/healthz", "/readyz", "/metrics", "/mcp", "/sse", "/message", "/nowhere"} {
		synctest.Test(t, func(t *testing.T) {
			h := NewHTTP(HTTPConfig{Metrics: NewMetrics(), Logger: slog.New(slog.DiscardHandler), MCP: New(Config{Logger: slog.New(slog.DiscardHandler)}), Secret: "open sesame"})
			w := &deadlineRecorder{ResponseRecorder: httptest.NewRecorder()}
			r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+target, nil)
			h.ServeHTTP(w, r)
			assert.Equal(t, time.Now().Add(writeTimeout), w.write, "%s, status %d", target, w.Code)

			w.write = time.Time{}
			r.Header.Set("Origin", "http://evil.test")
			h.ServeHTTP(w, r)
			assert.Equal(t, time.Now().Add(writeTimeout), w.write, "%s, foreign origin", target)
			w.write = time.Time{}
			r.Method = http.MethodOptions
			r.Header.Set("Origin", "http://127.0.0.1")
			h.ServeHTTP(w, r)
			assert.Equal(t, time.Now().Add(writeTimeout), w.write, "%s, preflight", target)
		})
	}
}

func TestOnlyAllowedOriginsGetCORSHeaders(t *testing.T) {
	t.Parallel()
	for name, allowed := range map[string]string{"none": "", "one": "https://friend.test"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, "/sse", nil)
			r.Header.Set("Origin", allowed)
			withWriteDeadline(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", "text/event-stream")
				rw.Header().Set("Access-Control-Allow-Origin", "*") // as mcp-go does
				rw.WriteHeader(http.StatusOK)
			})).ServeHTTP(w, r)
			assert.Equal(t, allowed, w.Header().Get("Access-Control-Allow-Origin"))
		})
	}
}

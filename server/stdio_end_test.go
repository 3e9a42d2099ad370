package server_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// TestEndOfInputAnswersEveryCall pipes in as many calls as are accepted, to a
// service that takes a minute for each.
func TestEndOfInputAnswersEveryCall(t *testing.T) {
	t.Parallel()
	for _, calls := range []int{1, 40, 256} {
		t.Run(strconv.Itoa(calls), func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				box := sandbox.New()
				setup := newSetup("http://gitcode.test")
				setup.gitcode.Timeout, setup.gitcode.MaxWait = 10*time.Minute, 10*time.Hour
				setup.gitcode.Transport = inMemory(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					time.Sleep(time.Minute)
					box.ServeHTTP(w, r)
				}))
				w := newWire(t, t.Context(), setup.mcp(t))
				for id := range calls {
					w.send(getIssue, strconv.Itoa(id))
				}
				w.in.Close()
				answered := map[string]bool{}
				for range calls {
					m := w.receive()
					assert.False(t, m.Result.IsError, m.Result)
					answered[string(m.ID)] = true
				}
				assert.Len(t, answered, calls)
				require.NoError(t, <-w.done)
			})
		})
	}
}

// TestUnreadStdout never reads stdout, or slowly. The 32 workers would all be
// blocked if they wrote the responses themselves.
func TestUnreadStdout(t *testing.T) {
	t.Parallel()
	const calls = 100
	for name, test := range map[string]struct {
		calls int
		end   func(*wire, context.CancelFunc)
		want  time.Duration
		err   string
	}{
		"signal":                 {calls, func(_ *wire, cancel context.CancelFunc) { cancel() }, 2200 * time.Millisecond, ""},
		"end of input":           {calls, func(w *wire, _ context.CancelFunc) { w.in.Close() }, 32200 * time.Millisecond, "stdout was not read for 30s; requests not answered: 100"},
		"256 requests pending":   {300, func(*wire, context.CancelFunc) {}, 32200 * time.Millisecond, "stdout was not read for 30s; requests not answered: 256"},
		"signal, 256 pending":    {300, func(_ *wire, cancel context.CancelFunc) { cancel() }, 2200 * time.Millisecond, ""},
		"signal at end of input": {calls, func(w *wire, cancel context.CancelFunc) { w.in.Close(); cancel() }, 2200 * time.Millisecond, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				service := newHeld()
				close(service.release)
				w := newWire(t, ctx, newServerInMemory(t, service))
				start := time.Now()
				go func() {
					for id := range test.calls {
						io.WriteString(w.in, strings.Replace(getIssue, "%s", strconv.Itoa(id), 1)+"\n")
					}
				}()
				synctest.Wait()
				assert.Len(t, service.arrived, min(test.calls, 256), "calls wait for a client that does not read")
				test.end(w, cancel)
				err := <-w.done
				if test.err == "" {
					assert.NoError(t, err)
				} else {
					assert.EqualError(t, err, test.err)
				}
				assert.Equal(t, test.want, time.Since(start))
				w.in.Close()
			})
		})
	}
}

// TestStdoutThatIsReadNoLonger answers a call ten seconds after the end of
// input: the time without progress starts then.
func TestStdoutThatIsReadNoLonger(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		service := newHeld()
		w := newWire(t, t.Context(), newServerInMemory(t, service))
		w.send(getIssue, "1")
		w.in.Close()
		start := time.Now()
		time.Sleep(10 * time.Second)
		close(service.release)
		assert.EqualError(t, <-w.done, "stdout was not read for 30s; requests not answered: 1")
		assert.Equal(t, 42200*time.Millisecond, time.Since(start))
	})
}

func TestStdoutMayBeUnreadWhileStdinIsOpen(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		w := newWire(t, t.Context(), newServerInMemory(t, sandbox.New()))
		for id := range 100 {
			w.send(getIssue, strconv.Itoa(id))
		}
		time.Sleep(time.Hour)
		for range 100 {
			w.receive()
		}
		w.in.Close()
		require.NoError(t, <-w.done)
	})
}

// TestSlowlyReadStdout reads so slowly that one response takes minutes.
func TestSlowlyReadStdout(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		w := newWire(t, t.Context(), newServerInMemory(t, sandbox.New()))
		w.send(`{"jsonrpc":"2.0","id":"%s","method":"ping"}`, strings.Repeat("x", 1<<20))
		w.in.Close()
		read := 0
		for b := make([]byte, 32<<10); ; time.Sleep(20 * time.Second) {
			n, err := w.outPipe.Read(b)
			read += n
			if err != nil {
				require.ErrorIs(t, err, io.EOF)
				break
			}
		}
		assert.Greater(t, read, 1<<20)
		require.NoError(t, <-w.done)
	})
}

// TestClosedStdout closes stdout while calls are in flight: they have two
// seconds.
func TestClosedStdout(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		service := newHeld()
		w := newWire(t, t.Context(), newServerInMemory(t, service))
		w.send(getIssue, "1")
		synctest.Wait()
		w.outPipe.Close()
		start := time.Now()
		w.send(`{"jsonrpc":"2.0","id":2,"method":"ping"}`)
		err := <-w.done
		require.ErrorIs(t, err, io.ErrClosedPipe)
		require.ErrorContains(t, err, "write stdout: ")
		assert.Equal(t, 2*time.Second, time.Since(start))
	})
}

func TestReadErrorIsReportedAfterTheAnswers(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	s, _ := newServer(t, sandbox.New(), server.Selection{})
	in := io.MultiReader(strings.NewReader(strings.Replace(getIssue, "%s", "1", 1)+"\n"), iotest.ErrReader(broken))
	out := &safeBuffer{}
	err := server.ServeStdio(t.Context(), s, in, out, slog.New(slog.DiscardHandler))
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "read stdin: ")
	assert.Contains(t, out.String(), `"id":1,`)
}

package server_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// newServerInMemory returns an MCP server for a fake GitCode, for synctest
// bubbles.
func newServerInMemory(t *testing.T, service http.Handler) *server.Server {
	t.Helper()
	s := newSetup("http://gitcode.test")
	s.gitcode.Transport = inMemory(t, service)
	return s.mcp(t)
}

const (
	getNumbered  = `{"jsonrpc":"2.0","id":%[1]s,"method":"tools/call","params":{"name":"get_issue","arguments":{"owner":"openharbor","repo":"portal","number":%[2]d}}}`
	cancelFormat = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":%s}}`
)

func TestCancelingACallCancelsItsRequest(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		service := newHeld()
		w := newWire(t, t.Context(), newServerInMemory(t, service))
		w.send(getIssue, "1")
		<-service.arrived
		start := time.Now()
		w.send(cancelFormat, "1")
		require.Error(t, <-service.ended)
		assert.Zero(t, time.Since(start))
		w.in.Close()
		require.NoError(t, <-w.done)
	})
}

// TestCanceledCallsThatAreQueuedAreNeverSent makes as many calls as are
// accepted, and cancels all that did not reach GitCode yet: some have a worker
// and wait for the limit of requests in flight, others wait for a worker.
func TestCanceledCallsThatAreQueuedAreNeverSent(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		const calls = 255
		service := newHeld()
		w := newWire(t, t.Context(), newServerInMemory(t, service))
		for id := 1; id <= calls; id++ {
			w.send(getNumbered, strconv.Itoa(id), id)
		}
		synctest.Wait()
		require.NotEmpty(t, service.arrived)
		require.Less(t, len(service.arrived), 32, "more requests are in flight than there are workers")
		want := map[string]bool{}
		for range len(service.arrived) {
			want[strconv.Itoa(<-service.arrived)] = true
		}
		for id := 1; id <= calls; id++ {
			if !want[strconv.Itoa(id)] {
				w.send(cancelFormat, strconv.Itoa(id))
			}
		}
		w.send(getNumbered, `"last"`, 3)
		want[`"last"`] = true
		close(service.release)
		w.in.Close()
		got := map[string]bool{}
		for range want {
			got[string(w.receive().ID)] = true
		}
		assert.Equal(t, want, got)
		require.NoError(t, <-w.done)
		assert.Len(t, service.arrived, 1, "a canceled call was sent")
	})
}

func TestCallsStartInTheirOrder(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		service := newHeld()
		w := newWire(t, t.Context(), newServerInMemory(t, service))
		for id := 1; id <= 40; id++ {
			w.send(getNumbered, strconv.Itoa(id), id)
		}
		synctest.Wait()
		for range len(service.arrived) {
			assert.NotEqual(t, 33, <-service.arrived, "the call waits for one of 32 workers")
		}
		w.in.Close()
		close(service.release)
		for range 40 {
			w.receive()
		}
		require.NoError(t, <-w.done)
	})
}

func TestCancellationMatchesTheID(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ids    []string
		cancel string
		want   []string // ids of the calls that are answered
	}{
		"number":            {[]string{`1`, `2`}, `1`, []string{`2`}},
		"string":            {[]string{`"a"`, `"b"`}, `"a"`, []string{`"b"`}},
		"escaped string":    {[]string{`"a"`, `"b"`}, `"\u0061"`, []string{`"b"`}},
		"not the string":    {[]string{`1`, `"1"`}, `1`, []string{`"1"`}},
		"not the number":    {[]string{`1`, `"1"`}, `"1"`, []string{`1`}},
		"above 2⁵³":         {[]string{`9007199254740992`, `9007199254740993`}, `9007199254740993`, []string{`9007199254740992`}},
		"duplicate ids":     {[]string{`1`, `1`, `2`}, `1`, []string{`2`}},
		"unknown id":        {[]string{`1`}, `2`, []string{`1`}},
		"null":              {[]string{`1`}, `null`, []string{`1`}},
		"an object":         {[]string{`1`}, `{"id":1}`, []string{`1`}},
		"no id in the text": {[]string{`1`}, `1}, "x": {"requestId": 5`, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				service := newHeld()
				w := newWire(t, t.Context(), newServerInMemory(t, service))
				for _, id := range test.ids {
					w.send(getNumbered, id, 1)
				}
				synctest.Wait()
				w.send(cancelFormat, test.cancel)
				w.in.Close()
				synctest.Wait()
				close(service.release)
				got := []string{}
				for range test.want {
					got = append(got, string(w.receive().ID))
				}
				assert.ElementsMatch(t, test.want, got)
				_, err := w.out.ReadByte()
				assert.ErrorIs(t, err, io.EOF, "a canceled call was answered")
				require.NoError(t, <-w.done)
			})
		})
	}
}

// TestCanceledCallsAreNotWaitedFor cancels calls to a service that never
// answers, and ends the input.
func TestCanceledCallsAreNotWaitedFor(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		w := newWire(t, t.Context(), newServerInMemory(t, newHeld()))
		for id := range 200 {
			w.send(getNumbered, strconv.Itoa(id), 1)
		}
		for id := range 200 {
			w.send(cancelFormat, strconv.Itoa(id))
		}
		start := time.Now()
		w.in.Close()
		require.NoError(t, <-w.done)
		assert.Zero(t, time.Since(start))
	})
}

// TestSignalCancelsStuckCalls cancels the context with as many pending calls as
// are accepted, and more waiting to be read.
func TestSignalCancelsStuckCalls(t *testing.T) {
	t.Parallel()
	for _, calls := range []int{1, 40, 256, 300} {
		t.Run(fmt.Sprint(calls), func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				service := newHeld()
				w := newWire(t, ctx, newServerInMemory(t, service))
				go io.Copy(io.Discard, w.out)
				go func() {
					for range calls {
						fmt.Fprintf(w.in, getNumbered+"\n", "1", 1)
					}
				}()
				synctest.Wait()
				start := time.Now()
				cancel()
				require.NoError(t, <-w.done)
				assert.Equal(t, 2*time.Second, time.Since(start))
				assert.LessOrEqual(t, len(service.arrived), 32, "calls were sent after the signal")
				w.in.Close()
			})
		})
	}
}

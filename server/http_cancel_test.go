package server_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// callInBackground sends a call and returns the answer's body, or the error, once
// it is there.
func (r *running) callInBackground(ctx context.Context, path, body string, header ...string) <-chan string {
	answer := make(chan string, 1)
	go func() {
		resp, err := r.send(ctx, http.MethodPost, path, strings.NewReader(body), header...)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer resp.Body.Close()
		content, err := io.ReadAll(resp.Body)
		answer <- fmt.Sprint(string(content), err)
	}()
	return answer
}

const canceled = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":%s}}`

// TestStatelessCallersCannotCancelEachOther runs calls that all have the id 1.
// Neither a notification nor the end of one of them touches another.
func TestStatelessCallersCannotCancelEachOther(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		service := newHeld()
		r := startInMemory(t, service, func(s *setup) { s.userTokens = true })
		call, header := modernCall("get_issue", `{"owner":"o","repo":"r","number":1}`)
		ann, bob := append(header, "X-GitCode-Token", "token-of-ann-1"), append(header, "X-GitCode-Token", "token-of-bob-1")
		ctx, hangUp := context.WithCancel(t.Context())
		first, second := r.callInBackground(t.Context(), "/mcp", call, ann...), r.callInBackground(t.Context(), "/mcp", call, ann...)
		gone := r.callInBackground(ctx, "/mcp", call, bob...)
		session := r.startSession(t, "X-GitCode-Token", "token-of-bob-1")
		synctest.Wait()

		for name, header := range map[string][]string{
			"another user":              {"X-GitCode-Token", "token-of-bob-1", "Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "notifications/cancelled"},
			"the user itself":           {"X-GitCode-Token", "token-of-ann-1", "Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "notifications/cancelled"},
			"without version":           {"X-GitCode-Token", "token-of-bob-1"},
			"a session":                 {"X-GitCode-Token", "token-of-bob-1", "Mcp-Session-Id", session},
			"a session and the version": {"X-GitCode-Token", "token-of-bob-1", "Mcp-Session-Id", session, "Mcp-Protocol-Version", "2026-07-28"},
		} {
			resp, _ := r.post(t, "/mcp", fmt.Sprintf(canceled, "1"), header...)
			assert.Equal(t, http.StatusAccepted, resp.StatusCode, name)
		}
		synctest.Wait()
		assert.Empty(t, service.ended, "no call ended")

		hangUp() // closing the connection does cancel
		assert.Contains(t, <-gone, "canceled")
		require.Error(t, <-service.ended)
		synctest.Wait()
		assert.Empty(t, service.ended, "only that call ended")

		close(service.release)
		assert.Contains(t, <-first, "answered")
		assert.Contains(t, <-second, "answered")
	})
}

// TestSessionsCancelTheirOwnCalls checks that a notification cancels the call of
// its session whose id is exactly the same.
func TestSessionsCancelTheirOwnCalls(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{"a number": "7", "text": `"7"`, "above 2⁵³": "9007199254740993"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				service := newHeld()
				r := startInMemory(t, service, nil)
				session, other, stream := r.startSession(t), r.startSession(t), openSSE(t, r)
				calls := []<-chan string{
					r.callInBackground(t.Context(), "/mcp", fmt.Sprintf(getIssue, id), "Mcp-Session-Id", session),
					r.callInBackground(t.Context(), "/mcp", fmt.Sprintf(getIssue, id), "Mcp-Session-Id", other),
				}
				r.post(t, stream.endpoint, fmt.Sprintf(getIssue, id))
				synctest.Wait()
				for _, wrong := range []string{"8", `"8"`, "9007199254740992", "9007199254740994", "null", "{}"} {
					r.post(t, "/mcp", fmt.Sprintf(canceled, wrong), "Mcp-Session-Id", session)
				}
				if id != "7" {
					r.post(t, "/mcp", fmt.Sprintf(canceled, "7"), "Mcp-Session-Id", session)
				}
				synctest.Wait()
				assert.Empty(t, service.ended, "no call has another id")

				resp, _ := r.post(t, "/mcp", fmt.Sprintf(canceled, id), "Mcp-Session-Id", session)
				assert.Equal(t, http.StatusAccepted, resp.StatusCode)
				assert.Contains(t, <-calls[0], `"id":`+id+",")
				require.Error(t, <-service.ended)
				r.post(t, stream.endpoint, fmt.Sprintf(canceled, id))
				assert.Contains(t, stream.next(t), `"id":`+id+",")
				require.Error(t, <-service.ended)

				synctest.Wait()
				assert.Empty(t, service.ended, "the other session's call goes on")
				close(service.release)
				assert.Contains(t, <-calls[1], "answered")
			})
		})
	}
}

// TestCallsWithTheSameID checks that a call can be canceled after another one with its
// id has ended.
func TestCallsWithTheSameID(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		service := newHeld()
		r := startInMemory(t, service, nil)
		session := r.startSession(t)
		first, second := r.callInBackground(t.Context(), "/mcp", fmt.Sprintf(getIssue, "7"), "Mcp-Session-Id", session),
			r.callInBackground(t.Context(), "/mcp", fmt.Sprintf(getIssue, "7"), "Mcp-Session-Id", session)
		synctest.Wait()
		service.release <- struct{}{}
		var left <-chan string
		select {
		case <-first:
			left = second
		case <-second:
			left = first
		}
		require.NoError(t, <-service.ended)
		r.post(t, "/mcp", fmt.Sprintf(canceled, "7"), "Mcp-Session-Id", session)
		assert.Contains(t, <-left, "canceled")
		require.Error(t, <-service.ended)
	})
}

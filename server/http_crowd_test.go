package server_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var crowdCalls = flag.Int("calls", 2000, "how many calls TestSixteenUsers makes")

// crowd is a fake GitCode that puts the user's name into the title of every
// issue. It holds requests for some issues until their client is gone.
type crowd struct {
	held     sync.Map     // *heldIssue by number
	canceled atomic.Int32 // requests that ended early but were not held
	served   atomic.Int32
}

type heldIssue struct {
	once           sync.Once
	arrived, ended chan struct{}
	user           string
}

func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.served.Add(1)
	user, number := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer token-of-"), path.Base(r.URL.Path)
	if held, ok := c.held.Load(number); ok {
		h := held.(*heldIssue)
		h.once.Do(func() {
			h.user = user
			close(h.arrived)
			<-r.Context().Done()
			close(h.ended)
		})
		return
	}
	time.Sleep(rand.N(3 * time.Millisecond)) // so that calls overlap
	if r.Context().Err() != nil {
		c.canceled.Add(1)
	}
	fmt.Fprintf(w, `{"id":%[1]s,"number":%[1]s,"title":"issue %[1]s of %[2]s"}`, number, user)
}

// visitor is a user who makes one call at a time, over one transport. The ids of
// all visitors are the same.
type visitor struct {
	r       *running
	service *crowd
	user    string
	session string  // of streamable HTTP
	stream  *events // of HTTP+SSE
	id      int     // of the last request
}

func (v *visitor) isStateless() bool { return v.session == "" && v.stream == nil }

// send sends a message without waiting for an answer on a stream.
func (v *visitor) send(ctx context.Context, message, method, name string, header ...string) (status int, body string, err error) {
	to := "/mcp"
	header = append([]string{"X-GitCode-Token", "token-of-" + v.user}, header...)
	switch {
	case v.stream != nil:
		to = v.stream.endpoint
	case v.session != "":
		header = append(header, "Mcp-Session-Id", v.session)
	default:
		header = append(header, "Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", method, "Mcp-Name", name)
	}
	resp, err := v.r.send(ctx, http.MethodPost, to, strings.NewReader(message), header...)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(content), err
}

// request sends a request and returns its answer.
func (v *visitor) request(ctx context.Context, method, name, arguments string, header ...string) (string, error) {
	var meta string
	if v.isStateless() {
		meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}},`
	}
	message := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":{%s"name":%q,"arguments":%s}}`, v.id, method, meta, name, arguments)
	status, answer, err := v.send(ctx, message, method, name, header...)
	if v.stream == nil || err != nil {
		return answer, err
	}
	if status != http.StatusAccepted {
		return "", fmt.Errorf("status %d: %s", status, answer)
	}
	answer, ok := <-v.stream.data
	if !ok {
		return "", errors.New("the stream ended")
	}
	return answer, nil
}

func (v *visitor) notifyCancelled(ctx context.Context, id int) (status int, err error) {
	status, _, err = v.send(ctx, fmt.Sprintf(canceled, fmt.Sprint(id)), "notifications/cancelled", "")
	return status, err
}

// visit makes one random call to an issue that nobody else asks for, and checks
// what comes back.
func (v *visitor) visit(t *testing.T, number int) bool {
	v.id++
	arguments := fmt.Sprintf(`{"owner":"o","repo":"r","number":%d}`, number)
	method, name, want := "tools/call", "get_issue", fmt.Sprintf(`"title":"issue %d of %s"`, number, v.user)
	var header []string
	switch rand.IntN(10) {
	case 0:
		header, want = []string{"X-MCP-Tools", "comment"}, "get_issue is not offered: excluded by the request's X-MCP-Tools header"
	case 1:
		header, want = []string{"X-MCP-Toolsets", "labels,comments"}, "excluded by the request's X-MCP-Toolsets header"
	case 2:
		name, header, want = "delete_comment", []string{"X-MCP-Readonly", "1"}, "delete_comment is not offered: excluded by the request's X-MCP-Readonly header"
	case 3:
		method, header, want = "tools/list", []string{"X-MCP-Tools", "get_issue"}, `"name":"get_issue"`
	case 4:
		return v.cancel(t, number, arguments)
	case 5:
		if v.isStateless() { // it names a call of somebody else, who goes on
			status, err := v.notifyCancelled(t.Context(), v.id+rand.IntN(5)-2)
			if !assert.NoError(t, err) || !assert.Equal(t, http.StatusAccepted, status) {
				return false
			}
		}
	}
	answer, err := v.request(t.Context(), method, name, arguments, header...)
	if method == "tools/list" && !assert.Equal(t, 1, strings.Count(answer, `"inputSchema"`)) {
		return false
	}
	return assert.NoError(t, err) && assert.Contains(t, answer, want) && assert.Contains(t, answer, fmt.Sprintf(`"id":%d,`, v.id))
}

// cancel makes a call that GitCode does not answer, and cancels it.
func (v *visitor) cancel(t *testing.T, number int, arguments string) bool {
	h := &heldIssue{arrived: make(chan struct{}), ended: make(chan struct{})}
	v.service.held.Store(fmt.Sprint(number), h)
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	var answer string
	var err error
	var call sync.WaitGroup
	call.Go(func() { answer, err = v.request(ctx, "tools/call", "get_issue", arguments) })
	<-h.arrived
	if v.isStateless() {
		hangUp()
	} else if _, err := v.notifyCancelled(ctx, v.id); !assert.NoError(t, err) {
		return false
	}
	<-h.ended
	call.Wait()
	if v.isStateless() {
		return assert.ErrorIs(t, err, context.Canceled) && assert.Equal(t, v.user, h.user)
	}
	return assert.NoError(t, err) && assert.Equal(t, v.user, h.user) &&
		assert.Contains(t, answer, fmt.Sprintf(`"id":%d,`, v.id)) && assert.Contains(t, answer, `"isError":true`)
}

// TestSixteenUsers lets users with their own tokens call over every transport at
// the same time, with the same ids. Nobody sees another's issue, restriction or
// cancellation.
func TestSixteenUsers(t *testing.T) {
	t.Parallel()
	service := &crowd{}
	r := start(t, service, func(s *setup) { s.userTokens = true })
	var visitors []*visitor
	for n := range 16 {
		user := fmt.Sprintf("user-%02d", n)
		token := []string{"X-GitCode-Token", "token-of-" + user}
		visitors = append(visitors,
			&visitor{r: r, service: service, user: user},
			&visitor{r: r, service: service, user: user}, // with the ids of the first
			&visitor{r: r, service: service, user: user, session: r.startSession(t, token...)},
			&visitor{r: r, service: service, user: user, stream: openSSE(t, r, token...)})
	}
	var number, done atomic.Int32
	var all sync.WaitGroup
	begin := time.Now()
	for _, v := range visitors {
		all.Go(func() {
			for {
				n := int(number.Add(1))
				if n > *crowdCalls || !v.visit(t, n) {
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	heldCalls := 0
	service.held.Range(func(_, _ any) bool { heldCalls++; return true })
	t.Logf("%d calls of 16 users in %v; GitCode served %d, of which %d were canceled", done.Load(), time.Since(begin).Round(time.Millisecond), service.served.Load(), heldCalls)
	assert.Equal(t, int32(*crowdCalls), done.Load())
	assert.Zero(t, service.canceled.Load(), "only held calls were canceled")
	require.NotZero(t, heldCalls)
}

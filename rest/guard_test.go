package rest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// recorder is a guard that remembers the actions, and refuses those of one repository.
type recorder struct {
	mu       sync.Mutex
	actions  []*rest.Action
	reserved []*rest.Action
}

func (r *recorder) Check(_ context.Context, _ *rest.Client, a *rest.Action) *rest.Error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.actions = append(r.actions, a)
	if a.Unknown || len(a.Repos) > 0 && strings.HasPrefix(a.Repos[0], "evil/") {
		return &rest.Error{Class: rest.ForbiddenByPolicy, Message: "refused"}
	}
	return nil
}

func (r *recorder) Reserve(ctx context.Context, _ *rest.Client, writes []*rest.Action) (context.Context, func(), *rest.Error) {
	r.reserved = writes
	return ctx, func() { r.reserved = nil }, nil
}

const (
	readIssue  = "GET /repos/{owner}/{repo}/issues/{number}"
	patchIssue = "PATCH /repos/{owner}/{repo}/issues/{number}"
)

// guarded returns a client with a guard, and the requests that its service receives.
func guarded(t *testing.T, service http.HandlerFunc) (*rest.Client, *recorder, *[]string) {
	t.Helper()
	var requests []string
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, r.Method+" "+r.URL.RequestURI())
		service(w, r)
	}))
	t.Cleanup(web.Close)
	guard := &recorder{}
	c, err := rest.New(rest.Forge{
		Authorize: func(http.Header, string) {},
		Decode:    json.Unmarshal,
		Error: func(status int, _ http.Header, body []byte) *rest.Error {
			return &rest.Error{Class: rest.ClassOf(status), Message: string(body)}
		},
		Meaning: func(endpoint string) (rest.Meaning, bool) {
			m := rest.Meaning{Repo: "{owner}/{repo}", Issue: "{number}", Title: "title", Texts: []string{"body"}, Labels: "labels", Assignees: "assignees", States: []string{"state"}}
			switch {
			case strings.HasSuffix(endpoint, "/labels/{name}"):
				m.RemoveLabels = "name"
			case strings.HasSuffix(endpoint, "/labels"):
				m.Labels, m.AddLabels = "", "[]"
			case strings.HasSuffix(endpoint, "/move"):
				m.Target = "to"
			case endpoint == "GET /search":
				m.Repo, m.Across = "{repo}", "**"
			}
			return m, !strings.HasSuffix(endpoint, "/unknown")
		},
	}, rest.Config{BaseURL: web.URL, Token: "token", Guard: guard, Rates: rest.Unlimited, MaxWait: -1})
	require.NoError(t, err)
	return c, guard, &requests
}

type issueParams struct {
	Owner  string `json:"owner"`
	Repo   string `json:"repo"`
	Number int    `json:"number"`
}

func TestActions(t *testing.T) {
	t.Parallel()
	c, guard, requests := guarded(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) })
	send := func(endpoint, params string, body any, known rest.Known) *rest.Action {
		t.Helper()
		req, err := rest.NewRequest(endpoint, json.RawMessage(params))
		require.NoError(t, err)
		if body != nil {
			require.NoError(t, req.SetBody(body))
		}
		req.Known = known
		_, _, err = rest.Do[json.RawMessage](t.Context(), c, req)
		require.NoError(t, err)
		a := *guard.actions[len(guard.actions)-1]
		a.Endpoint = ""
		return &a
	}
	const ref = `{"owner":"o","repo":"r/x","number":7`
	assert.Equal(t, &rest.Action{Repos: []string{"o/r%2Fx"}}, send(readIssue, ref+`}`, nil, rest.Known{}), "a read writes to no issue")
	assert.Equal(t, &rest.Action{
		Write: true, Repos: []string{"o/r%2Fx"}, Issue: "o/r%2Fx 7", AddLabels: []string{"b"}, RemoveLabels: []string{"c"}, States: []string{"closed"},
		Assignees: []string{"ann", "41"}, ChangesAnyAssignee: true, Titles: []string{"t"}, Texts: []string{"line\n/x"}, TextBefore: "old",
	}, send(patchIssue, ref+`,"title":"t","body":"line\n/x","state":"close","labels":"A, b","assignees":[40,41,0]}`, nil,
		rest.Known{Labels: []string{"a", "c"}, Text: "old", Usernames: map[string]string{"40": "ann"}}))
	assert.Equal(t, &rest.Action{Write: true, Repos: []string{"o/r%2Fx"}, Issue: "o/r%2Fx 7", RemovesAnyLabel: true, Assignees: []string{"bob"}},
		send(patchIssue, ref+`,"labels":[],"assignees":""}`, nil, rest.Known{Assignees: []string{"bob"}}))
	assert.Equal(t, &rest.Action{Write: true, Repos: []string{"o/r%2Fx"}, Issue: "o/r%2Fx 7", AddLabels: []string{"a", "b", "c"}},
		send("POST /repos/{owner}/{repo}/issues/{number}/labels", ref+`}`, []string{"a", "b,c"}, rest.Known{}))
	assert.Equal(t, &rest.Action{Write: true, Repos: []string{"o/r%2Fx"}, Issue: "o/r%2Fx 7", RemoveLabels: []string{"a/b", "c"}},
		send("DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name}", ref+`,"name":"a/b,c"}`, nil, rest.Known{}))
	assert.Equal(t, []string{"o/r%2Fx", "41"}, send("POST /repos/{owner}/{repo}/issues/{number}/move", ref+`,"to":41}`, nil, rest.Known{}).Repos)
	move := send("POST /repos/{owner}/{repo}/issues/{number}/move", ref+`,"to":41}`, nil, rest.Known{Project: "g/p"})
	assert.Equal(t, []string{"o/r%2Fx", "g/p"}, move.Repos)
	assert.Equal(t, "o/r%2Fx 7", move.Issue, "the same as for other writes")
	assert.Equal(t, &rest.Action{Repos: []string{"o/r"}}, send("GET /search", `{"repo":"o/r"}`, nil, rest.Known{}))
	assert.Equal(t, &rest.Action{Across: "**"}, send("GET /search", `{}`, nil, rest.Known{}))

	sent := len(*requests)
	for _, endpoint := range []string{readIssue, patchIssue, "POST /repos/{owner}/{repo}/issues/{number}/unknown"} {
		owner := "evil"
		if strings.HasSuffix(endpoint, "/unknown") {
			owner = "o"
		}
		err := rest.Send(t.Context(), c, endpoint, issueParams{owner, "r", 1})
		require.ErrorContains(t, err, "not sent: refused")
	}
	assert.Len(t, *requests, sent)
}

// TestGuardSeesRedirects follows a redirect only where the guard allows it.
func TestGuardSeesRedirects(t *testing.T) {
	t.Parallel()
	for target, message := range map[string]string{
		"/repos/o/new/issues/9":  "",
		"/repos/evil/r/issues/9": "refused; the service redirected the request",
		"/repositories/1/issues": "refused; the service redirected the request",
	} {
		c, _, requests := guarded(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/repos/o/r/issues/7" {
				http.Redirect(w, r, target, http.StatusMovedPermanently)
				return
			}
			fmt.Fprint(w, `{}`)
		})
		err := rest.Send(t.Context(), c, readIssue, issueParams{"o", "r", 7})
		if message == "" {
			require.NoError(t, err)
			assert.Len(t, *requests, 2)
			continue
		}
		require.ErrorContains(t, err, message)
		assert.Equal(t, rest.ForbiddenByPolicy, rest.ErrorClass(err))
		assert.Equal(t, []string{"GET /repos/o/r/issues/7"}, *requests)
	}
}

// TestRehearsal checks that a write uses each response that its rehearsal read once,
// and none after something was written.
func TestRehearsal(t *testing.T) {
	t.Parallel()
	version := 0
	c, guard, requests := guarded(t, func(w http.ResponseWriter, r *http.Request) {
		version++
		fmt.Fprintf(w, `{"version":%d}`, version)
	})
	type issue struct{ Version int }
	read := func(ctx context.Context, number int) int {
		t.Helper()
		i, err := rest.Call[issue](ctx, c, readIssue, issueParams{"o", "r", number})
		require.NoError(t, err)
		return i.Version
	}
	rehearsing, rehearsal := c.Rehearse(t.Context())
	assert.True(t, c.IsRehearsal(rehearsing))
	assert.True(t, c.IsDryRun(rehearsing))
	assert.Equal(t, []int{1, 1, 2}, []int{read(rehearsing, 1), read(rehearsing, 1), read(rehearsing, 2)})
	require.NoError(t, rest.Send(rehearsing, c, patchIssue, issueParams{"o", "r", 1}))
	assert.Equal(t, 1, read(rehearsing, 1), "nothing was written yet")
	require.NoError(t, rehearsal.Err())

	ctx, release, err := rehearsal.Begin(t.Context())
	require.NoError(t, err)
	require.Len(t, guard.reserved, 1)
	assert.Equal(t, "o/r 1", guard.reserved[0].Issue)
	assert.False(t, c.IsRehearsal(ctx))
	assert.False(t, c.IsDryRun(ctx))
	assert.Equal(t, []int{1, 3}, []int{read(ctx, 1), read(ctx, 1)}, "the second read sees what has changed")
	require.NoError(t, rest.Send(ctx, c, patchIssue, issueParams{"o", "r", 1}))
	assert.Equal(t, 5, read(ctx, 2), "the response of the rehearsal is old")
	assert.Len(t, *requests, 5)
	release()
	assert.Nil(t, guard.reserved)

	rehearsing, rehearsal = c.Rehearse(t.Context())
	require.Error(t, rest.Send(rehearsing, c, patchIssue, issueParams{"evil", "r", 1}))
	require.NoError(t, rest.Send(rehearsing, c, patchIssue, issueParams{"o", "r", 1}))
	require.ErrorContains(t, rehearsal.Err(), "not sent: refused", "although the method may go on")
}

package gitcode_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
)

// backlog returns 30 issues with 100 comments, 76,000 bytes of texts.
func backlog() *library {
	l := &library{}
	for n := range 30 {
		l.bodies = append(l.bodies, strings.Repeat("word ", 200)) // 30,000 bytes
		var comments []string
		for range []int{4, 3, 3}[n%3] {
			comments = append(comments, strings.Repeat("word ", 92)) // 46,000 bytes
		}
		l.comments = append(l.comments, comments)
	}
	return l
}

func TestAnIncludedBacklogTakesTwoCallsAndTheRequestsOfOne(t *testing.T) {
	t.Parallel()
	l := backlog()
	s := session(t, l, 60_000)
	const arguments = `"owner":"o","repo":"r","state":"open","per_page":30,"include":["body","comments"]`
	first := reading[cutList](t, s, 60_000, "list_repo_issues", `{`+arguments+`}`)
	require.NotEmpty(t, first.NextPage)
	assert.Equal(t, 2, l.requests)
	second := reading[cutList](t, s, 60_000, "list_repo_issues", `{"page":"`+string(first.NextPage)+`", `+arguments+`}`)
	assert.Equal(t, 2, l.requests, "the rest of the page takes no request")
	assert.Empty(t, second.NextPage)
	assert.Empty(t, second.Cut)
	texts, comments := 0, 0
	for i, row := range append(first.Rows, second.Rows...) {
		assert.Equal(t, 30-i, row.Number)
		texts += len(row.Body)
		for _, c := range row.comments(t) {
			comments++
			texts += len(c.Body)
		}
	}
	assert.Equal(t, 100, comments)
	assert.Equal(t, 76_000, texts)
	third := reading[cutList](t, s, 60_000, "list_repo_issues", `{"page":`+string(first.NextPage)+`,`+arguments+`}`)
	assert.Equal(t, second, third)
	assert.Greater(t, l.requests, 2, "what was taken is read again")
}

// toolbox is a set of tools on a service, for one user after the other.
type toolbox struct {
	api   *api.Client
	tools map[string]tools.Tool
}

func newToolbox(c *api.Client) toolbox {
	box := toolbox{c, map[string]tools.Tool{}}
	for _, tool := range toolset.Tools(c, settings) {
		box.tools[tool.Name] = tool
	}
	return box
}

// page calls a tool as a user with a limit of 2,000 bytes, and returns next_page.
func (b toolbox) page(t *testing.T, user, tool, arguments string, env tools.Env) string {
	t.Helper()
	env.MaxResult = 2_000
	result, err := b.tools[tool].Call(b.api.WithToken(t.Context(), user), env, json.RawMessage(arguments))
	require.NoError(t, err)
	var list cutList
	require.NoError(t, json.Unmarshal([]byte(text(t, result)), &list))
	return string(list.NextPage)
}

func TestLeftoversAreKeptForTheSameCall(t *testing.T) {
	t.Parallel()
	const plain, other = `"owner":"o","repo":"r"`, `"owner":"o","repo":"r2"`
	for name, test := range map[string]struct {
		between  func(t *testing.T, b toolbox)
		user     string
		call     string
		requests int // of the call for the rest
	}{
		"the same call":    {nil, "ann", plain, 0},
		"in another order": {nil, "ann", `"repo":"r","owner":"o"`, 0},
		"another user":     {nil, "bob", plain, 1},
		"other arguments":  {nil, "ann", other, 1},
		"after a write":    {func(t *testing.T, b toolbox) { b.page(t, "ann", "delete_comment", `{`+plain+`,"id":5}`, tools.Env{}) }, "ann", plain, 1},
		"after a dry run": {func(t *testing.T, b toolbox) {
			b.page(t, "ann", "delete_comment", `{`+plain+`,"id":5}`, tools.Env{DryRun: true})
		}, "ann", plain, 0},
		"another user writes": {func(t *testing.T, b toolbox) { b.page(t, "bob", "delete_comment", `{`+plain+`,"id":5}`, tools.Env{}) }, "ann", plain, 0},
		"after 31 others": {func(t *testing.T, b toolbox) {
			for i := range 31 {
				b.page(t, "ann", "list_repo_issues", fmt.Sprintf(`{"owner":"o","repo":"r","search":"%d","per_page":100}`, i), tools.Env{})
			}
		}, "ann", plain, 0},
		"after 32 others": {func(t *testing.T, b toolbox) {
			for i := range 32 {
				b.page(t, "ann", "list_repo_issues", fmt.Sprintf(`{"owner":"o","repo":"r","search":"%d","per_page":100}`, i), tools.Env{})
			}
		}, "ann", plain, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &library{bodies: strings.Split(strings.Repeat("x", 100), "")}
			b := newToolbox(newClient(t, l, api.Config{}))
			next := b.page(t, "ann", "list_repo_issues", `{`+plain+`,"per_page":100}`, tools.Env{})
			require.NotEmpty(t, next)
			if test.between != nil {
				test.between(t, b)
			}
			before := l.requests
			assert.NotEmpty(t, b.page(t, test.user, "list_repo_issues", `{`+test.call+`,"per_page":100,"page":`+next+`}`, tools.Env{}))
			assert.Equal(t, test.requests, l.requests-before)
		})
	}
}

// TestAWriteDuringAReadDropsItsLeftovers writes while a list is being read.
func TestAWriteDuringAReadDropsItsLeftovers(t *testing.T) {
	t.Parallel()
	for writer, requests := range map[string]int{"ann": 1, "bob": 0} {
		l := &library{bodies: strings.Split(strings.Repeat("x", 100), "")}
		var b toolbox
		var once sync.Once
		b = newToolbox(newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/issues") {
				once.Do(func() { b.page(t, writer, "delete_comment", `{"owner":"o","repo":"r","id":5}`, tools.Env{}) })
			}
			l.ServeHTTP(w, r)
		}), api.Config{}))
		const plain = `"owner":"o","repo":"r","per_page":100`
		next := b.page(t, "ann", "list_repo_issues", `{`+plain+`}`, tools.Env{})
		before := l.requests
		b.page(t, "ann", "list_repo_issues", `{`+plain+`,"page":`+next+`}`, tools.Env{})
		assert.Equal(t, requests, l.requests-before, "%s writes", writer)
	}
}

// TestLeftoversAreBounded checks that rows of more than 8 MB in all are not kept.
func TestLeftoversAreBounded(t *testing.T) {
	t.Parallel()
	const included = `"owner":"o","repo":"r","per_page":100,"include":["body"]`
	for size, requests := range map[int]int{70_000: 0, 90_000: 1} {
		l := &library{bodies: strings.Split(strings.Repeat(strings.Repeat("x", size)+" ", 99)+"x", " ")}
		b := newToolbox(newClient(t, l, api.Config{}))
		next := b.page(t, "ann", "list_repo_issues", `{`+included+`}`, tools.Env{})
		require.NotEmpty(t, next)
		before := l.requests
		b.page(t, "ann", "list_repo_issues", `{`+included+`,"page":`+next+`}`, tools.Env{})
		assert.Equal(t, requests, l.requests-before, "%d bytes", size)
	}
}

func TestLeftoversAgeOut(t *testing.T) {
	t.Parallel()
	for age, requests := range map[time.Duration]int{4 * time.Minute: 0, 6 * time.Minute: 1} {
		synctest.Test(t, func(t *testing.T) {
			l := &library{bodies: strings.Split(strings.Repeat("x", 100), "")}
			c, err := api.New(api.Config{BaseURL: "http://gitcode.test", Rates: rest.Unlimited, Transport: inProcess{l}})
			require.NoError(t, err)
			b := newToolbox(c)
			const plain = `"owner":"o","repo":"r","per_page":100`
			next := b.page(t, "ann", "list_repo_issues", `{`+plain+`}`, tools.Env{})
			time.Sleep(age)
			before := l.requests
			b.page(t, "ann", "list_repo_issues", `{`+plain+`,"page":`+next+`}`, tools.Env{})
			assert.Equal(t, requests, l.requests-before)
		})
	}
}

// inProcess is a transport that calls a handler.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Result(), nil
}

package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// boxRef, box and boxView are the params, the response and the view of Depot, a
// second forge.
type boxRef struct {
	Box int `json:"box"`
}

type box struct {
	Text string `json:"text"`
}

type boxView struct {
	Text string `json:"text"`
	tools.Notes
}

// withDepot adds the tools of a second forge, with a token of the server.
func withDepot(t testing.TB, s *setup, service http.Handler) {
	t.Helper()
	client, err := rest.New(rest.Forge{
		Authorize: func(h http.Header, token string) { h.Set("Depot-Key", token) },
		Decode:    json.Unmarshal,
		Error: func(status int, _ http.Header, body []byte) *rest.Error {
			return &rest.Error{Class: rest.ClassOf(status), Message: string(body), TraceID: string(body)}
		},
	}, rest.Config{BaseURL: serveLoopback(t, service), Token: "token-of-the-server", MaxWait: -1, Rates: rest.Unlimited, Observe: s.http.Metrics.ObserveAttempts("Depot")})
	require.NoError(t, err)
	depot := &tools.Forge{Client: client, Name: "Depot", TokenHeader: "X-Depot-Token", TokenHelp: "Ask the depot for one."}
	get := func(ctx context.Context, p *boxRef) (*box, error) {
		return rest.Call[box](ctx, client, "GET /boxes/{box}", p)
	}
	s.more = depot.Toolset("depot", tools.Read("depot_get_box", "Return a box.", get, func(_ *boxRef, b *box) *boxView { return &boxView{Text: b.Text} }))
}

// echo is a Depot whose answers contain the key that it received.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/404") {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, r.Header.Get("Depot-Key"))
		return
	}
	fmt.Fprintf(w, `{"text":"key %s, code-token-of-ann"}`, r.Header.Get("Depot-Key"))
})

// TestTokensAreRequired checks that callers must send a token if no forge of the server
// shows public data without one.
func TestTokensAreRequired(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) {
		withDepot(t, s, echo)
		s.http.UserTokens, s.alone = true, true
	})
	getBox, header := modernCall("depot_get_box", `{"box":1}`)
	resp, body := r.post(t, "/mcp", getBox, header...)
	assert.Equal(t, http.StatusUnauthorized, resp.StatusCode)
	assert.Contains(t, body, "this server uses each caller's own token; send it in the X-Depot-Token header. Ask the depot for one.")
	_, body = r.post(t, "/mcp", getBox, append(header, "X-Depot-Token", "depot-token-of-ann")...)
	assert.Contains(t, body, "key [token removed]")
}

// TestNoTokenTakesThePlaceOfAnother gives the server a token for each forge and
// requires those of callers, which the command line rejects.
func TestNoTokenTakesThePlaceOfAnother(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) {
		withDepot(t, s, echo)
		s.http.UserTokens = true
	})
	getBox, boxHeader := modernCall("depot_get_box", `{"box":1}`)
	getIssue, issueHeader := modernCall("get_issue", `{"owner":"openharbor","repo":"portal","number":1}`)
	missing, missingHeader := modernCall("depot_get_box", `{"box":404}`)
	const gitcode, depot = "X-GitCode-Token", "X-Depot-Token"

	_, body := r.post(t, "/mcp", getBox, append(boxHeader, gitcode, "code-token-of-ann")...)
	assert.Contains(t, body, "there is no token. Put a valid token in the header X-Depot-Token. Ask the depot for one.")
	_, body = r.post(t, "/mcp", getIssue, append(issueHeader, depot, "depot-token-of-ann")...)
	assert.Contains(t, body, "\"number\":1", "GitCode shows public data to anyone")
	comment, commentHeader := modernCall("comment", `{"owner":"openharbor","repo":"portal","number":1,"body":"x"}`)
	for _, header := range [][]string{{depot, "depot-token-of-ann"}, nil} {
		_, body = r.post(t, "/mcp", comment, append(commentHeader, header...)...)
		assert.Contains(t, body, "not sent: there is no token. Put a valid token in the header X-GitCode-Token.")
	}
	_, body = r.post(t, "/mcp", getBox, append(boxHeader, gitcode, "code-token-of-ann", depot, "depot-token-of-ann")...)
	assert.Contains(t, body, "key [token removed], [token removed]", "the token of GitCode is removed from a result of Depot")
	_, body = r.post(t, "/mcp", getBox, append(boxHeader, gitcode, "token-of-all", depot, "token-of-all-and-me")...)
	assert.Contains(t, body, "key [token removed],", "nothing is left of a token that contains the other")
	_, body = r.post(t, "/mcp", missing, append(missingHeader, depot, "depot-token-of-ann")...)
	assert.NotContains(t, body, "depot-token-of-ann")
	assert.Contains(t, r.log.String(), `trace_id="[token removed]"`)

	_, body = r.post(t, "/mcp", getBox, boxHeader...)
	assert.Contains(t, body, "not sent: there is no token. Put a valid token in the header X-Depot-Token.")
	resp, body := r.post(t, "/mcp", getBox, append(boxHeader, gitcode, "code-token-of-ann", depot, "YOUR_DEPOT_TOKEN")...)
	assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
	assert.Contains(t, body, "X-Depot-Token contains the placeholder YOUR_DEPOT_TOKEN")
	for _, token := range []string{"code-token", "depot-token", "token-of"} {
		assert.NotContains(t, r.log.String(), token)
	}
}

// TestSessionsBelongToAllTokens checks that a session is only found with the same
// tokens for the same forges.
func TestSessionsBelongToAllTokens(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) {
		withDepot(t, s, echo)
		s.userTokens = true
	})
	const gitcode, depot = "X-GitCode-Token", "X-Depot-Token"
	both := []string{gitcode, "token-of-ann-1", depot, "token-of-ann-2"}
	of := map[string]string{"both": r.startSession(t, both...), "one": r.startSession(t, both[:2]...)}
	for name, test := range map[string]struct {
		header  []string
		session string
		status  int
	}{
		"the same":                 {both, "both", http.StatusOK},
		"the same, one":            {both[:2], "one", http.StatusOK},
		"one of two":               {both[:2], "both", http.StatusNotFound},
		"the other of two":         {both[2:], "both", http.StatusNotFound},
		"one more":                 {both, "one", http.StatusNotFound},
		"exchanged":                {[]string{gitcode, "token-of-ann-2", depot, "token-of-ann-1"}, "both", http.StatusNotFound},
		"for the other forge":      {[]string{depot, "token-of-ann-1"}, "one", http.StatusNotFound},
		"joined into one":          {[]string{gitcode, "token-of-ann-1token-of-ann-2"}, "both", http.StatusNotFound},
		"divided elsewhere":        {[]string{gitcode, "token-of-ann-1t", depot, "oken-of-ann-2"}, "both", http.StatusNotFound},
		"another user of one":      {[]string{gitcode, "token-of-ann-1", depot, "token-of-bob-2"}, "both", http.StatusNotFound},
		"another user of the same": {[]string{gitcode, "token-of-bob-1"}, "one", http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			resp, _ := r.post(t, "/mcp", listTools, slices.Concat(test.header, []string{"Mcp-Session-Id", of[test.session]})...)
			assert.Equal(t, test.status, resp.StatusCode)
		})
	}
}

// TestTokensOfAllForgesGoNoFurther checks that mcp-go sees no token, whether the
// server needs it or not.
func TestTokensOfAllForgesGoNoFurther(t *testing.T) {
	t.Parallel()
	for _, userTokens := range []bool{false, true} {
		r := start(t, sandbox.New(), func(s *setup) {
			withDepot(t, s, echo)
			s.userTokens = userTokens
		})
		r.mcp.AddTool(mcp.NewTool("show_headers", mcp.WithDescription("for the test")), func(_ context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultText(fmt.Sprint(req.Header)), nil
		})
		call, header := modernCall("show_headers", `{}`)
		_, body := r.post(t, "/mcp", call, append(header, "X-GitCode-Token", "token-of-ann-1", "X-Depot-Token", "token-of-ann-2", "X-Other", "seen")...)
		assert.Contains(t, body, "seen")
		assert.NotContains(t, body, "token-of-ann")
	}
}

// TestServerOfTwoForges checks what a server says of its forges.
func TestServerOfTwoForges(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) {
		withDepot(t, s, echo)
		s.userTokens, s.http.Sandbox = true, true
		s.http.Sandboxes = []server.Sandbox{
			{Forge: "GitCode", Users: []server.SandboxUser{{Name: "maria", Role: "maintainer", Token: "token-of-maria"}}},
			{Forge: "Depot", Users: []server.SandboxUser{{Name: "paul", Role: "guest", Token: "token-of-paul"}}},
		}
	})
	token := []string{"X-GitCode-Token", sandbox.Token, "X-Depot-Token", "token-of-ann"}
	_, body := r.post(t, "/mcp", initialize, token...)
	assert.Contains(t, body, `"title":"GitCode and Depot issues"`)
	_, body = r.do(t, http.MethodGet, "/", nil)
	for _, part := range []string{
		"work with issues on GitCode and Depot.", "A built-in fake stands in for GitCode and Depot. Nothing reaches GitCode or Depot.", "<h3>depot</h3>",
		"X-GitCode-Token: ${GITCODE_TOKEN:-}", "X-Depot-Token: ${DEPOT_TOKEN:-}",
		"The server uses your own tokens of GitCode and Depot and keeps them only while your request runs. Leave out the header of a forge that you do not use.",
		"<h3>GitCode</h3>", "<h3>Depot</h3>", "<li>Ask the depot for one.</li>", "<code>token-of-maria</code>", "<code>token-of-paul</code>",
	} {
		assert.Contains(t, body, part)
	}
	resp, _ := r.do(t, http.MethodOptions, "/mcp", nil, "Origin", r.url)
	assert.Contains(t, resp.Header.Get("Access-Control-Allow-Headers"), "X-GitCode-Token, X-Depot-Token")

	getBox, header := modernCall("depot_get_box", `{"box":1}`)
	r.post(t, "/mcp", getBox, append(header, token...)...)
	_, body = r.do(t, http.MethodGet, "/metrics", nil)
	for _, line := range []string{
		`gitcode_mcp_requests_total{forge="Depot",status="200"} 1`, `gitcode_mcp_request_wait_seconds_count{forge="Depot"} 1`,
		`gitcode_mcp_calls_total{tool="depot_get_box",outcome="ok"} 1`,
	} {
		assert.Contains(t, body, line+"\n")
	}

	for name, test := range map[string]struct{ header, value, want string }{
		"its toolset":        {"X-MCP-Toolsets", "depot", `"name":"depot_get_box"`},
		"its tool":           {"X-MCP-Tools", "depot_get_box", `"name":"depot_get_box"`},
		"an unknown toolset": {"X-MCP-Toolsets", "github", "known toolsets are issues, comments, labels, enterprise, "},
	} {
		session := r.startSession(t, token...)
		_, body := r.post(t, "/mcp", listTools, append(token, "Mcp-Session-Id", session, test.header, test.value)...)
		assert.Contains(t, body, test.want, name)
		assert.NotContains(t, body, `"get_issue"`, name)
	}
}

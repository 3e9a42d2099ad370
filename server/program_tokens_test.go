package server_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTokensOfForgesAreSeparateOverStdio serves three forges over stdio. Each
// receives its own token and nothing of the others', and no result contains a
// token, whatever a forge answers.
func TestTokensOfForgesAreSeparateOverStdio(t *testing.T) {
	t.Parallel()
	const ofGitCode, ofGitHub, ofGitLab = "token-for-code-1", "token-for-hub-22", "token-for-lab-333"
	all := []string{ofGitCode, ofGitHub, ofGitLab}
	gitcode, github, gitlab := newRecorders(t, map[string][]string{"o": all})
	var in bytes.Buffer
	calls := threeForges("o")
	for id, params := range calls {
		fmt.Fprintf(&in, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":%s}`+"\n", id, params)
	}
	stdout, stderr, status := run(t, in.String(), []string{
		"GITCODE_TOKEN=" + ofGitCode, "GITCODE_API_URL=" + gitcode.url + "/api/v5", "GITCODE_RATE=0",
		"GITHUB_TOKEN=" + ofGitHub, "GITHUB_API_URL=" + github.url + "/api/v3", "GITHUB_RATE=0",
		"GITLAB_TOKEN=" + ofGitLab, "GITLAB_API_URL=" + gitlab.url + "/api/v4", "GITLAB_RATE=0", "GITCODE_MCP_LOG_LEVEL=debug",
	})
	require.Zero(t, status, stderr)
	assert.Equal(t, len(calls), strings.Count(stdout, "\n"))
	assert.Contains(t, stdout, "[token removed] [token removed] [token removed]", "all tokens are removed from results")
	assertNone(t, stdout+stderr, all...)
	for _, forge := range []struct {
		*recorder
		own string
	}{{gitcode, ofGitCode}, {github, ofGitHub}, {gitlab, ofGitLab}} {
		requests := forge.received()
		require.Greater(t, len(requests), 10)
		for _, r := range requests {
			assert.Equal(t, forge.scheme+forge.own, r.authorization, r.text)
			assert.NotContains(t, r.text, "Host: localhost", "a redirect to another host was followed")
			assert.Equal(t, 1, strings.Count(r.text, forge.own), "the token is in one header only: %s", r.text)
			assertNone(t, strings.ReplaceAll(r.text, forge.own, ""), all...)
		}
	}
	for _, record := range []struct{ tool, user string }{{"comment", ofGitCode}, {"github_lock_issue", ofGitHub}, {"gitlab_create_todo", ofGitLab}} {
		assert.Contains(t, stderr, fmt.Sprintf(`"tool":%q,"target":"o/r#1","outcome":"ok","user":%q`, record.tool, hashOf(record.user)))
	}
}

// TestBytesAfterResponsesAreNotLogged serves forges that send more than a response
// has, with the token of the request.
func TestBytesAfterResponsesAreNotLogged(t *testing.T) {
	t.Parallel()
	const ofGitCode, ofGitHub = "token-for-code-1", "token-for-hub-22"
	url := serveLoopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if !assert.NoError(t, err) {
			return
		}
		defer conn.Close()
		fmt.Fprintf(conn, "HTTP/1.1 204 No Content\r\n\r\n%s", r.Header.Get("Authorization"))
		io.Copy(io.Discard, conn)
	}))
	var in bytes.Buffer
	for id := range 20 {
		fmt.Fprintf(&in, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"github_check_assignee","arguments":{"owner":"o","repo":"r","assignee":"a"}}}`+"\n", id)
		fmt.Fprintf(&in, `{"jsonrpc":"2.0","id":"%d","method":"tools/call","params":{"name":"comment","arguments":{"owner":"o","repo":"r","number":1,"body":"x"}}}`+"\n", id)
	}
	stdout, stderr, status := run(t, in.String(), []string{
		"GITCODE_TOKEN=" + ofGitCode, "GITCODE_API_URL=" + url, "GITCODE_RATE=0",
		"GITHUB_TOKEN=" + ofGitHub, "GITHUB_API_URL=" + url, "GITHUB_RATE=0", "GITCODE_MCP_LOG_LEVEL=debug",
	})
	require.Zero(t, status, stderr)
	assert.Contains(t, stdout, `\"assignable\":true`)
	assertNone(t, stdout+stderr, ofGitCode, ofGitHub)
}

// TestTokensOfForgesAreSeparateOverHTTP serves three forges over HTTP to users with
// all tokens or one. A forge receives a user's token for it with the user's own
// calls only.
func TestTokensOfForgesAreSeparateOverHTTP(t *testing.T) {
	t.Parallel()
	users := map[string]map[string]string{ // the header and token of each forge
		"ann":  {"X-GitCode-Token": "code-token-of-ann", "X-GitHub-Token": "hub-token-of-ann", "X-GitLab-Token": "lab-token-of-ann"},
		"bob":  {"X-GitCode-Token": "code-token-of-bob", "X-GitHub-Token": "hub-token-of-bob", "X-GitLab-Token": "lab-token-of-bob"},
		"cleo": {"X-GitCode-Token": "code-token-of-cleo"},
		"dora": {"X-GitHub-Token": "hub-token-of-dora"},
		"emil": {"X-GitLab-Token": "lab-token-of-emil"},
	}
	owned := map[string][]string{}
	for name, headers := range users {
		owned[name] = slices.Collect(maps.Values(headers))
	}
	tokens := slices.Concat(slices.Collect(maps.Values(owned))...)
	gitcode, github, gitlab := newRecorders(t, owned)
	cmd := program(t, []string{
		"GITCODE_API_URL=" + gitcode.url + "/api/v5", "GITCODE_RATE=0",
		"GITHUB_API_URL=" + github.url + "/api/v3", "GITHUB_RATE=0",
		"GITLAB_API_URL=" + gitlab.url + "/api/v4", "GITLAB_RATE=0", "GITCODE_MCP_LOG_LEVEL=debug",
	}, "http", "--user-tokens", "--addr=127.0.0.1:0")
	pipe, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	log, listening := &safeBuffer{}, make(chan string, 1)
	go func() {
		lines := bufio.NewReader(io.TeeReader(pipe, log))
		line, _ := lines.ReadString('\n')
		listening <- line
		io.Copy(io.Discard, lines)
	}()
	address := regexp.MustCompile(`addr=(\S+)`).FindStringSubmatch(<-listening)
	require.NotNil(t, address, log)
	r := &running{url: "http://" + address[1], client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	t.Cleanup(r.client.CloseIdleConnections)

	var all sync.WaitGroup
	for name, headers := range users {
		var header []string
		for name, value := range headers {
			header = append(header, name, value)
		}
		session := r.startSession(t, header...)
		for id, params := range threeForges(name) {
			for era, more := range map[string][]string{"sessions": {"Mcp-Session-Id", session}, "stateless": nil} {
				message := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":%s}`, id, params)
				if era == "stateless" {
					var call struct {
						Name      string
						Arguments json.RawMessage
					}
					require.NoError(t, json.Unmarshal([]byte(params), &call))
					message, more = modernCall(call.Name, string(call.Arguments))
				}
				all.Go(func() {
					resp, err := r.send(t.Context(), http.MethodPost, "/mcp", strings.NewReader(message), append(more, header...)...)
					if !assert.NoError(t, err) {
						return
					}
					defer resp.Body.Close()
					body, err := io.ReadAll(resp.Body)
					assert.NoError(t, err)
					assert.Equal(t, http.StatusOK, resp.StatusCode)
					assertNone(t, string(body), owned[name]...)
					for header, forge := range map[string]string{"X-GitHub-Token": `"name":"github_get_issue"`, "X-GitLab-Token": `"name":"gitlab_get_issue"`} {
						if headers[header] == "" && strings.Contains(params, forge) {
							assert.Contains(t, string(body), "there is no token. Put a valid token in the header "+header)
						}
					}
				})
			}
		}
	}
	all.Wait()
	resp, _ := r.do(t, http.MethodGet, "/readyz", nil, "X-GitCode-Token", tokens[0], "X-GitHub-Token", tokens[1], "X-GitLab-Token", tokens[2])
	assert.Equal(t, http.StatusOK, resp.StatusCode)

	checks, anonymous := 0, 0
	for header, forge := range map[string]*recorder{"X-GitCode-Token": gitcode, "X-GitHub-Token": github, "X-GitLab-Token": gitlab} {
		seen := map[string]int{}
		for _, request := range forge.received() {
			if request.method == http.MethodHead {
				checks++
				assertNone(t, request.text, tokens...)
				continue
			}
			owner := ownerIn(request.path)
			own := users[owner][header]
			if own == "" && forge == gitcode { // it shows public data to anyone
				assert.Empty(t, request.authorization)
				assertNone(t, request.text, tokens...)
				anonymous++
				continue
			}
			require.NotEmpty(t, own, "%s sent no token for this forge: %s", owner, request.text)
			seen[owner]++
			assert.Equal(t, forge.scheme+own, request.authorization)
			assert.NotContains(t, request.text, "Host: localhost", "a redirect to another host was followed")
			assert.Equal(t, 1, strings.Count(request.text, own), request.text)
			for _, token := range tokens {
				if token != own {
					assertNone(t, request.text, token)
				}
			}
		}
		assert.Len(t, seen, 3)
		for owner, requests := range seen {
			assert.Greater(t, requests, 20, owner)
		}
	}
	assert.NotZero(t, checks)
	assert.NotZero(t, anonymous)
	assertNone(t, log.String(), tokens...)
}

package server_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httputil"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recorder is a fake forge that records the requests it receives. It puts the
// tokens of the owner of a repository into its answers about it.
type recorder struct {
	url    string
	other  string // URL of the other forge
	tokens map[string][]string

	mu       sync.Mutex
	requests []recorded
}

// recorded is a request as received, with every header and the body.
type recorded struct{ method, path, authorization, text string }

// newRecorders returns two forges, each of which redirects to the other.
func newRecorders(t *testing.T, tokens map[string][]string) (gitcode, github *recorder) {
	t.Helper()
	gitcode, github = &recorder{tokens: tokens}, &recorder{tokens: tokens}
	gitcode.url, github.url = serveLoopback(t, gitcode), serveLoopback(t, github)
	gitcode.other, github.other = github.url, gitcode.url
	return gitcode, github
}

// ServeHTTP answers issues whose number says how.
func (f *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := httputil.DumpRequest(r, true)
	if err != nil {
		panic(err)
	}
	f.mu.Lock()
	f.requests = append(f.requests, recorded{r.Method, r.URL.Path, r.Header.Get("Authorization"), string(text)})
	f.mu.Unlock()
	base, rest, _ := strings.Cut(r.URL.Path, "/issues/")
	number, _, _ := strings.Cut(rest, "/")
	leaked := strings.Join(f.tokens[ownerIn(r.URL.Path)], " ")
	switch number {
	case "401", "403", "404", "500":
		status, _ := strconv.Atoi(number)
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"message":%q,"error_message":%[1]q,"trace_id":%[1]q}`, leaked)
	case "301": // to the other forge
		http.Redirect(w, r, f.other+base+"/issues/1?"+r.URL.RawQuery, http.StatusMovedPermanently)
	case "302": // within the forge
		http.Redirect(w, r, base+"/issues/1", http.StatusFound)
	case "307":
		http.Redirect(w, r, f.other+r.URL.Path, http.StatusTemporaryRedirect)
	default:
		if strings.HasSuffix(r.URL.Path, "/lock") {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		fmt.Fprintf(w, `{"id":1,"number":1,"title":%q,"body":%[1]q,"user":{"login":%[1]q}}`, leaked)
	}
}

// ownerIn returns the owner of the repository in the path /api/v3/repos/OWNER/….
func ownerIn(path string) string {
	if parts := strings.Split(path, "/"); len(parts) > 4 {
		return parts[4]
	}
	return ""
}

// received returns the requests so far.
func (f *recorder) received() []recorded {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.requests)
}

// assertNone checks that a text contains no token, in any form in which it could
// be sent.
func assertNone(t *testing.T, text string, tokens ...string) {
	t.Helper()
	for _, token := range tokens {
		for _, form := range []string{token, base64.StdEncoding.EncodeToString([]byte(token)), base64.StdEncoding.EncodeToString([]byte("x:" + token))[4:]} {
			assert.False(t, strings.Contains(text, strings.TrimRight(form, "=")), "%s is in %s", token, text) //nolint:testifylint // shorter
		}
	}
}

// hashOf returns how the audit log names the owner of a token.
func hashOf(token string) string {
	hash := sha256.Sum256([]byte(token))
	return hex.EncodeToString(hash[:4])
}

// twoForges are calls of tools of both forges: reads, writes, redirects, errors.
// The owner of the repository stands for the caller, so that the requests show
// whose they are.
func twoForges(owner string) []string {
	var calls []string
	for _, number := range []string{"1", "301", "302", "307", "401", "403", "404", "500"} {
		arguments := fmt.Sprintf(`"owner":%q,"repo":"r"`, owner)
		calls = append(calls,
			fmt.Sprintf(`{"name":"get_issue","arguments":{%s,"number":%s}}`, arguments, number),
			fmt.Sprintf(`{"name":"github_get_issue","arguments":{%s,"issue_number":%s}}`, arguments, number),
			fmt.Sprintf(`{"name":"comment","arguments":{%s,"number":%s,"body":"x"}}`, arguments, number),
			fmt.Sprintf(`{"name":"github_lock_issue","arguments":{%s,"issue_number":%s}}`, arguments, number))
	}
	return calls
}

// TestTokensOfForgesAreSeparateOverStdio serves both forges over stdio. Each
// receives its own token and nothing of the other's, and no result contains a
// token, whatever a forge answers.
func TestTokensOfForgesAreSeparateOverStdio(t *testing.T) {
	t.Parallel()
	const ofGitCode, ofGitHub = "token-for-code-1", "token-for-hub-22"
	gitcode, github := newRecorders(t, map[string][]string{"o": {ofGitCode, ofGitHub}})
	var in bytes.Buffer
	calls := twoForges("o")
	for id, params := range calls {
		fmt.Fprintf(&in, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":%s}`+"\n", id, params)
	}
	stdout, stderr, status := run(t, in.String(), []string{
		"GITCODE_TOKEN=" + ofGitCode, "GITCODE_API_URL=" + gitcode.url + "/api/v5", "GITCODE_RATE=0",
		"GITHUB_TOKEN=" + ofGitHub, "GITHUB_API_URL=" + github.url + "/api/v3", "GITHUB_RATE=0", "GITCODE_MCP_LOG_LEVEL=debug",
	})
	require.Zero(t, status, stderr)
	assert.Equal(t, len(calls), strings.Count(stdout, "\n"))
	assert.Contains(t, stdout, "[token removed] [token removed]", "both tokens are removed from results")
	assertNone(t, stdout+stderr, ofGitCode, ofGitHub)
	for _, forge := range []struct {
		*recorder
		own, foreign string
	}{{gitcode, ofGitCode, ofGitHub}, {github, ofGitHub, ofGitCode}} {
		requests := forge.received()
		require.Greater(t, len(requests), 10)
		for _, r := range requests {
			assert.Equal(t, "Bearer "+forge.own, r.authorization, r.text)
			assert.Equal(t, 1, strings.Count(r.text, forge.own), "the token is in one header only: %s", r.text)
			assertNone(t, r.text, forge.foreign)
		}
	}
	for _, record := range []struct{ tool, user string }{{"comment", ofGitCode}, {"github_lock_issue", ofGitHub}} {
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

// TestTokensOfForgesAreSeparateOverHTTP serves both forges over HTTP to users with
// both tokens or one. A forge receives a user's token for it with the user's own
// calls only.
func TestTokensOfForgesAreSeparateOverHTTP(t *testing.T) {
	t.Parallel()
	users := map[string]map[string]string{ // the header and token of each forge
		"ann":  {"X-GitCode-Token": "code-token-of-ann", "X-GitHub-Token": "hub-token-of-ann"},
		"bob":  {"X-GitCode-Token": "code-token-of-bob", "X-GitHub-Token": "hub-token-of-bob"},
		"cleo": {"X-GitCode-Token": "code-token-of-cleo"},
		"dora": {"X-GitHub-Token": "hub-token-of-dora"},
	}
	owned := map[string][]string{}
	for name, headers := range users {
		owned[name] = slices.Collect(maps.Values(headers))
	}
	tokens := slices.Concat(slices.Collect(maps.Values(owned))...)
	gitcode, github := newRecorders(t, owned)
	cmd := program(t, []string{
		"GITCODE_API_URL=" + gitcode.url + "/api/v5", "GITCODE_RATE=0",
		"GITHUB_API_URL=" + github.url + "/api/v3", "GITHUB_RATE=0", "GITCODE_MCP_LOG_LEVEL=debug",
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
		for id, params := range twoForges(name) {
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
					for header, forge := range map[string]string{"X-GitCode-Token": `"name":"get_issue"`, "X-GitHub-Token": `"name":"github_get_issue"`} {
						if headers[header] == "" && strings.Contains(params, forge) {
							assert.Contains(t, string(body), "there is no token. Put a valid token in the header "+header)
						}
					}
				})
			}
		}
	}
	all.Wait()
	resp, _ := r.do(t, http.MethodGet, "/readyz", nil, "X-GitCode-Token", tokens[0], "X-GitHub-Token", tokens[1])
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	resp, body := r.post(t, "/mcp", listTools)
	assert.Equal(t, http.StatusUnauthorized, resp.StatusCode)
	for _, part := range []string{"X-GitCode-Token or X-GitHub-Token", "Create one on gitcode.com", "Create one on GitHub"} {
		assert.Contains(t, body, part)
	}

	checks := 0
	for header, forge := range map[string]*recorder{"X-GitCode-Token": gitcode, "X-GitHub-Token": github} {
		seen := map[string]int{}
		for _, request := range forge.received() {
			if request.method == http.MethodHead {
				checks++
				assertNone(t, request.text, tokens...)
				continue
			}
			owner := ownerIn(request.path)
			own := users[owner][header]
			require.NotEmpty(t, own, "%s sent no token for this forge: %s", owner, request.text)
			seen[owner]++
			assert.Equal(t, "Bearer "+own, request.authorization)
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
	assertNone(t, log.String(), tokens...)
}

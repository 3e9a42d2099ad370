package gitcode_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

var portal = gitcode.RepoRef{Owner: "openharbor", Repo: "portal"}

// harbor is a sandbox that records the writes which it receives, and fails as a
// test asks for.
type harbor struct {
	*sandbox.Sandbox
	fail func(r *http.Request, write string) fault.Fault // may be nil
	skew time.Duration                                   // of the service's clock
	edit func(w http.ResponseWriter, body string) string // of its responses; may be nil

	mu     sync.Mutex
	writes []string // such as "POST 3/labels [\"bug\"]"
	reads  []string
}

func newHarbor() *harbor { return &harbor{Sandbox: sandbox.New()} }

// ServeHTTP implements http.Handler.
func (h *harbor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	path := strings.TrimPrefix(r.URL.EscapedPath(), sandbox.Prefix)
	for _, prefix := range []string{"/repos/openharbor/portal/issues/", "/repos/openharbor/issues/", "/repos/openharbor/portal/"} {
		path = strings.TrimPrefix(path, prefix)
	}
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	line := strings.TrimSpace(r.Method + " " + path + " " + string(body))
	h.mu.Lock()
	if r.Method == http.MethodGet {
		h.reads = append(h.reads, line)
	} else {
		h.writes = append(h.writes, line)
	}
	fail := h.fail
	h.mu.Unlock()
	fault.Inject(http.HandlerFunc(h.serve), func(r *http.Request) fault.Fault {
		if fail == nil {
			return fault.Fault{}
		}
		return fail(r, line)
	}).ServeHTTP(w, r)
}

// serve serves a request with the times of another clock.
func (h *harbor) serve(w http.ResponseWriter, r *http.Request) {
	if h.skew == 0 && h.edit == nil {
		h.Sandbox.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Date", time.Now().Add(h.skew).UTC().Format(http.TimeFormat))
	query := r.URL.Query()
	if since, err := time.Parse(time.RFC3339, query.Get("since")); err == nil {
		query.Set("since", since.Add(-h.skew).Format(time.RFC3339))
		r.URL.RawQuery = query.Encode()
	}
	whole := httptest.NewRecorder()
	h.Sandbox.ServeHTTP(whole, r)
	maps.Copy(w.Header(), whole.Header())
	body := times.ReplaceAllStringFunc(whole.Body.String(), func(s string) string {
		at, _ := time.Parse(time.RFC3339, s)
		return at.Add(h.skew).Format(time.RFC3339)
	})
	if h.edit != nil {
		body = h.edit(w, body)
	}
	w.WriteHeader(whole.Code)
	io.WriteString(w, body)
}

var times = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00`)

// client returns a client for a user of the sandbox that neither waits nor
// retries, unless change says otherwise.
func (h *harbor) client(t testing.TB, change func(*gitcode.Config)) *gitcode.Client {
	t.Helper()
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	return newSandboxClient(t, gitcode.Config{BaseURL: web.URL + sandbox.Prefix}, change)
}

// pipe is client without a real network, for synctest bubbles.
func (h *harbor) pipe(t testing.TB, change func(*gitcode.Config)) *gitcode.Client {
	t.Helper()
	transport, stop := fault.Pipe(h)
	t.Cleanup(stop)
	return newSandboxClient(t, gitcode.Config{BaseURL: "http://gitcode.test" + sandbox.Prefix, Transport: transport}, change)
}

func newSandboxClient(t testing.TB, cfg gitcode.Config, change func(*gitcode.Config)) *gitcode.Client {
	t.Helper()
	cfg.Token, cfg.MaxWait, cfg.Rates = sandbox.Token, -1, rest.Unlimited
	if change != nil {
		change(&cfg)
	}
	c, err := gitcode.New(cfg)
	require.NoError(t, err)
	return c
}

// takeWrites returns the writes since the last call.
func (h *harbor) takeWrites() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	writes := h.writes
	h.writes = nil
	return writes
}

// get returns what the sandbox holds, past the recording and the faults.
func (h *harbor) get(t testing.TB, path string, v any) {
	t.Helper()
	h.do(t, http.MethodGet, path, "", v)
}

func (h *harbor) do(t testing.TB, method, path, body string, v any) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, sandbox.Prefix+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+sandbox.Token)
	w := httptest.NewRecorder()
	h.Sandbox.ServeHTTP(w, r)
	require.Less(t, w.Code, 300, "%s %s: %s", method, path, w.Body)
	if v != nil {
		require.NoError(t, lenient.Decode(w.Body.Bytes(), v))
	}
}

// issueOf returns an issue of the repository portal.
func (h *harbor) issueOf(t testing.TB, number int) *gitcode.Issue {
	t.Helper()
	issue := &gitcode.Issue{}
	h.get(t, fmt.Sprintf("/repos/openharbor/portal/issues/%d", number), issue)
	return issue
}

// commentsOf returns the texts of an issue's comments by a user.
func (h *harbor) commentsOf(t testing.TB, number int, user string) []string {
	t.Helper()
	var comments []gitcode.Comment
	h.get(t, fmt.Sprintf("/repos/openharbor/portal/issues/%d/comments?per_page=100", number), &comments)
	texts := []string{}
	for _, c := range comments {
		if string(c.User.Login) == user {
			texts = append(texts, string(c.Body))
		}
	}
	return texts
}

// fill creates issues up to a number.
func (h *harbor) fill(t testing.TB, last int) {
	t.Helper()
	for n := 15; n <= last; n++ {
		h.do(t, http.MethodPost, "/repos/openharbor/issues", fmt.Sprintf(`{"repo":"portal","title":"Issue %d","body":""}`, n), nil)
	}
}

// update calls UpdateIssues for the repository portal.
func update(t testing.TB, c *gitcode.Client, resume bool, changes ...gitcode.IssuesChange) *gitcode.IssuesUpdate {
	t.Helper()
	u, err := c.UpdateIssues(t.Context(), &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: changes, Resume: resume, AllowCommands: true})
	require.NoError(t, err)
	return u
}

// outcomes returns the outcomes as "number outcome".
func outcomes(u *gitcode.IssuesUpdate) []string {
	var all []string
	for _, i := range u.Issues {
		all = append(all, fmt.Sprintf("%d %s", i.Number, i.Outcome))
	}
	return all
}

// asJSON returns changes as an agent would send them.
func asJSON(t testing.TB, changes []gitcode.IssuesChange) string {
	t.Helper()
	text, err := rest.Marshal(changes)
	require.NoError(t, err)
	return string(text)
}

package server_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httputil"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// recorder is a fake forge that records the requests it receives. It puts the
// tokens of the owner of a repository into its answers about it.
type recorder struct {
	url    string
	other  string // URL of another forge
	scheme string // what a request has before the token
	tokens map[string][]string

	mu       sync.Mutex
	requests []recorded
}

// recorded is a request as received, with every header and the body.
type recorded struct{ method, path, authorization, text string }

// newRecorders returns three forges, each of which redirects to the next.
func newRecorders(t *testing.T, tokens map[string][]string) (gitcode, github, gitlab *recorder) {
	t.Helper()
	gitcode, github, gitlab = &recorder{tokens: tokens, scheme: "Bearer "}, &recorder{tokens: tokens, scheme: "Bearer "}, &recorder{tokens: tokens}
	gitcode.url, github.url, gitlab.url = serveLoopback(t, gitcode), serveLoopback(t, github), serveLoopback(t, gitlab)
	gitcode.other, github.other, gitlab.other = github.url, gitlab.url, gitcode.url
	return gitcode, github, gitlab
}

// ServeHTTP answers issues whose number says how.
func (f *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := httputil.DumpRequest(r, true)
	if err != nil {
		panic(err)
	}
	f.mu.Lock()
	f.requests = append(f.requests, recorded{r.Method, r.URL.Path, r.Header.Get("Authorization") + r.Header.Get("Private-Token"), string(text)})
	f.mu.Unlock()
	base, rest, _ := strings.Cut(r.URL.Path, "/issues/")
	number, _, _ := strings.Cut(rest, "/")
	leaked := strings.Join(f.tokens[ownerIn(r.URL.Path)], " ")
	switch number {
	case "401", "403", "404", "500":
		status, _ := strconv.Atoi(number)
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"message":%q,"error_message":%[1]q,"trace_id":%[1]q}`, leaked)
	case "301": // to another forge
		http.Redirect(w, r, f.other+base+"/issues/1?"+r.URL.RawQuery, http.StatusMovedPermanently)
	case "302": // within the forge
		http.Redirect(w, r, base+"/issues/1", http.StatusFound)
	case "307":
		http.Redirect(w, r, f.other+r.URL.Path, http.StatusTemporaryRedirect)
	case "303": // to another name of the host
		http.Redirect(w, r, strings.Replace(f.url, "127.0.0.1", "localhost", 1)+base+"/issues/1", http.StatusSeeOther)
	case "308": // to another scheme
		http.Redirect(w, r, strings.Replace(f.url, "http:", "https:", 1)+base+"/issues/1", http.StatusPermanentRedirect)
	default:
		if strings.HasSuffix(r.URL.Path, "/lock") {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		if strings.HasSuffix(r.URL.Path, "/todo") {
			w.WriteHeader(http.StatusCreated)
		}
		fmt.Fprintf(w, `{"id":1,"iid":1,"number":1,"title":%q,"body":%[1]q,"user":{"login":%[1]q}}`, leaked)
	}
}

// ownerIn returns the owner of the repository in the path /api/v3/repos/OWNER/…, or
// the group of the project in /api/v4/projects/GROUP/….
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

// threeForges are calls of tools of all forges: reads, writes, redirects, errors.
// The owner of the repository stands for the caller, so that the requests show
// whose they are.
func threeForges(owner string) []string {
	var calls []string
	for _, number := range []string{"1", "301", "302", "303", "307", "308", "401", "403", "404", "500"} {
		arguments := fmt.Sprintf(`"owner":%q,"repo":"r"`, owner)
		calls = append(calls,
			fmt.Sprintf(`{"name":"get_issue","arguments":{%s,"number":%s}}`, arguments, number),
			fmt.Sprintf(`{"name":"github_get_issue","arguments":{%s,"issue_number":%s}}`, arguments, number),
			fmt.Sprintf(`{"name":"comment","arguments":{%s,"number":%s,"body":"x"}}`, arguments, number),
			fmt.Sprintf(`{"name":"github_lock_issue","arguments":{%s,"issue_number":%s}}`, arguments, number),
			fmt.Sprintf(`{"name":"gitlab_get_issue","arguments":{"id":"%s/r","issue_iid":%s}}`, owner, number),
			fmt.Sprintf(`{"name":"gitlab_create_todo","arguments":{"id":"%s/r","issue_iid":%s}}`, owner, number))
	}
	return calls
}

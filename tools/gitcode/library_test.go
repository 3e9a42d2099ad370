package gitcode_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// library is a service with issues, the newest first, each with a body and
// comments. It counts the requests.
type library struct {
	bodies   []string   // of the issues 1, 2, …
	comments [][]string // of the same issues

	mu       sync.Mutex
	requests int
}

func (l *library) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	l.requests++
	l.mu.Unlock()
	issue := func(n int) string {
		return fmt.Sprintf(`{"id":%d,"number":"%d","title":"t","body":%s,"comments":%d,"created_at":"2026-01-01T00:00:00Z"}`, 100+n, n, encoded(l.bodies[n-1]), len(l.of(n)))
	}
	comment := func(n, k int) string {
		return fmt.Sprintf(`{"id":%d,"body":%s,"user":{"login":"mei"},"target":{"issue":{"id":%d,"nubmer":%d}},"created_at":"2026-01-02T00:00:00Z"}`, n*1000+k+1, encoded(l.of(n)[k]), 100+n, n)
	}
	parts := strings.Split(r.URL.Path, "/")
	var rows []string
	switch last := parts[len(parts)-1]; {
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusNoContent)
		return
	case last == "issues":
		for n := len(l.bodies); n > 0; n-- {
			rows = append(rows, issue(n))
		}
	case last == "comments" && len(parts) == 6:
		for n := range l.bodies {
			for k := range l.of(n + 1) {
				rows = append(rows, comment(n+1, k))
			}
		}
	case last == "comments":
		n, _ := strconv.Atoi(parts[5])
		for k := range l.of(n) {
			rows = append(rows, comment(n, k))
		}
	case parts[len(parts)-2] == "comments":
		id, _ := strconv.Atoi(last)
		fmt.Fprint(w, comment(id/1000, id%1000-1))
		return
	default:
		n, _ := strconv.Atoi(last)
		if n > len(l.bodies) {
			responds(404, `{"error_code":404,"error_message":"Issue Not Found"}`)(w, r)
			return
		}
		fmt.Fprint(w, issue(n))
		return
	}
	page, size := 1, 20
	fmt.Sscan(r.URL.Query().Get("page"), &page)
	fmt.Sscan(r.URL.Query().Get("per_page"), &size)
	if strings.HasSuffix(r.URL.Path, "/comments") && (r.URL.Query().Get("order") == "desc" || r.URL.Query().Get("direction") == "desc") {
		slices.Reverse(rows)
	}
	w.Header()["total_count"] = []string{strconv.Itoa(len(rows))}
	start := min((page-1)*size, len(rows))
	fmt.Fprint(w, "["+strings.Join(rows[start:min(start+size, len(rows))], ",")+"]")
}

// of returns the comments of an issue.
func (l *library) of(n int) []string {
	if n > len(l.comments) {
		return nil
	}
	return l.comments[n-1]
}

func encoded(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// cutIssue is an issue as a result shows it.
type cutIssue struct {
	Number   int
	Body     string
	Cut      string
	Comments json.RawMessage
}

// comments returns the member comments if it is an array.
func (i cutIssue) comments(t *testing.T) (list []struct {
	ID      int
	Author  string
	Body    string
	LeftOut string `json:"left_out"`
}) {
	t.Helper()
	require.NoError(t, json.Unmarshal(i.Comments, &list), string(i.Comments))
	return list
}

type cutList struct {
	Rows     []cutIssue
	NextPage json.Number `json:"next_page"`
	Cut      string
}

// reading calls a tool of a session, checks its size and schema, and decodes its
// result.
func reading[V any](t *testing.T, session *client.Client, limit int, tool, arguments string) V {
	t.Helper()
	result := call(t, session, tool, arguments)
	answer := text(t, result)
	require.False(t, result.IsError, answer)
	require.LessOrEqual(t, len(answer), limit)
	var raw any
	require.NoError(t, json.Unmarshal([]byte(answer), &raw))
	require.NoError(t, compile(t, toolNamed(t, tool).Output()).Validate(raw))
	var value V
	require.NoError(t, json.Unmarshal([]byte(answer), &value))
	return value
}

func session(t *testing.T, service http.Handler, limit int) *client.Client {
	t.Helper()
	return connect(t, newClient(t, service, api.Config{}), tools.Env{MaxResult: limit})
}

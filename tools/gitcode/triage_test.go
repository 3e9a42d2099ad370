package gitcode_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/policy"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// The triage that README.md measures: read the 30 open issues of a repository
// with their 100 comments, learn which labels exist, then add two labels to each
// of ten issues, assign it and comment on it, and close three of them.
const (
	triageRepo     = `"owner":"openharbor","repo":"cli"`
	triageIssues   = 30
	triageComments = 5 // on each of the first 20 issues
	triageTexts    = 76_000
	triageChanged  = 10
	triageClosed   = 3
)

// triage is the repository, and what reading and changing it cost.
type triage struct {
	t             *testing.T
	session       *client.Client
	client        *api.Client
	reads, writes atomic.Int64 // requests
	texts         []string     // bodies and comments

	calls, bytesRead, bytesWritten int
	seen                           strings.Builder // the results, decoded
}

func newTriage(t *testing.T, guard rest.Guard) *triage {
	t.Helper()
	tr := &triage{t: t}
	box := sandbox.New()
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			tr.reads.Add(1)
		} else {
			tr.writes.Add(1)
		}
		box.ServeHTTP(w, r)
	})
	tr.client = newClient(t, service, api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token})
	tr.fill()
	client := tr.client
	if guard != nil {
		client = newClient(t, service, api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token, Guard: guard})
	}
	tr.session = connect(t, client, tools.Env{MaxResult: 60_000})
	tr.reads.Store(0)
	tr.writes.Store(0)
	return tr
}

// fill adds issues and comments to those of the sandbox until there are as many
// as the triage needs, with texts of triageTexts bytes in all,
// as JSON.
func (tr *triage) fill() {
	t, ctx := tr.t, tr.t.Context()
	ref := api.RepoRef{Owner: "openharbor", Repo: "cli"}
	seeded, err := tr.client.ListRepoIssues(ctx, &api.ListRepoIssuesParams{RepoRef: ref, Include: api.Include{"body"}})
	require.NoError(t, err)
	used := 0
	add := func(text string) string {
		tr.texts = append(tr.texts, text)
		used += encodedLen(text)
		return text
	}
	for _, issue := range seeded.Items {
		add(string(issue.Body))
	}
	comments, err := tr.client.ListRepoComments(ctx, &api.ListRepoCommentsParams{RepoRef: ref})
	require.NoError(t, err)
	for _, c := range comments.Items {
		add(string(c.Body))
	}
	rest := triageIssues - len(seeded.Items) + 20*triageComments - len(comments.Items) // texts to write
	next := func() string {
		size := (triageTexts - used) / rest
		if rest--; rest > 0 {
			size = size * (2 + rest%3) / 3 // of different lengths
		}
		return add(prose(len(tr.texts), size))
	}
	for number := len(seeded.Items) + 1; number <= triageIssues; number++ {
		_, err := tr.client.CreateIssue(ctx, &api.CreateIssueParams{RepoRef: ref, Title: fmt.Sprintf("`harbor deploy` fails in case %d", number), Body: next()})
		require.NoError(t, err)
	}
	for number := 1; number <= 20; number++ {
		missing := triageComments
		for _, c := range comments.Items {
			if int(c.Target.Issue.Number) == number {
				missing--
			}
		}
		for range missing {
			_, err := tr.client.CreateComment(ctx, &api.CreateCommentParams{IssueRef: api.IssueRef{RepoRef: ref, Number: number}, Body: next()})
			require.NoError(t, err)
		}
	}
	require.Equal(t, triageTexts, used)
}

// prose returns a text of size bytes as JSON that no other seed yields.
func prose(seed, size int) string {
	text := fmt.Sprintf("Case %d. ", seed)
	for i := seed; ; i++ {
		sentence := []string{
			"The command stops after the upload. ", "重试之后结果相同。", "The log shows a timeout of the relay. ", "Nothing is printed on stderr.\n",
		}[i%4]
		if encodedLen(text+sentence) > size {
			return text + strings.Repeat(".", size-encodedLen(text))
		}
		text += sentence
	}
}

// encodedLen returns the length of a text in JSON, without the quotes.
func encodedLen(text string) int {
	encoded, _ := json.Marshal(text) //nolint:errchkjson // a string has an encoding
	return len(encoded) - 2
}

// call calls a tool and returns the members of its result.
func (tr *triage) call(tool, arguments string) map[string]any {
	tr.t.Helper()
	result := call(tr.t, tr.session, tool, arguments)
	content := text(tr.t, result)
	require.False(tr.t, result.IsError, content)
	tr.calls, tr.bytesRead, tr.bytesWritten = tr.calls+1, tr.bytesRead+len(content), tr.bytesWritten+len(arguments)
	var value map[string]any
	require.NoError(tr.t, json.Unmarshal([]byte(content), &value))
	tr.remember(value)
	return value
}

// remember collects all texts of a result.
func (tr *triage) remember(value any) {
	switch v := value.(type) {
	case string:
		tr.seen.WriteString(v + "\x00")
	case []any:
		for _, element := range v {
			tr.remember(element)
		}
	case map[string]any:
		for _, member := range v {
			tr.remember(member)
		}
	}
}

// change is what the triage does to an issue.
func change(number int) (labels, comment string, closes bool) {
	return `["bug","priority/high"]`, fmt.Sprintf("Reproduced as case %d. Labeled and assigned.", number), number <= triageClosed
}

// withDocumentedTools plays the triage with one tool for each operation.
func (tr *triage) withDocumentedTools() {
	rows := tr.call("list_repo_issues", `{`+triageRepo+`,"state":"open","per_page":30}`)["rows"].([]any)
	require.Len(tr.t, rows, triageIssues)
	for _, row := range rows {
		row := row.(map[string]any)
		issue := fmt.Sprintf(`{`+triageRepo+`,"number":%v}`, row["number"])
		tr.call("get_issue", issue)
		if row["comments"] != nil {
			tr.call("list_issue_comments", issue)
		}
	}
	for number := 1; number <= triageChanged; number++ {
		labels, comment, closes := change(number)
		issue, state := fmt.Sprintf(`{`+triageRepo+`,"number":%d,`, number), ""
		if closes {
			state = `,"state":"closed"`
		}
		tr.call("add_labels", issue+`"labels":`+labels+`}`)
		tr.call("update_issue", issue+`"assignee":"linwei"`+state+`}`)
		tr.call("comment", fmt.Sprintf(`%s"body":%q}`, issue, comment))
	}
}

// withAllTools plays it with the tools that read and change a lot at once.
func (tr *triage) withAllTools() {
	const list = `{` + triageRepo + `,"state":"open","limit":30,"include":["body","comments"],"fields":["number","title","labels","body","comments"]`
	page := tr.call("list_repo_issues", list+`}`)
	rows := page["rows"].([]any)
	for page["next_page"] != nil {
		page = tr.call("list_repo_issues", fmt.Sprintf(`%s,"page":%v}`, list, page["next_page"]))
		rows = append(rows, page["rows"].([]any)...)
	}
	require.Len(tr.t, rows, triageIssues)
	tr.call("get_repo", `{`+triageRepo+`,"fields":["labels"]}`)
	var changes []string
	for number := 1; number <= triageChanged; number++ {
		labels, comment, closes := change(number)
		state := ""
		if closes {
			state = `,"state":"closed"`
		}
		changes = append(changes, fmt.Sprintf(`{"numbers":[%d],"add_labels":%s,"assignee":"linwei","comment":%q%s}`, number, labels, comment, state))
	}
	result := tr.call("update_issues", `{`+triageRepo+`,"changes":[`+strings.Join(changes, ",")+`]}`)
	assert.NotContains(tr.t, result, "remaining")
}

// outcome returns the issues and comments afterwards, without times.
func (tr *triage) outcome() []string {
	ref := api.RepoRef{Owner: "openharbor", Repo: "cli"}
	var facts []string
	issues, err := tr.client.ListRepoIssues(tr.t.Context(), &api.ListRepoIssuesParams{RepoRef: ref, Paging: api.Paging{PerPage: 100}})
	require.NoError(tr.t, err)
	for _, i := range issues.Items {
		labels := i.LabelNames()
		slices.Sort(labels)
		facts = append(facts, fmt.Sprint(i.Number, i.State, labels, i.AssigneeLogins(), i.Milestone.Title))
	}
	comments, err := tr.client.ListRepoComments(tr.t.Context(), &api.ListRepoCommentsParams{RepoRef: ref, Sort: "created", Direction: "desc", Paging: api.Paging{PerPage: 100}})
	require.NoError(tr.t, err)
	for _, c := range comments.Items {
		facts = append(facts, fmt.Sprint(c.Target.Issue.Number, c.User.Login, c.Body))
	}
	return facts
}

// TestTriage measures the triage with and without the tools that do a lot at
// once, and checks that README.md shows the figures.
func TestTriage(t *testing.T) {
	t.Parallel()
	table := "| | calls | bytes read | bytes written | read requests | write requests |\n| --- | --- | --- | --- | --- | --- |\n"
	measure := func(name string, play func(*triage)) *triage {
		tr := newTriage(t, nil)
		play(tr)
		table += fmt.Sprintf("| %s | %d | %d | %d | %d | %d |\n", name, tr.calls, tr.bytesRead, tr.bytesWritten, tr.reads.Load(), tr.writes.Load())
		for _, text := range tr.texts {
			assert.Contains(t, tr.seen.String(), text, "every text was read")
		}
		return tr
	}
	before := measure("one tool for each operation", (*triage).withDocumentedTools)
	after := measure("`list_repo_issues` with `include`, `get_repo`, `update_issues`", (*triage).withAllTools)

	assert.LessOrEqual(t, after.calls, 5)
	assert.LessOrEqual(t, after.bytesRead, 85_000)
	assert.LessOrEqual(t, after.reads.Load(), int64(6))
	assert.Equal(t, before.writes.Load(), after.writes.Load(), "a request for each write")
	assert.Equal(t, before.outcome(), after.outcome())
	toolstest.TestReadme(t, "triage", "tools/gitcode", table)

}

// TestTriageUnderPolicy plays the triage under the policy that README.md shows. Nothing
// is refused, and one more request finds out where the repository is.
func TestTriageUnderPolicy(t *testing.T) {
	t.Parallel()
	rules, err := policy.Load("../../deploy/policy.toml")
	require.NoError(t, err)
	unrestricted, err := policy.Load(os.DevNull)
	require.NoError(t, err)
	for name, play := range map[string]func(*triage){"one by one": (*triage).withDocumentedTools, "at once": (*triage).withAllTools} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			free, restricted := newTriage(t, unrestricted.For("GitCode").Guard()), newTriage(t, rules.For("GitCode").Guard())
			play(free)
			play(restricted)
			assert.Equal(t, free.reads.Load()+1, restricted.reads.Load())
			assert.Equal(t, free.writes.Load(), restricted.writes.Load())
			assert.Equal(t, free.bytesRead, restricted.bytesRead)
			assert.Equal(t, free.outcome(), restricted.outcome())
		})
	}
}

package gitcode_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var marker = regexp.MustCompile(`… \(([\d,]+) of ([\d,]+) characters; the rest: (\w+) (number|id)=(\d+) offset=(\d+)\)$`)

// TestCutTextsCanBeReadOn follows what the end of a cut text says until all of
// the text is read.
func TestCutTextsCanBeReadOn(t *testing.T) {
	t.Parallel()
	paragraph := strings.Repeat("Some words of a sentence. ", 12)
	for name, test := range map[string]struct {
		text string
		end  string // regular expression for the end of each part
	}{
		"paragraphs":      {strings.Repeat(paragraph+"\n\n", 60), `\n\n$`},
		"CRLF":            {strings.Repeat(paragraph+"\r\n\r\n", 60), `\n\n$`},
		"blank lines":     {strings.Repeat(paragraph+"\n \t\n", 60), `\n \t\n$`},
		"lines":           {strings.Repeat(paragraph+"\n", 60), `\.\s\n$`},
		"words":           {strings.Repeat(paragraph, 60), `\w+\.? $`},
		"Chinese":         {strings.Repeat("议题很长，需要分段阅读。", 2000), `[，。]$`},
		"one long word":   {strings.Repeat("ab", 20_000), `$`},
		"emoji":           {strings.Repeat("👨‍👩‍👧", 3000), `👧$`},
		"token":           {strings.Repeat("x", 1100) + strings.Repeat(testToken+"y", 2000), `$`},
		"a late boundary": {"short\n\n" + strings.Repeat("w ", 20_000), `w $`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := session(t, &library{bodies: []string{test.text}, comments: [][]string{{test.text}}}, 5_000)
			for tool, first := range map[string]string{"get_issue": `"number":1`, "get_comment": `"id":1001`} {
				var whole strings.Builder
				for next, parts := first, 1; ; parts++ {
					got := reading[cutIssue](t, s, 5_000, tool, `{"owner":"o","repo":"r",`+next+`}`)
					m := marker.FindStringSubmatch(got.Body)
					if m == nil {
						whole.WriteString(got.Body)
						assert.Empty(t, got.Cut)
						assert.Greater(t, parts, 3)
						break
					}
					assert.Equal(t, "A text is cut; its end says how to read the rest.", got.Cut)
					assert.Equal(t, tool, m[3])
					assert.Equal(t, strings.ReplaceAll(m[1], ",", ""), m[6])
					assert.Equal(t, strconv.Itoa(len([]rune(test.text))), strings.ReplaceAll(m[2], ",", ""))
					part := strings.TrimSuffix(got.Body, m[0])
					assert.Regexp(t, test.end, part)
					assert.Greater(t, len(part), 2000)
					whole.WriteString(part)
					next = fmt.Sprintf(`%q:%s,"offset":%s`, m[4], m[5], m[6])
				}
				want := strings.ReplaceAll(strings.ReplaceAll(test.text, "\r\n", "\n"), testToken, "[token removed]")
				assert.Equal(t, want, whole.String(), "the parts are the text")
			}
			result := call(t, s, "get_issue", `{"owner":"o","repo":"r","number":1,"offset":1000000}`)
			assert.Contains(t, text(t, result), fmt.Sprintf("offset 1000000 is past the end: the body has %d characters", len([]rune(test.text))))
		})
	}
}

// TestLongTextsMakeRoomForRows checks that short texts stay whole, that long ones
// are no shorter than necessary, and that rows are left out only if not even
// short texts fit.
func TestLongTextsMakeRoomForRows(t *testing.T) {
	t.Parallel()
	short := strings.Repeat("word ", 100)
	l := &library{}
	for n := range 40 {
		l.bodies = append(l.bodies, short)
		l.comments = append(l.comments, []string{short})
		if n%20 == 0 {
			l.bodies[n], l.comments[n][0] = strings.Repeat("word ", 4000), strings.Repeat("word ", 8000)
		}
	}
	const arguments = `{"owner":"o","repo":"r","per_page":100,"include":["body","comments"]}`
	list := reading[cutList](t, session(t, l, 60_000), 60_000, "list_repo_issues", arguments)
	assert.Len(t, list.Rows, 40)
	assert.Empty(t, list.NextPage)
	assert.Equal(t, "4 texts are cut; their ends say how to read the rest.", list.Cut)
	for _, row := range list.Rows {
		comment := row.comments(t)[0]
		if row.Number%20 != 1 {
			assert.Equal(t, short, row.Body)
			assert.Equal(t, short, comment.Body)
			assert.Zero(t, comment.ID, "a comment has its id only if it is cut")
			continue
		}
		assert.Contains(t, row.Body, fmt.Sprintf(" of 20,000 characters; the rest: get_issue number=%d offset=", row.Number))
		assert.Contains(t, comment.Body, fmt.Sprintf(" of 40,000 characters; the rest: get_comment id=%d offset=", row.Number*1000+1))
		assert.Equal(t, row.Number*1000+1, comment.ID)
		assert.InDelta(t, len(row.Body), len(comment.Body), 200, "both have the same room")
		assert.Greater(t, len(row.Body), 2_500)
	}

	list = reading[cutList](t, session(t, l, 20_000), 20_000, "list_repo_issues", arguments)
	assert.Regexp(t, `^\d+ of 40 rows are left out; repeat the call with page=1\.\d\d\.$`, list.Cut)
	assert.Greater(t, len(list.Rows), 10)
	assert.Equal(t, short, list.Rows[0].Body)
}

func TestNewCommentsAreKeptBeforeOldOnes(t *testing.T) {
	t.Parallel()
	var comments []string
	for k := range 200 {
		comments = append(comments, fmt.Sprintf("%d %s", k+1, strings.Repeat("word ", 100)))
	}
	s := session(t, &library{bodies: []string{"the body"}, comments: [][]string{comments}}, 20_000)
	issue := reading[cutIssue](t, s, 20_000, "get_issue", `{"owner":"o","repo":"r","number":1,"include":["comments"]}`)
	assert.Equal(t, "the body", issue.Body)
	assert.Equal(t, "Earlier comments are left out.", issue.Cut)
	check := func(issue cutIssue) {
		t.Helper()
		list := issue.comments(t)
		assert.Equal(t, fmt.Sprintf("%d earlier comments; list_issue_comments number=1 has them", 200-len(list)+1), list[0].LeftOut)
		assert.Greater(t, len(list), 30)
		for i, c := range list[1:] {
			assert.Equal(t, comments[200-len(list)+1+i], c.Body)
		}
	}
	check(issue)
	list := reading[cutList](t, s, 20_000, "list_repo_issues", `{"owner":"o","repo":"r","include":["comments"]}`)
	check(list.Rows[0])

	// The body and the comments share the room, and all comments stay while no
	// text is shorter than 2,000 bytes.
	long := strings.Repeat("word ", 4000)
	s = session(t, &library{bodies: []string{long}, comments: [][]string{{long, "short", long}}}, 20_000)
	issue = reading[cutIssue](t, s, 20_000, "get_issue", `{"owner":"o","repo":"r","number":1,"include":["comments"]}`)
	assert.Equal(t, "3 texts are cut; their ends say how to read the rest.", issue.Cut)
	assert.Equal(t, "short", issue.comments(t)[1].Body)
	assert.InDelta(t, len(issue.Body), len(issue.comments(t)[2].Body), 200)
	assert.Greater(t, len(issue.Body), 6_000)
}

// TestTheBodyIsCutLast checks that a body is cut with its marker as long as
// something else can be left out, and that the title, the state and the labels
// stay.
func TestTheBodyIsCutLast(t *testing.T) {
	t.Parallel()
	l := &library{bodies: []string{strings.Repeat("word ", 1000)}, comments: [][]string{{strings.Repeat("long ", 1000), "b", "c"}}}
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/operate_logs"):
			fmt.Fprint(w, `[{"id":1,"content":"set milestone to v1","user":{"login":"ann"}}]`)
		case strings.HasSuffix(r.URL.Path, "/pull_requests"):
			fmt.Fprint(w, `[{"id":1,"number":4,"title":"Fix it","html_url":"https://gitcode.com/o/r/pull/4"}]`)
		case strings.HasSuffix(r.URL.Path, "/issues/1"):
			fmt.Fprintf(w, `{"id":101,"number":"1","title":"It does not start","state":"open","labels":[{"name":"bug"},{"name":"help"}],"user":{"login":"mei"},"html_url":"https://gitcode.com/o/r/issues/1",`+
				`"body":%q,"comments":3,"created_at":"2026-01-01T00:00:00+08:00","updated_at":"2026-01-02T00:00:00+08:00"}`, l.bodies[0])
		default:
			l.ServeHTTP(w, r)
		}
	})
	for _, limit := range []int{500, 520, 600, 800, 1000, 2000, 4000} {
		result := text(t, call(t, session(t, service, limit), "get_issue", `{"owner":"o","repo":"r","number":1,"include":["comments","logs","pull_requests"]}`))
		assert.LessOrEqual(t, len(result), limit)
		var issue cutIssue
		require.NoError(t, json.Unmarshal([]byte(result), &issue))
		assert.Contains(t, result, `"title":"It does not start","state":"open","labels":["bug","help"]`)
		assert.Regexp(t, marker, issue.Body, "%d", limit)
		if limit == 500 {
			assert.Equal(t, "3", string(issue.Comments), "their number stays")
			assert.Contains(t, issue.Cut, "Left out: logs, pull_requests, comments")
		}
	}
}

// TestCutNumbersAreNamed checks that a list of numbers that does not fit names
// those left out, ready to be passed again.
func TestCutNumbersAreNamed(t *testing.T) {
	t.Parallel()
	l := &library{}
	for range 30 {
		l.bodies = append(l.bodies, strings.Repeat("word ", 300))
	}
	s := session(t, l, 20_000)
	var read []int
	numbers := "[30,99,7,3,29,28,27,26,25,24,23,22,21,20,19,18,17,16,15]"
	list := reading[cutList](t, s, 20_000, "list_repo_issues", `{"owner":"o","repo":"r","include":["body"],"numbers":`+numbers+`}`)
	assert.Contains(t, list.Cut, "Could not read #99: GET /repos/{owner}/{repo}/issues/{number} returned 404: Issue Not Found")
	for calls := 1; ; calls++ {
		for _, row := range list.Rows {
			read = append(read, row.Number)
		}
		assert.Empty(t, list.NextPage)
		m := regexp.MustCompile(`^\d+ of \d+ rows are left out; repeat the call with numbers=(\[[\d,]+\])\.`).FindStringSubmatch(list.Cut)
		if m == nil {
			assert.Equal(t, 2, calls)
			break
		}
		list = reading[cutList](t, s, 20_000, "list_repo_issues", `{"owner":"o","repo":"r","include":["body"],"numbers":`+m[1]+`}`)
	}
	assert.Equal(t, []int{30, 7, 3, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15}, read)

	// Where the numbers would not fit, the last one shown says where to go on.
	for range 200 {
		l.bodies = append(l.bodies, "text")
	}
	many := make([]string, 200)
	for i := range many {
		many[i] = strconv.Itoa(230 - i)
	}
	s = session(t, l, 500)
	list = reading[cutList](t, s, 500, "list_repo_issues", `{"owner":"o","repo":"r","numbers":[`+strings.Join(many, ",")+`]}`)
	last := list.Rows[len(list.Rows)-1].Number
	assert.Equal(t, fmt.Sprintf("%d of 200 rows are left out; repeat the call with all numbers after %d, in the order given.", 200-len(list.Rows), last), list.Cut)
	assert.Greater(t, len(list.Rows), 3)
	s = session(t, l, 5_000)
	list = reading[cutList](t, s, 5_000, "list_repo_issues", `{"owner":"o","repo":"r","numbers":[`+strings.Join(many, ",")+`]}`)
	assert.Contains(t, list.Cut, fmt.Sprintf("numbers=[%d,", list.Rows[len(list.Rows)-1].Number-1))

	s = session(t, l, 20_000)
	result := call(t, s, "list_repo_issues", `{"owner":"o","repo":"r","numbers":[998,999]}`)
	assert.True(t, result.IsError)
	result = call(t, s, "list_repo_issues", `{"owner":"o","repo":"r","numbers":[1],"state":"open"}`)
	assert.Contains(t, text(t, result), "not sent: numbers selects exactly these issues and cannot be combined with state")
}

func TestDetailsThatCannotBeReadAreNamed(t *testing.T) {
	t.Parallel()
	l := &library{bodies: []string{"a", "b"}, comments: [][]string{{"c"}, {"d"}}}
	s := session(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/comments") && !strings.HasSuffix(r.URL.Path, "/1/comments") || strings.HasSuffix(r.URL.Path, "/operate_logs") {
			responds(403, `{"error_message":"403 Forbidden"}`)(w, r)
			return
		}
		l.ServeHTTP(w, r)
	}), 60_000)
	list := reading[cutList](t, s, 60_000, "list_repo_issues", `{"owner":"o","repo":"r","include":["comments","logs"]}`)
	assert.Equal(t, "Could not read the comments of #2: GET /repos/{owner}/{repo}/issues/{number}/comments returned 403: 403 Forbidden. "+
		"Could not read the logs of #1, #2: GET /repos/{owner}/issues/{number}/operate_logs returned 403: 403 Forbidden.", list.Cut)
	assert.Equal(t, "1", string(list.Rows[0].Comments), "the number of comments stays")
	assert.Equal(t, "c", list.Rows[1].comments(t)[0].Body)
	issue := reading[cutIssue](t, s, 60_000, "get_issue", `{"owner":"o","repo":"r","number":1,"include":["logs"]}`)
	assert.Contains(t, issue.Cut, "Could not read the logs of #1: ")
}

// TestFieldsInclude checks that a member that fields select need not be included,
// and that an included one need not be selected.
func TestFieldsInclude(t *testing.T) {
	t.Parallel()
	s := session(t, &library{bodies: []string{"text"}, comments: [][]string{{"c"}}}, 60_000)
	for arguments, want := range map[string]string{
		`"fields":["number","body"]`:                             `{"rows":[{"number":1,"body":"text"}],"total":1}`,
		`"fields":["number"],"include":["body"]`:                 `{"rows":[{"number":1,"body":"text"}],"total":1}`,
		`"fields":["number","comments"]`:                         `{"rows":[{"number":1,"comments":1}],"total":1}`,
		`"fields":["number"],"include":["comments","id"]`:        `{"rows":[{"number":1,"comments":[{"author":"mei","created":"2026-01-02","body":"c"}],"id":101}],"total":1}`,
		`"numbers":[1],"fields":["number","title"],"include":[]`: `{"rows":[{"number":1,"title":"t"}]}`,
	} {
		result := call(t, s, "list_repo_issues", `{"owner":"o","repo":"r",`+arguments+`}`)
		assert.Equal(t, want, text(t, result))
	}
}

// TestIncludedMembersAreThoseOfTheirTools checks every included member of the
// sandbox's issues against the tool that returns it alone.
func TestIncludedMembersAreThoseOfTheirTools(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	const all = `"include":["body","comments","pull_requests","logs","issue_state","type","priority","visibility","id","url"]`
	rows := u.call("list_repo_issues", `{`+portal+`,"per_page":100,`+all+`}`)["rows"].([]any)
	require.Len(t, rows, 14)
	pulls, logs, comments := 0, 0, 0
	for _, row := range rows {
		row := row.(map[string]any)
		ref := fmt.Sprintf(`{`+portal+`,"number":%v`, row["number"])
		issue := u.call("get_issue", ref+`,`+all+`}`)
		for _, member := range []string{"body", "pull_requests", "logs", "issue_state", "type", "priority", "id", "url"} {
			assert.Equal(t, issue[member], row[member], member)
		}
		assert.NotEmpty(t, row["visibility"], "an included visibility may be public")
		alone := u.call("list_issue_comments", ref+`,"per_page":100}`)["rows"].([]any)
		included, _ := row["comments"].([]any)
		ofIssue, _ := issue["comments"].([]any)
		require.Len(t, included, len(alone))
		require.Len(t, ofIssue, len(alone))
		for i := range alone {
			comment := alone[i].(map[string]any)
			delete(comment, "updated")
			assert.Equal(t, comment, ofIssue[i], "a single issue shows ids, and times to the minute")
			delete(comment, "id")
			comment["created"] = comment["created"].(string)[:len("2026-11-21")]
			assert.Equal(t, comment, included[i])
		}
		included, _ = row["pull_requests"].([]any)
		assert.Equal(t, column(u.call("list_issue_pull_requests", ref+`}`), "url"), column(map[string]any{"rows": included}, "url"))
		pulls, comments = pulls+len(included), comments+len(alone)
		included, _ = row["logs"].([]any)
		assert.Equal(t, column(u.call("get_operate_logs", ref+`}`), "content"), column(map[string]any{"rows": included}, "content"))
		logs += len(included)
	}
	assert.Positive(t, pulls)
	assert.Positive(t, comments)
	assert.Positive(t, logs)
	numbered := u.call("list_repo_issues", `{`+portal+`,"numbers":[2,14,1],`+all+`}`)["rows"].([]any)
	assert.Equal(t, []any{rows[12], rows[0], rows[13]}, numbered)
}

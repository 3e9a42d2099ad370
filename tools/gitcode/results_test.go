package gitcode_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
)

const secret = "tools-token-1"

// do calls a tool with a service, and returns the result and the audit records.
func do(t *testing.T, service http.HandlerFunc, env tools.Env, name, arguments string) (*mcp.CallToolResult, []tools.Record) {
	t.Helper()
	var records []tools.Record
	env.Audit = func(r tools.Record) { records = append(records, r) }
	for _, tool := range toolset.Tools(newClient(t, service, api.Config{Token: secret, MaxWait: -1}), settings) {
		if tool.Name == name {
			result, err := tool.Call(t.Context(), env, json.RawMessage(arguments))
			assert.Equal(t, result.IsError, err != nil)
			return result, records
		}
	}
	t.Fatal("there is no tool ", name)
	return nil, nil
}

// writesRespond returns a service that has an issue and responds to every write
// alike.
func writesRespond(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			responds(http.StatusOK, `{"id":70,"title":"t","state":"open"}`)(w, r)
			return
		}
		responds(status, body)(w, r)
	}
}

// responds returns a service with one response.
func responds(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

const issue7 = `"owner":"o","repo":"r","number":7`

func TestLongListsContinueAfterTheLastRow(t *testing.T) {
	t.Parallel()
	// The service has 250 comments of about 1 kB.
	service := func(w http.ResponseWriter, r *http.Request) {
		page, size := 1, 20
		fmt.Sscan(r.URL.Query().Get("page"), &page)
		fmt.Sscan(r.URL.Query().Get("per_page"), &size)
		assert.Equal(t, 100, size)
		var rows []string
		for id := (page-1)*size + 1; id <= min(page*size, 250); id++ {
			rows = append(rows, fmt.Sprintf(`{"id":%d,"body":%q}`, id, strings.Repeat("语", 300)))
		}
		w.Header()["total_count"] = []string{"250"}
		fmt.Fprint(w, "["+strings.Join(rows, ",")+"]")
	}
	var pages []string
	var ids []int
	for page := json.Number("1"); page != ""; {
		result, _ := do(t, service, tools.Env{MaxResult: 40_000}, "list_issue_comments", `{`+issue7+`,"per_page":100,"page":`+string(page)+`}`)
		require.False(t, result.IsError, text(t, result))
		assert.LessOrEqual(t, len(text(t, result)), 40_000)
		var list struct {
			Rows     []struct{ ID int }
			NextPage json.Number `json:"next_page"`
			Cut      string
		}
		require.NoError(t, json.Unmarshal([]byte(text(t, result)), &list))
		for _, row := range list.Rows {
			ids = append(ids, row.ID)
		}
		if strings.Contains(string(list.NextPage), ".") {
			assert.Regexp(t, `^\d+ of \d+ rows are left out; repeat the call with page=`+string(list.NextPage)+`\.$`, list.Cut)
		} else {
			assert.Empty(t, list.Cut)
		}
		pages = append(pages, string(page))
		page = list.NextPage
	}
	assert.Equal(t, []string{"1", "1.43", "1.86", "2", "2.43", "2.86", "3", "3.43"}, pages)
	assert.Len(t, ids, 250)
	for i, id := range ids {
		assert.Equal(t, i+1, id)
	}
}

func TestLongTextsAreTruncatedAtACharacter(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("文字 \\\" \\n ", 20_000)
	for name, test := range map[string]struct{ arguments, answer, rest string }{
		"get_issue":           {`{` + issue7 + `}`, `{"id":1,"number":7,"body":"` + body + `"}`, "characters; the rest: get_issue number=7 offset="},
		"get_comment":         {`{"owner":"o","repo":"r","id":1}`, `{"id":1,"body":"` + body + `"}`, "characters; the rest: get_comment id=1 offset="},
		"list_issue_comments": {`{` + issue7 + `}`, `[{"id":1,"body":"` + body + `"},{"id":2,"body":"x"}]`, "characters; the rest: get_comment id=1 offset="},
		"get_operate_logs":    {`{` + issue7 + `}`, `[{"id":1,"content":"` + body + `"}]`, "characters (the server's GITCODE_MCP_MAX_RESULT is 10000 bytes)"},
	} {
		result, _ := do(t, responds(200, test.answer), tools.Env{MaxResult: 10_000}, name, test.arguments)
		text := text(t, result)
		require.False(t, result.IsError, text)
		assert.True(t, json.Valid([]byte(text)), name)
		assert.LessOrEqual(t, len(text), 10_000, name)
		assert.Greater(t, len(text), 9_000, name)
		assert.Contains(t, text, test.rest, name)
	}
	result, _ := do(t, responds(200, `{"id":1,"number":7,"body":"`+body+`"}`), tools.Env{}, "get_issue", `{`+issue7+`}`)
	assert.NotContains(t, text(t, result), `"cut"`, "without a limit nothing is cut")
}

func TestHiddenCharactersAreCounted(t *testing.T) {
	t.Parallel()
	answer := "{\"id\":1,\"number\":7,\"title\":\"a\u200bb\",\"body\":\"c\u202ed\",\"user\":{\"login\":\"e\u2066v\"},\"labels\":[{\"name\":\"bu\u00adg\"}],\"milestone\":{\"title\":\"v\ufeff1\"}}"
	result, _ := do(t, responds(200, answer), tools.Env{}, "get_issue", `{`+issue7+`}`)
	assert.JSONEq(t, `{"number":7,"id":1,"title":"ab","body":"cd","author":"ev","labels":["bug"],"milestone":{"title":"v1"},"hidden_removed":5}`, text(t, result))

	result, _ = do(t, responds(400, "{\"error_message\":\"bad\u202e name\"}"), tools.Env{}, "get_issue", `{`+issue7+`}`)
	assert.Contains(t, text(t, result), "bad name")
	assert.Contains(t, text(t, result), "(1 invisible characters removed)")
}

func TestEchoedTokenIsRedacted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		body   string
	}{
		{200, `{"id":1,"number":7,"title":"Bearer ` + secret + `"}`},
		{200, "{\"id\":1,\"number\":7,\"title\":\"tools-\u200btoken-1\"}"},
		{400, `{"error_message":"unknown ` + secret + `"}`},
		{502, `<html>` + secret + `</html>`},
		{200, secret},
	} {
		result, _ := do(t, responds(test.status, test.body), tools.Env{}, "get_issue", `{`+issue7+`}`)
		assert.NotContains(t, text(t, result), secret, test.body)
		assert.Contains(t, text(t, result), "[token removed]", test.body)
		structured, err := json.Marshal(result)
		require.NoError(t, err)
		assert.NotContains(t, string(structured), secret)
	}
}

func TestUnknownOutcomeSaysHowToCheck(t *testing.T) {
	t.Parallel()
	for name, arguments := range writes(t) {
		verify := toolNamed(t, name).Verify
		if name == "upload_attachment" { // no tool can find the file, and another one does no harm
			assert.Empty(t, verify)
			continue
		}
		assert.Regexp(t, `^(get|list)_\w+( \(.*\))?$`, verify, name)
		if name == "update_issues" { // it settles outcomes, issue by issue
			continue
		}
		result, records := do(t, writesRespond(502, "bad gateway"), tools.Env{}, name, arguments)
		require.True(t, result.IsError)
		assert.Contains(t, text(t, result), "The outcome is unknown. Check with "+verify+" before retrying.")
		require.Len(t, records, 1)
		assert.Equal(t, "outcome_unknown", records[0].Outcome)
		assert.Regexp(t, `^[\w.-]+/[\w.-]+(#\d+| (comment|milestone|pull request) \d+)?$`, records[0].Target, "the audit log contains no text that a user wrote")
	}
}

// writes returns the arguments in the golden file of each writing tool.
func writes(t *testing.T) map[string]string {
	t.Helper()
	arguments := map[string]string{}
	for _, file := range golden.Read(t) {
		if file.Name == file.Tool && toolNamed(t, file.Tool).Effect != tools.Reads {
			arguments[file.Tool] = file.Given["arguments"]
		}
	}
	return arguments
}

func TestAudit(t *testing.T) {
	t.Parallel()
	const comment5 = `"owner":"o","repo":"r","id":5`
	for name, test := range map[string]struct {
		arguments string
		target    string
		id        int64
	}{
		"create_issue":   {`{"owner":"o","repo":"r","title":"t"}`, "o/r", 70},
		"update_issue":   {`{` + issue7 + `,"state":"closed"}`, "o/r#7", 70},
		"comment":        {`{` + issue7 + `,"body":"b"}`, "o/r#7", 70},
		"update_comment": {`{` + comment5 + `,"body":"b"}`, "o/r comment 5", 70},
		"delete_comment": {`{` + comment5 + `}`, "o/r comment 5", 0},
		"add_labels":     {`{` + issue7 + `,"labels":["l"],"create_labels":true}`, "o/r#7", 0},
		"remove_labels":  {`{` + issue7 + `,"labels":["l"]}`, "o/r#7", 0},
		"replace_labels": {`{` + issue7 + `,"labels":["l"],"create_labels":true}`, "o/r#7", 0},

		"create_repo_label": {`{"owner":"o","repo":"r","name":"private"}`, "o/r", 0},
		"update_repo_label": {`{"owner":"o","repo":"r","original_name":"private","color":"fff"}`, "o/r", 0},
		"delete_repo_label": {`{"owner":"o","repo":"r","name":"private"}`, "o/r", 0},
		"create_milestone":  {`{"owner":"o","repo":"r","title":"private","due_on":"2026-11-30"}`, "o/r", 7},
		"update_milestone":  {`{` + issue7 + `,"title":"private","due_on":"2026-11-30"}`, "o/r milestone 7", 7},
		"delete_milestone":  {`{` + issue7 + `}`, "o/r milestone 7", 7},
	} {
		_, records := do(t, responds(200, `{"id":70,"number":7,"body":"b"}`), tools.Env{}, name, test.arguments)
		assert.Equal(t, []tools.Record{{Tool: name, Target: test.target, Outcome: "ok", User: "61e13f9c", ID: test.id}}, records)

		_, records = do(t, writesRespond(403, ""), tools.Env{}, name, test.arguments)
		assert.Equal(t, []tools.Record{{Tool: name, Target: test.target, Outcome: "forbidden", User: "61e13f9c"}}, records)

		_, records = do(t, responds(200, ""), tools.Env{}, name, `{"owner":"o"}`)
		assert.Empty(t, records, "invalid arguments are not a write")
	}
	for arguments, service := range map[string]http.HandlerFunc{
		`{` + issue7 + `}`:                                      responds(200, ""), // nothing to change
		`{` + issue7 + `,"title":"x"}`:                          responds(403, ""), // the read before the write fails
		`{"owner":"..","repo":"r","number":7,"state":"closed"}`: responds(200, ""),
	} {
		result, records := do(t, service, tools.Env{}, "update_issue", arguments)
		assert.True(t, result.IsError)
		assert.Empty(t, records, "%s was not sent", arguments)
	}
	_, records := do(t, responds(200, `{"id":70,"number":7}`), tools.Env{}, "get_issue", `{`+issue7+`}`)
	assert.Empty(t, records)
}

// readsOnly returns a service that has an issue or a milestone and accepts no write.
func readsOnly(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http.MethodGet, r.Method, r.URL)
		responds(http.StatusOK, `{"id":70,"title":"t","state":"open"}`)(w, r)
	}
}

func TestDryRunSendsNoWrite(t *testing.T) {
	t.Parallel()
	for name, arguments := range writes(t) {
		result, records := do(t, readsOnly(t), tools.Env{DryRun: true}, name, arguments)
		require.False(t, result.IsError, text(t, result))
		assert.Regexp(t, `^\{("rows":.*,)?"dry_run":\[\{"method":"(POST|PUT|PATCH|DELETE)","path":"/repos/`, text(t, result), name)
		assert.Empty(t, records, name)
	}
	result, _ := do(t, responds(200, `{"id":1,"number":7}`), tools.Env{DryRun: true}, "get_issue", `{`+issue7+`}`)
	assert.JSONEq(t, `{"number":7,"id":1}`, text(t, result), "reads are sent")
	result, _ = do(t, responds(200, ""), tools.Env{DryRun: true}, "update_issue", `{`+issue7+`}`)
	assert.Contains(t, text(t, result), "nothing to change", "arguments are checked")
}

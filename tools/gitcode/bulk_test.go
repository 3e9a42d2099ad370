package gitcode_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// bulkResult is a result of update_issues.
type bulkResult struct {
	Rows []struct {
		Number         int
		Outcome, Error string
	}
	Counts    map[string]int
	Stopped   string
	Remaining json.RawMessage
	Warnings  []string
	Cut       string
}

// updateIssues calls update_issues with changes on a service in front of a
// sandbox whose repository portal has 214 issues. It returns the result and its
// text, and checks it against the output schema.
func updateIssues(t *testing.T, cfg api.Config, env tools.Env, fail func(*http.Request) fault.Fault, arguments string) (bulkResult, string) {
	t.Helper()
	box := sandbox.New()
	cfg.BaseURL, cfg.Token = sandbox.Prefix, sandbox.Token
	session := connect(t, newClient(t, fault.Inject(box, fail), cfg), env)
	maker := newClient(t, box, api.Config{BaseURL: sandbox.Prefix, Token: sandbox.Token})
	for range 200 {
		_, err := maker.CreateIssue(t.Context(), &api.CreateIssueParams{RepoRef: api.RepoRef{Owner: "openharbor", Repo: "portal"}, Title: "An issue"})
		require.NoError(t, err)
	}
	answer := call(t, session, "update_issues", `{`+portal+`,`+arguments+`}`)
	require.False(t, answer.IsError, text(t, answer))
	var value any
	require.NoError(t, json.Unmarshal([]byte(text(t, answer)), &value))
	assert.NoError(t, compile(t, toolNamed(t, "update_issues").Output()).Validate(value))
	var result bulkResult
	require.NoError(t, json.Unmarshal([]byte(text(t, answer)), &result))
	return result, text(t, answer)
}

func noFault(*http.Request) fault.Fault { return fault.Fault{} }

// newIssues returns the numbers of the 200 issues, as JSON.
func newIssues() string {
	numbers := make([]string, 200)
	for n := range numbers {
		numbers[n] = fmt.Sprint(15 + n)
	}
	return "[" + strings.Join(numbers, ",") + "]"
}

func TestBulkResultsAreShort(t *testing.T) {
	t.Parallel()
	change := `"changes":[{"numbers":` + newIssues() + `,"add_labels":["bug","question"],"state":"closed","assignee":"me","milestone":"v2.4","comment":"Closing."}]`
	for name, test := range map[string]struct {
		fail   func(*http.Request) fault.Fault
		counts map[string]int
		limit  int
	}{
		"all done": {noFault, map[string]int{"done": 200}, 6_500},
		"all fail alike": {func(r *http.Request) fault.Fault {
			if r.Method == http.MethodPost {
				return fault.Fault{Status: 400, Body: `{"error_code":400,"error_message":"CH.00000403 apig token has not permission to request url","trace_id":"` + fmt.Sprint(time.Now().UnixNano()) + `"}`}
			}
			return fault.Fault{}
		}, map[string]int{"failed": 200}, 12_000},
		"the same is ignored": {func(r *http.Request) fault.Fault {
			if r.Method == http.MethodPatch {
				return fault.Fault{Status: 204}
			}
			return fault.Fault{}
		}, map[string]int{"failed": 200}, 15_000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, whole := updateIssues(t, api.Config{}, tools.Env{MaxResult: 60_000}, test.fail, change)
			assert.Equal(t, test.counts, result.Counts)
			assert.Len(t, result.Rows, 200)
			t.Logf("%d bytes", len(whole))
			assert.LessOrEqual(t, len(whole), test.limit)
			errors := map[string]int{}
			for _, row := range result.Rows {
				errors[row.Error]++
			}
			if errors[""] == 0 {
				assert.Len(t, errors, 2)
				assert.Equal(t, 199, errors["as #15"])
			}
		})
	}
}

// TestWhatAModelReadsOfABulk checks rows, warnings and the sentence about the
// end of a call.
func TestWhatAModelReadsOfABulk(t *testing.T) {
	t.Parallel()
	on := func(prefix string, f fault.Fault) func(*http.Request) fault.Fault {
		return func(r *http.Request) fault.Fault {
			if strings.HasPrefix(r.Method+" "+strings.TrimPrefix(r.URL.Path, sandbox.Prefix+"/repos/openharbor"), prefix) {
				return f
			}
			return fault.Fault{}
		}
	}
	for name, test := range map[string]struct {
		cfg       api.Config
		fail      func(*http.Request) fault.Fault
		arguments string
		want      string
	}{
		"one fails": {
			api.Config{}, on("POST /portal/issues/16/labels", fault.Fault{Status: 403, Body: `{"error_message":"403 Forbidden"}`}),
			`"changes":[{"numbers":[15,16],"add_labels":["bug"],"comment":"Hello"},{"numbers":[17,99999],"state":"Open"}]`,
			`{"rows":[{"number":15,"outcome":"done"},{"number":16,"outcome":"failed","error":"POST /repos/{owner}/{repo}/issues/{number}/labels returned 403: 403 Forbidden; ask a member of the repository, or use a token with more scopes"},` +
				`{"number":17,"outcome":"unchanged"},{"number":99999,"outcome":"failed","error":"GET /repos/{owner}/{repo}/issues/{number} returned 404: Issue Not Found (error_code 404 NOT_FOUND)"}],` +
				`"counts":{"done":1,"unchanged":1,"failed":2},"remaining":[{"numbers":[16],"add_labels":["bug"],"comment":"Hello"},{"numbers":[99999],"state":"open"}]}`,
		},
		"GitCode ignores something": {
			api.Config{}, on("GET /portal/collaborators", fault.Fault{Status: 403}),
			`"changes":[{"numbers":[15,16],"assignee":"ghost"}]`,
			`{"rows":[{"number":15,"outcome":"failed","error":"GitCode accepted the change but did not make all of it"},{"number":16,"outcome":"failed","error":"as #15"}],"counts":{"failed":2},` +
				`"remaining":[{"numbers":[15,16],"assignee":"ghost"}],"warnings":["#15, #16: assignee \"ghost\" was not set; GitCode ignores unknown users and users who may not be assigned"]}`,
		},
		"the rate limit": {
			api.Config{MaxWait: -1}, on("PATCH /issues/16", fault.Fault{Status: 429, Header: http.Header{"Retry-After": {"40"}}}),
			`"changes":[{"numbers":[15,16,17],"state":"closed"}]`,
			`{"rows":[{"number":15,"outcome":"done"}],"counts":{"done":1,"not_begun":2},"stopped":"PATCH /repos/{owner}/issues/{number} returned 429 Too Many Requests; in 40s pass remaining as changes, with resume=true","remaining":[{"numbers":[16,17],"state":"closed"}]}`,
		},
		"the token expires": {
			api.Config{MaxWait: -1}, on("PATCH /issues/16", fault.Fault{Status: 401}),
			`"changes":[{"numbers":[15,16],"state":"closed"}]`,
			`{"rows":[{"number":15,"outcome":"done"}],"counts":{"done":1,"not_begun":1},"stopped":"PATCH /repos/{owner}/issues/{number} returned 401 Unauthorized; the user has to give the server a valid token (see Personal Settings, Access Tokens, on gitcode.com); then pass remaining as changes, with resume=true","remaining":[{"numbers":[16],"state":"closed"}]}`,
		},
		"a long wait": {
			api.Config{MaxWait: -1}, on("POST /portal/issues/16/comments", fault.Fault{Status: 429, Header: http.Header{"Retry-After": {"3300"}}}),
			`"changes":[{"numbers":[15,16,17],"state":"closed","comment":"Bye"}]`,
			`{"rows":[{"number":15,"outcome":"done"},{"number":16,"outcome":"failed","error":"POST /repos/{owner}/{repo}/issues/{number}/comments returned 429 Too Many Requests"}],"counts":{"done":1,"failed":1,"not_begun":1},` +
				`"stopped":"POST /repos/{owner}/{repo}/issues/{number}/comments returned 429 Too Many Requests; in 55m0s pass remaining as changes, with resume=true; resume looks back one hour: first check whether the comments of #16 were posted",` +
				`"remaining":[{"numbers":[16],"comment":"Bye"},{"numbers":[17],"state":"closed","comment":"Bye"}]}`,
		},
		"assignees are replaced": {
			api.Config{}, noFault, `"changes":[{"numbers":[1,15],"assignee":"@maria"}]`,
			`{"rows":[{"number":1,"outcome":"done","previous_assignees":["sunli"]},{"number":15,"outcome":"done"}],"counts":{"done":2}}`,
		},
		"GitCode has not posted a comment yet": {
			api.Config{MaxWait: -1}, on("POST /portal/issues/15/comments", fault.Fault{Status: 504}), `"changes":[{"numbers":15,"comment":"Hi"}]`,
			`{"rows":[{"number":15,"outcome":"unknown","error":"POST /repos/{owner}/{repo}/issues/{number}/comments returned 504: the comment was not found yet; wait a minute before you send what remains, with resume=true"}],"counts":{"unknown":1},"remaining":[{"numbers":[15],"comment":"Hi"}]}`,
		},
		"an outcome is unknown": {
			api.Config{MaxWait: -1}, func() func(*http.Request) fault.Fault {
				posted := false
				return func(r *http.Request) fault.Fault {
					if r.Method == http.MethodPost {
						posted = true
						return fault.Fault{CutOff: true}
					}
					return on("GET /portal/issues/15/comments", fault.Fault{Status: 503, Body: fmt.Sprint(posted)})(r)
				}
			}(),
			`"changes":[{"numbers":15,"comment":"Hi"}]`,
			`{"rows":[{"number":15,"outcome":"unknown","error":"POST /repos/{owner}/{repo}/issues/{number}/comments: the response is cut off; wait a minute before you send what remains, with resume=true"}],"counts":{"unknown":1},"remaining":[{"numbers":[15],"comment":"Hi"}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, whole := updateIssues(t, test.cfg, tools.Env{MaxResult: 60_000}, test.fail, test.arguments)
			assert.Equal(t, test.want, whole)
		})
	}
}

// TestRemainingIsNeverTruncated checks that a result which is too long contains
// no part of a comment that could be posted.
func TestRemainingIsNeverTruncated(t *testing.T) {
	t.Parallel()
	full := func(r *http.Request) fault.Fault {
		if r.Method == http.MethodPatch {
			return fault.Fault{Status: 429}
		}
		return fault.Fault{}
	}
	arguments := `"changes":[{"numbers":[15,16,17],"state":"closed","comment":"` + strings.Repeat("word ", 500) + `"}]`
	result, whole := updateIssues(t, api.Config{MaxWait: -1}, tools.Env{MaxResult: 1_000}, full, arguments)
	assert.LessOrEqual(t, len(whole), 1_000)
	assert.Empty(t, result.Remaining)
	assert.Equal(t, "remaining is left out because of its size; make the same call again, with resume=true.", result.Cut)
	assert.Contains(t, result.Stopped, "returned 429 Too Many Requests; in a minute make the same call again, with resume=true (see cut)")

	result, _ = updateIssues(t, api.Config{MaxWait: -1}, tools.Env{MaxResult: 4_000}, full, arguments)
	assert.Empty(t, result.Cut)
	assert.Contains(t, string(result.Remaining), "word word")
}

// TestRemainingIsNeverAltered checks that comments which results show in another
// form do not remain, and that the issues that are done are named instead.
func TestRemainingIsNeverAltered(t *testing.T) {
	t.Parallel()
	full := func(r *http.Request) fault.Fault {
		if r.Method == http.MethodPatch && strings.HasSuffix(r.URL.Path, "/19") {
			return fault.Fault{Status: 429}
		}
		return fault.Fault{}
	}
	for name, comment := range map[string]string{
		"zero width": `a\u200bb`, "control": `\u0007`, "carriage return": `a\r\nb`, "token": sandbox.Token, "tag": `\udb40\udc41`, "plain": "plain <b> é 😀",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, _ := updateIssues(t, api.Config{MaxWait: -1}, tools.Env{}, full, `"changes":[{"numbers":[19,15,17,16,22],"state":"closed"},{"numbers":[19],"comment":"`+comment+`"},{"numbers":[7],"state":"closed"}]`)
			if name == "plain" {
				assert.Empty(t, result.Cut)
				assert.Contains(t, string(result.Remaining), comment)
				return
			}
			assert.Empty(t, result.Remaining)
			assert.Equal(t, "remaining is left out because it contains characters that a result cannot show; make the same call again, with resume=true and without the issues that are done: #7.", result.Cut)
		})
	}
	change := `"changes":[{"numbers":[15,17,16,18,19,22],"state":"closed","comment":"a\u200bb"},{"numbers":[7],"state":"closed"}]`
	result, _ := updateIssues(t, api.Config{MaxWait: -1}, tools.Env{}, full, change)
	assert.Contains(t, result.Cut, "without the issues that are done: #7-#18.")
}

// TestDryRunOfABulk checks that a dry run reports every issue.
func TestDryRunOfABulk(t *testing.T) {
	t.Parallel()
	_, whole := updateIssues(t, api.Config{}, tools.Env{DryRun: true}, noFault, `"changes":[{"numbers":[15,7,99999],"state":"closed"}]`)
	assert.Equal(t, `{"rows":[{"number":15,"outcome":"planned"},{"number":7,"outcome":"unchanged"},{"number":99999,"outcome":"failed","error":"GET /repos/{owner}/{repo}/issues/{number} returned 404: Issue Not Found (error_code 404 NOT_FOUND)"}],`+
		`"counts":{"planned":1,"unchanged":1,"failed":1},"dry_run":[{"method":"PATCH","path":"/repos/openharbor/issues/15","body":"{\"repo\":\"portal\",\"state\":\"close\"}"}]}`, whole)
}

// TestAuditOfABulk checks that the audit log shows what became of each issue.
func TestAuditOfABulk(t *testing.T) {
	t.Parallel()
	var records []tools.Record
	fail := func(r *http.Request) fault.Fault {
		if strings.HasSuffix(r.URL.Path, "/16/comments") && r.Method == http.MethodPost {
			return fault.Fault{Status: 418}
		}
		return fault.Fault{}
	}
	updateIssues(t, api.Config{Rates: rest.Unlimited}, tools.Env{Audit: func(r tools.Record) { records = append(records, r) }}, fail,
		`"changes":[{"numbers":[15,16,7],"state":"closed"},{"numbers":[16],"comment":"x"}]`)
	var lines []string
	for _, r := range records {
		lines = append(lines, r.Target+" "+r.Outcome)
	}
	slices.Sort(lines)
	assert.Equal(t, []string{"openharbor/portal#15 ok", "openharbor/portal#16 partial"}, lines)

	for _, status := range []int{401, 429} {
		fail := func(r *http.Request) fault.Fault {
			if r.Method != http.MethodGet {
				return fault.Fault{Status: status}
			}
			return fault.Fault{}
		}
		updateIssues(t, api.Config{Rates: rest.Unlimited, MaxWait: -1}, tools.Env{Audit: func(r tools.Record) { t.Errorf("%d wrote nothing: %v", status, r) }}, fail, `"changes":[{"numbers":[15,16],"state":"closed"}]`)
	}
}

package tools_test

import (
	"context"
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

type repoRef struct {
	Owner string `json:"owner" jsonschema:"minLength=1"`
	Repo  string `json:"repo" jsonschema:"minLength=1"`
}

type issueRef struct {
	repoRef
	Number int    `json:"number" jsonschema:"minimum=1"`
	Body   string `json:"body,omitempty"`
}

type commentRef struct {
	repoRef
	ID int64 `json:"id" jsonschema:"minimum=1"`
}

type discussionRef struct {
	issueRef
	ID int64 `json:"id,omitempty"`
}

type issueRefs struct {
	repoRef
	Numbers []int `json:"numbers,omitempty"`
	Changes []struct {
		Numbers []int  `json:"numbers"`
		Comment string `json:"comment,omitempty"`
	} `json:"changes,omitempty"`
}

type orgRef struct {
	Repo string `json:"repo"`
}

// seen is a result that repeats the arguments.
type seen[P any] struct {
	Params P `json:"params"`
	tools.Notes
}

// depotAddresses are the addresses of a forge.
var depotAddresses = tools.Addresses{
	Hosts: []string{"depot.test", "api.depot.test", "old.test"}, API: "api/v5/repos/", Pages: []string{"issues"}, Comment: "#note_345",
}

// repeater returns a tool of a forge with addresses, which repeats its arguments.
func repeater[P any](t testing.TB) tools.Tool {
	t.Helper()
	return repeaterOf[P](&tools.Forge{Client: newIdleClient(t), Name: "Depot", Addresses: depotAddresses})
}

func repeaterOf[P any](forge *tools.Forge) tools.Tool {
	return forge.Toolset("x", tools.Read("x", "Repeat.", func(_ context.Context, p P) (P, error) { return p, nil },
		func(_, p P) *seen[P] { return &seen[P]{Params: p} }))[0]
}

// repeat calls the tool and returns the arguments that it got, or its error.
func repeat[P any](t testing.TB, tool tools.Tool, arguments string) (params P, message string) {
	t.Helper()
	result, _ := tool.Call(t.Context(), tools.Env{}, json.RawMessage(arguments))
	content, ok := result.Content[0].(mcp.TextContent)
	require.True(t, ok)
	if result.IsError {
		return params, content.Text
	}
	var got seen[P]
	require.NoError(t, json.Unmarshal([]byte(content.Text), &got))
	return got.Params, ""
}

// TestCommentsAreNotIssues checks that whoever pastes the address of a comment to
// change it does not change the issue instead.
func TestCommentsAreNotIssues(t *testing.T) {
	t.Parallel()
	const arguments = `{"owner":"https://depot.test/o/r/issues/12#note_345"}`
	for effect, rejected := range map[tools.Effect]bool{tools.Reads: false, tools.Adds: false, tools.Changes: true, tools.Deletes: true} {
		tool := repeater[issueRef](t)
		tool.Effect = effect
		_, message := repeat[issueRef](t, tool, arguments)
		if rejected {
			assert.Equal(t, `x: not sent: "https://depot.test/o/r/issues/12#note_345" is the address of a comment, but x is about an issue; leave out what follows #`, message)
		} else {
			assert.Empty(t, message)
		}
	}
	tool := repeater[commentRef](t)
	tool.Effect = tools.Changes
	_, message := repeat[commentRef](t, tool, arguments)
	assert.Empty(t, message)
}

// issueAddresses are addresses of openharbor/portal's issue 12.
var issueAddresses = []string{
	"https://depot.test/openharbor/portal/issues/12",
	"http://depot.test/openharbor/portal/issues/12",
	"https://depot.test/openharbor/portal/issues/12/",
	"https://depot.test:443/openharbor/portal/issues/12",
	"https://DEPOT.test/openharbor/portal/issues/12?from=list&a=b",
	"https://depot.test/openharbor/portal/issues/12#top",
	"https://depot.test/openharbor/portal/issues/12?x=1#note_345",
	" https://www.depot.test/openharbor/portal/issues/12\n",
	"https://old.test/openharbor/portal/-/issues/12",
	"https://api.depot.test/api/v5/repos/openharbor/portal/issues/12",
	"https://depot.test/%6fpenharbor/portal/issues/12",
	"depot.test/openharbor/portal/issues/12",
	"www.depot.test/openharbor/portal/issues/12",
	"openharbor/portal#12",
}

func TestAddressesOfIssues(t *testing.T) {
	t.Parallel()
	tool := repeater[issueRef](t)
	want := issueRef{repoRef: repoRef{"openharbor", "portal"}, Number: 12}
	for _, address := range issueAddresses {
		a, _ := json.Marshal(address)
		for _, arguments := range []string{
			`{"owner":` + string(a) + `}`,
			`{"repo":` + string(a) + `}`,
			`{"number":` + string(a) + `}`,
			`{"owner":` + string(a) + `,"repo":` + string(a) + `,"number":` + string(a) + `}`,
			`{"owner":"openharbor","repo":"portal","number":` + string(a) + `}`,
			`{"owner":"OpenHarbor","repo":` + string(a) + `,"number":"#12"}`,
			`{"owner":"","repo":` + string(a) + `,"number":null}`,
			`{"owner":` + string(a) + `,"number":12.0}`,
		} {
			got, message := repeat[issueRef](t, tool, arguments)
			require.Empty(t, message, arguments)
			got.Owner = strings.ToLower(got.Owner)
			assert.Equal(t, want, got, arguments)
		}
	}
}

func TestAddressesOfRepositories(t *testing.T) {
	t.Parallel()
	tool := repeater[issueRef](t)
	for _, address := range []string{
		"https://depot.test/openharbor/portal", "https://depot.test/openharbor/portal/", "https://depot.test/openharbor/portal.git",
		"https://depot.test/openharbor/portal/issues?state=open", "depot.test/openharbor/portal", "openharbor/portal",
		"https://api.depot.test/api/v5/repos/openharbor/portal",
	} {
		got, message := repeat[issueRef](t, tool, `{"repo":"`+address+`","number":3}`)
		require.Empty(t, message, address)
		assert.Equal(t, issueRef{repoRef: repoRef{"openharbor", "portal"}, Number: 3}, got, address)
	}
	got, message := repeat[repoRef](t, repeater[repoRef](t), `{"owner":"openharbor/portal#12"}`)
	assert.Empty(t, message, "the tool has no number")
	assert.Equal(t, repoRef{"openharbor", "portal"}, got)
	got, message = repeat[repoRef](t, repeater[repoRef](t), `{"owner":"open.harbor/portal","repo":"portal"}`)
	assert.Empty(t, message, "an owner with a dot")
	assert.Equal(t, repoRef{"open.harbor", "portal"}, got)
	got, message = repeat[repoRef](t, repeater[repoRef](t), `{"owner":" openharbor ","repo":"portal\n"}`)
	assert.Empty(t, message)
	assert.Equal(t, repoRef{"openharbor", "portal"}, got, "without blanks")
	got, message = repeat[repoRef](t, repeater[repoRef](t), `{"owner":"https://depot.test/a%252Fb/%E6%B8%AF"}`)
	assert.Empty(t, message)
	assert.Equal(t, repoRef{"a%2Fb", "港"}, got, "decoded once")
	org, message := repeat[orgRef](t, repeater[orgRef](t), `{"repo":"openharbor/portal"}`)
	assert.Empty(t, message)
	assert.Equal(t, orgRef{"openharbor/portal"}, org, "a tool without owner")
}

func TestAddressesOfComments(t *testing.T) {
	t.Parallel()
	want := commentRef{repoRef{"openharbor", "portal"}, 345}
	for _, address := range []string{
		"https://depot.test/openharbor/portal/issues/12#note_345", "https://depot.test/openharbor/portal/issues/12?a=b#issuecomment-345",
		"https://api.depot.test/api/v5/repos/openharbor/portal/issues/comments/345", "depot.test/openharbor/portal/issues/12/#345",
	} {
		for _, name := range []string{"owner", "repo", "id"} {
			got, message := repeat[commentRef](t, repeater[commentRef](t), `{"`+name+`":"`+address+`"}`)
			require.Empty(t, message, address)
			assert.Equal(t, want, got, address)
		}
	}
	got, message := repeat[discussionRef](t, repeater[discussionRef](t), `{"number":"https://depot.test/openharbor/portal/issues/12#note_345"}`)
	assert.Empty(t, message)
	assert.Equal(t, discussionRef{issueRef{repoRef: repoRef{"openharbor", "portal"}, Number: 12}, 345}, got)
}

func TestAddressesAmongNumbers(t *testing.T) {
	t.Parallel()
	tool := repeater[issueRefs](t)
	want := repoRef{"openharbor", "portal"}
	for _, arguments := range []string{
		`{"owner":"openharbor","repo":"portal","numbers":[1,"#2","openharbor/portal#3","https://depot.test/openharbor/portal/issues/4"]}`,
		`{"numbers":["1","openharbor/portal#2",3,"4"]}`,
		`{"numbers":"openharbor/portal#1, https://depot.test/openharbor/portal/issues/2,3,#4"}`,
		`{"numbers":"[\"openharbor/portal#1\",2,3,4]"}`,
		`{"repo":"openharbor/portal","changes":[{"numbers":["openharbor/portal#1",2]},{"numbers":"openharbor/portal#3, 4"}]}`,
		`{"changes":{"numbers":["openharbor/portal#1",2,3,4]}}`,
		`{"changes":"[{\"numbers\":[\"openharbor/portal#1\",2,3,4]}]"}`,
	} {
		got, message := repeat[issueRefs](t, tool, arguments)
		require.Empty(t, message, arguments)
		assert.Equal(t, want, got.repoRef, arguments)
		numbers := got.Numbers
		for _, change := range got.Changes {
			numbers = append(numbers, change.Numbers...)
		}
		assert.Equal(t, []int{1, 2, 3, 4}, numbers, arguments)
	}
	got, message := repeat[issueRefs](t, tool, `{"owner":"o/r","numbers":[1],"changes":[{"numbers":1,"comment":"[{\"numbers\":[\"x/y#2\"]}] o/r#3"}]}`)
	assert.Empty(t, message)
	assert.JSONEq(t, `[{"numbers":["x/y#2"]}]`, strings.TrimSuffix(got.Changes[0].Comment, " o/r#3"), "texts stay as they are")
	issue, message := repeat[issueRef](t, repeater[issueRef](t), `{"owner":"o/r#1","body":"see x/y#2 https://depot.test/x/y"}`)
	assert.Empty(t, message)
	assert.Equal(t, "see x/y#2 https://depot.test/x/y", issue.Body)
}

func TestAddressesAreRejected(t *testing.T) {
	t.Parallel()
	const not = " is not the address of a repository, an issue or a comment of Depot; accepted are https://depot.test/OWNER/REPO/issues/12, the same with #note_345, OWNER/REPO#12 and OWNER/REPO"
	for arguments, want := range map[string]string{
		`{"owner":"o","repo":"https://depot.test/x/r","number":1}`:                 `owner is o, but the address "https://depot.test/x/r" has x`,
		`{"owner":"o/r","repo":"s","number":1}`:                                    `repo is s, but the address "o/r" has r`,
		`{"owner":"o/r#12","number":13}`:                                           `number is 13, but the address "o/r#12" has 12`,
		`{"owner":"o/r#12","number":"#13"}`:                                        `number is #13, but the address "o/r#12" has 12`,
		`{"owner":"o/r#12","number":"o/r#13"}`:                                     `number is 12, but the address "o/r#13" has 13`,
		`{"owner":"https://github.com/o/r/issues/12"}`:                             `owner: "https://github.com/o/r/issues/12"` + not,
		`{"number":"github.com/o/r/issues/12"}`:                                    `number: "github.com/o/r/issues/12"` + not,
		`{"owner":"github.com/o","number":1}`:                                      `"github.com/o"` + not,
		`{"owner":"github.com/o","repo":"github.com/o"}`:                           `"github.com/o"` + not,
		`{"owner":"github.com/o","repo":"r","number":1}`:                           `repo is r, but the address "github.com/o" has o`,
		`{"owner":"https://depot.test@evil.test/o/r"}`:                             `owner: "https://depot.test@evil.test/o/r"` + not,
		`{"owner":"https://depot.test.evil.test/o/r"}`:                             `owner: "https://depot.test.evil.test/o/r"` + not,
		`{"owner":"ftp://depot.test/o/r"}`:                                         `owner: "ftp://depot.test/o/r"` + not,
		`{"owner":"https://depot.test/o"}`:                                         `owner: "https://depot.test/o"` + not,
		`{"owner":"depot.test/o"}`:                                                 `owner: "depot.test/o"` + not,
		`{"owner":"https://depot.test/o%2Fp/r"}`:                                   `owner: "https://depot.test/o%2Fp/r"` + not,
		`{"owner":"https://depot.test//r"}`:                                        `owner: "https://depot.test//r"` + not,
		`{"owner":"https://depot.test/o/r/pull/12"}`:                               `owner: "https://depot.test/o/r/pull/12"` + not,
		`{"owner":"https://depot.test/o/r/milestones/4"}`:                          `owner: "https://depot.test/o/r/milestones/4"` + not,
		`{"owner":"https://depot.test/o/r/issues/0"}`:                              `owner: "https://depot.test/o/r/issues/0"` + not,
		`{"owner":"https://depot.test/o/r/issues/new"}`:                            `owner: "https://depot.test/o/r/issues/new"` + not,
		`{"owner":"https://depot.test/o/r/issues/9999999999999999999"}`:            `owner: "https://depot.test/o/r/issues/9999999999999999999"` + not,
		`{"owner":"o","repo":"r","number":"https://depot.test/o/r"}`:               `number: "https://depot.test/o/r" has no issue number`,
		`{"owner":"o","repo":"r","number":"https://depot.test/o/r/tree/main#L12"}`: `number: "https://depot.test/o/r/tree/main#L12"` + not,
	} {
		_, message := repeat[issueRef](t, repeater[issueRef](t), arguments)
		assert.Equal(t, "x: not sent: "+want, message, arguments)
	}
	_, message := repeat[commentRef](t, repeater[commentRef](t), `{"id":"o/r#12"}`)
	assert.Equal(t, `x: not sent: id: "o/r#12" has no comment id, as in #note_345`, message)
	for arguments, want := range map[string]string{
		`{"owner":"o/r","numbers":[1,"o/s#2"]}`:                                           `repo is r, but the address "o/s#2" has s`,
		`{"numbers":["o/r#1","x/r#2"]}`:                                                   `owner is o, but the address "x/r#2" has x`,
		`{"owner":"o/r","numbers":["https://depot.test/o/r"]}`:                            `numbers[0]: "https://depot.test/o/r" has no issue number`,
		`{"owner":"o/r","changes":[{"numbers":1},{"numbers":"github.com/o/r/issues/1"}]}`: `changes[1].numbers[0]: "github.com/o/r/issues/1"` + not,
	} {
		_, message := repeat[issueRefs](t, repeater[issueRefs](t), arguments)
		assert.Equal(t, "x: not sent: "+want, message, arguments)
	}
}

// TestAdviceNamesTheExpandedArguments checks that advice after an error is about
// what was sent.
func TestAdviceNamesTheExpandedArguments(t *testing.T) {
	t.Parallel()
	forge := &tools.Forge{Client: newIdleClient(t), Name: "Depot", Addresses: depotAddresses}
	tool := forge.Toolset("x", tools.Read("x", "Fail.", func(context.Context, *issueRef) (*struct{}, error) {
		return nil, &rest.Error{Class: rest.NotFound, Status: 404, Endpoint: "GET /x"}
	}, func(*issueRef, *struct{}) *seen[struct{}] { return nil }))[0]
	_, message := repeat[struct{}](t, tool, `{"number":"https://depot.test/o/r/issues/12"}`)
	assert.Contains(t, message, "Check owner=o, repo=r and number=12.")
}

// TestAddressesBoundMemory checks that bad arguments do not swell.
func TestAddressesBoundMemory(t *testing.T) {
	tool := repeater[issueRefs](t)
	many := func(element string) string { return "[" + strings.Repeat(element+",", 1<<19) + element + "]" }
	for name, in := range map[string]string{
		"numbers":         `{"owner":"o/r","numbers":` + many("1") + `}`,
		"numbers in text": `{"owner":"o/r","numbers":"o/r#1` + strings.Repeat(",1", 1<<19) + `"}`,
		"list in text":    `{"owner":"o/r","numbers":"` + many("1") + `"}`,
		"changes":         `{"owner":"o/r","changes":` + many("{}") + `}`,
		"changes in text": `{"owner":"o/r","changes":"` + many("{}") + `"}`,
	} {
		repeat[issueRefs](t, tool, in)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, message := repeat[issueRefs](t, tool, in)
		runtime.ReadMemStats(&after)
		assert.Equal(t, "x: not sent: the arguments contain more than 10000 values", message, name)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(32*len(in)), name)
	}
}

// FuzzAddress checks that no text makes a call panic, and that what is taken from
// an address names one repository.
func FuzzAddress(f *testing.F) {
	for _, address := range append([]string{"", "/", "o/r/", "://", "https://depot.test/%zz/r", "https://[::1", "depot.test/o/r/issues/comments/1"}, issueAddresses...) {
		f.Add(address)
	}
	one, many := repeater[discussionRef](f), repeater[issueRefs](f)
	f.Fuzz(func(t *testing.T, text string) {
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		got, message := repeat[discussionRef](t, one, `{"owner":`+string(quoted)+`}`)
		if message == "" {
			assert.NotEmpty(t, got.Owner)
			assert.NotContains(t, got.Owner+got.Repo, "/")
			assert.Positive(t, got.Number)
		}
		repeat[issueRefs](t, many, `{"numbers":`+string(quoted)+`,"changes":`+string(quoted)+`}`)
		repeat[issueRefs](t, many, `{"changes":[{"numbers":`+string(quoted)+`}]}`)
		if json.Valid([]byte(text)) {
			repeat[issueRefs](t, many, `{"numbers":`+text+`,"changes":[`+text+`]}`)
			repeat[issueRefs](t, many, text)
		}
	})
}

package gitcode

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// TestOlderAndRecordedResponses decodes responses from the documentation of
// April 2024 and from the live service of October 2024.
func TestOlderAndRecordedResponses(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"create_issue", "update_issue", "get_issue"} { // the third has a trailing comma
		var i Issue
		require.NoError(t, unmarshal(recorded(t, "2024-04_"+operation), &i), operation)
		assert.Equal(t, Int(150663), i.ID)
		assert.Equal(t, Int(3), i.Number)
		assert.Equal(t, State("open"), i.State)
		assert.Equal(t, Text("123"), i.Title)
		assert.Equal(t, Text("test123"), i.Body)
		assert.Equal(t, User{ID: "655", Login: "vinnie", Name: "Vinnie"}, i.User)
		assert.Equal(t, "qinmh2/zhishiku2222", i.Repo())
		assert.Equal(t, 2024, i.CreatedAt.Year())
	}

	var labels List[Label]
	require.NoError(t, unmarshal(recorded(t, "recorded_add_labels"), &labels))
	assert.Equal(t, []string{"fasd", "gfasd"}, labelNames(labels))
	require.NoError(t, unmarshal(recorded(t, "recorded_list_labels"), &labels))
	assert.Len(t, labels, 14)
	assert.Equal(t, "kind/123132", labelNames(labels)[13])

	var c Comment
	require.NoError(t, unmarshal(recorded(t, "recorded_comment"), &c))
	assert.Equal(t, Int(1530183), c.ID)
	assert.Equal(t, Text("gfouygfasdohugvoifuhas"), c.Body)
	assert.Equal(t, TargetIssue{ID: 496779, Number: 1}, c.Target.Issue)

	var pulls List[PullRequest]
	require.NoError(t, unmarshal(recorded(t, "recorded_linking_prs"), &pulls))
	require.Len(t, pulls, 2)
	assert.Equal(t, Text("到fork仓库的pr"), pulls[0].Title)
	assert.Equal(t, Text("https://gitcode.com/ibforuorg/test1/merge_requests/1"), pulls[1].HTMLURL)
	assert.Equal(t, Branch{Ref: "pr1", SHA: "edaba1bfe136c14c2f3448ad2f81790067da3cff"}, pulls[0].Head)

	e := responseError(404, nil, recorded(t, "recorded_delete_label_failed"))
	assert.Equal(t, &rest.Error{Class: rest.NotFound, Status: 404, Code: 404, Name: "NOT_PATH", Message: "Label Not Found", TraceID: "8cb7fbf0c9ce42819d2e23047dc7373c"}, e)
}

func recorded(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "responses", name+".json"))
	require.NoError(t, err)
	return content
}

func TestUnreadableElementsAreCounted(t *testing.T) {
	t.Parallel()
	body := `[{"id":1,"title":[]},null,7,"x",true,[],[{"id":9}],{},{"message":"x"},{"id":"x","number":[2]},{"number":"2"}]`
	var page lenient.PageRows[*Issue]
	require.NoError(t, unmarshal([]byte(body), &page))
	assert.Equal(t, List[*Issue]{{ID: 1}, {Number: 2}}, page.Items)
	assert.Equal(t, 9, page.Unreadable)

	var labels lenient.AllRows[*Label]
	require.NoError(t, unmarshal([]byte(`[{"id":1},{"name":"bug"},{"name":{}}]`), &labels))
	assert.Equal(t, List[*Label]{{Name: "bug"}}, labels.Items)
	assert.Equal(t, 2, labels.Unreadable)
}

func TestOnlyAnArrayIsAList(t *testing.T) {
	t.Parallel()
	for _, body := range emptyValues {
		var page lenient.PageRows[*Issue]
		require.NoError(t, unmarshal([]byte(body), &page), body)
		assert.Empty(t, page.Items, body)
		assert.Zero(t, page.Unreadable, body)
	}
	for _, body := range []string{`{"id":1,"number":2}`, `{"message":"ok"}`, `"x"`, `7`, `true`} {
		var page lenient.PageRows[*Issue]
		assert.ErrorContains(t, unmarshal([]byte(body), &page), "the response is not a list", body)
	}
}

// TestListsAreBounded checks how many elements of a list are kept.
func TestListsAreBounded(t *testing.T) {
	t.Parallel()
	var elements []string
	for i := range 12_000 {
		elements = append(elements, fmt.Sprintf(`{"id":%d,"login":"u%d","name":"l%d"}`, i+1, i, i))
	}
	list := "[" + strings.Join(elements, ",") + "]"

	var page lenient.PageRows[*Issue]
	require.NoError(t, unmarshal([]byte(list), &page))
	assert.Len(t, page.Items, 100)
	assert.Equal(t, 11_900, page.Unreadable)

	var all lenient.AllRows[*OperateLog]
	require.NoError(t, unmarshal([]byte(list), &all))
	kept := len(all.Items) // assert.Len would print them all
	assert.Equal(t, 10_000, kept)
	assert.Equal(t, 2_000, all.Unreadable)

	var i Issue
	require.NoError(t, unmarshal([]byte(`{"id":1,"assignees":`+list+`,"labels":`+list+`}`), &i))
	logins, labels := len(i.AssigneeLogins()), len(i.LabelNames())
	assert.Equal(t, []int{10_000, 10_000}, []int{logins, labels})
}

// TestDecodingTakesLittleMemory checks that rows that are not kept cost nothing,
// and neither does looking for trailing commas that are not there.
func TestDecodingTakesLittleMemory(t *testing.T) {
	for name, row := range map[string]string{"empty": `{}`, "unreadable": `{"a":1}`, "readable": `{"id":1}`} {
		allocations := func(rows int) float64 {
			body := []byte("[" + strings.Repeat(row+",", rows-1) + row + "]")
			return testing.AllocsPerRun(3, func() {
				var page lenient.PageRows[*Issue]
				require.NoError(t, unmarshal(body, &page))
			})
		}
		assert.InDelta(t, allocations(lenient.MaxPage), allocations(100*lenient.MaxPage), 10, name)
	}
	allocations := func(members int) float64 {
		body := []byte(`{"id":5` + strings.Repeat(`,"unknown":[1]`, members) + `,"title":"t"}`)
		return testing.AllocsPerRun(3, func() {
			var issue issueResponse
			require.NoError(t, unmarshal(body, &issue))
		})
	}
	assert.InDelta(t, allocations(10), allocations(10_000), 10, "unknown members of an issue")
	nested := []byte(strings.Repeat("[,", 50_000))
	assert.Zero(t, testing.AllocsPerRun(3, func() { withoutTrailingCommas(nested) }))
}

func TestErrorInSuccessfulResponse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body  string
		class rest.Class // "" if it is no error
	}{
		"not found":             {`{"error_code":404,"error_code_name":"NOT_PATH","error_message":"Not Found"}`, rest.NotFound},
		"as a string":           {`{"error_code":"409","error_message":"exists"}`, rest.Conflict},
		"no code":               {`{"error_message":"x"}`, rest.Invalid},
		"no message":            {`{"error_code":500}`, rest.Unavailable},
		"trailing comma":        {`{"error_code":404,}`, rest.NotFound},
		"with an identity":      {`{"id":5,"error_code":404}`, ""},
		"with a number":         {`{"number":"5","error_message":"x"}`, ""},
		"empty members":         {`{"error_code":null,"error_message":""}`, ""},
		"success":               {`{"error_code":0,"error_message":"success"}`, ""},
		"quoted in another one": {`{"id":5,"body":"{\"error_code\":404}"}`, ""},
	} {
		var raw json.RawMessage
		err := unmarshal([]byte(test.body), &raw)
		if test.class == "" {
			assert.NoError(t, err, name)
			continue
		}
		var e *rest.Error
		require.ErrorAs(t, err, &e, name)
		assert.Equal(t, test.class, e.Class, name)
	}
}

// TestMembersOfFieldsAreRemembered checks that no member of issueFields is missing
// from issueResponse: a field without it would never be verified.
func TestMembersOfFieldsAreRemembered(t *testing.T) {
	t.Parallel()
	for _, f := range issueFields {
		for _, member := range f.members {
			var r issueResponse
			require.NoError(t, unmarshal([]byte(`{"id":5,"`+member+`":null}`), &r))
			assert.Contains(t, r.members, member, f.name)
		}
	}
}

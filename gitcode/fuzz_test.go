package gitcode

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzIssue checks that every JSON object decodes, within bounds, and that an
// issue's id and number survive another round.
func FuzzIssue(f *testing.F) {
	files, err := filepath.Glob("testdata/responses/*.json")
	require.NoError(f, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(content)
	}
	for _, empty := range emptyValues {
		f.Add([]byte(`{"id":1,"number":"2","assignee":` + empty + `,"labels":` + empty + `,"created_at":` + empty + `}`))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var i Issue
		err := unmarshal(data, &i)
		if bytes.HasPrefix(data, []byte("{")) && json.Valid(data) && !isError(data) {
			require.NoError(t, err, "a member in any form costs nothing")
		}
		if err != nil {
			return
		}
		assert.LessOrEqual(t, len(i.AssigneeLogins()), 2*lenient.MaxList)
		assert.LessOrEqual(t, len(i.Labels), lenient.MaxList)
		assert.Len(t, slices.Compact(slices.Sorted(slices.Values(i.AssigneeLogins()))), len(i.AssigneeLogins()), "each login once")
		assert.NotContains(t, i.Repo(), " ")
		for _, login := range i.AssigneeLogins() {
			assert.NotEmpty(t, login)
		}
		again := fmt.Sprintf(`{"id":%d,"number":"%d","state":%q,"created_at":%q}`, i.ID, i.Number, "", i.CreatedAt.Format(time.RFC3339))
		var second Issue
		require.NoError(t, unmarshal([]byte(again), &second))
		assert.Equal(t, i.Number, second.Number)
		assert.Equal(t, i.ID, second.ID)
	})
}

// FuzzResponses checks that no response makes the decoding of any type panic,
// that a list counts every element it does not keep, and that an unsuccessful
// response becomes a short message on one line.
func FuzzResponses(f *testing.F) {
	files, err := filepath.Glob("testdata/responses/*.json")
	require.NoError(f, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(content, 200)
	}
	f.Add([]byte(`{"error_code":"409","error_message":["x"],"trace_id":7}`), 400)
	f.Add([]byte(`{"message":"401 Unauthorized"}`), 401)
	f.Add([]byte("<html>\xff\x00"), 502)
	f.Add([]byte(`[{"id":"1","can_merge_check":"true","head":"","testers":{}}]`), 200)
	f.Add([]byte(`[{"id":1},null,{"id":"x"},[],{"number":"2","labels":[{"name":true},7]}]`), 200)
	f.Fuzz(func(t *testing.T, data []byte, status int) {
		checkRows[*Issue](t, data)
		checkRows[*Comment](t, data)
		checkRows[*Label](t, data)
		checkRows[*PullRequest](t, data)
		checkRows[*OperateLog](t, data)
		var c Comment
		_ = unmarshal(data, &c)

		e := responseError(status, nil, data)
		assert.NotEmpty(t, e.Class)
		assert.True(t, utf8.ValidString(e.Message), "%q", e.Message)
		assert.LessOrEqual(t, len(e.Message), 310)
		assert.NotContains(t, e.Message, "\n")
	})
}

// checkRows checks that a list accounts for every element, and that an element
// survives the company of any other.
func checkRows[T lenient.Row](t *testing.T, data []byte) {
	t.Helper()
	var want []json.RawMessage
	isArray := json.Unmarshal(data, &want) == nil && want != nil
	var page lenient.PageRows[T]
	var all lenient.AllRows[T]
	err := unmarshal(data, &page)
	require.Equal(t, err == nil, unmarshal(data, &all) == nil)
	assert.LessOrEqual(t, len(page.Items), lenient.MaxPage)
	assert.LessOrEqual(t, len(all.Items), lenient.MaxList)
	if !isArray {
		return
	}
	require.NoError(t, err)
	assert.Equal(t, len(want), len(page.Items)+page.Unreadable)
	assert.Equal(t, len(want), len(all.Items)+all.Unreadable)
	var kept List[T]
	for _, element := range want[:min(len(want), lenient.MaxPage)] {
		var alone lenient.PageRows[T]
		require.NoError(t, unmarshal(slices.Concat([]byte("["), element, []byte("]")), &alone))
		kept = append(kept, alone.Items...)
	}
	assert.Equal(t, kept, append(List[T](nil), page.Items...))
}

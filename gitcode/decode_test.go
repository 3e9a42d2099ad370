package gitcode

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// emptyValues are the ways in which GitCode writes an empty value.
var emptyValues = []string{`null`, `""`, `[]`, `{}`, `[ ]`}

func TestEmptyValuesInAnyMember(t *testing.T) {
	t.Parallel()
	for typ, decode := range map[string]func(string) (any, error){
		"issue": decodeAs[Issue], "comment": decodeAs[Comment], "pull request": decodeAs[PullRequest],
		"log": decodeAs[OperateLog], "label": decodeAs[Label],
	} {
		zero, err := decode(`{}`)
		require.NoError(t, err)
		for _, key := range []string{
			"id", "number", "html_url", "state", "issue_state", "issue_type", "title", "body", "user", "assignee", "assignees", "milestone", "labels",
			"repository", "comments", "priority", "severity", "created_at", "updated_at", "finished_at", "target", "testers", "head", "base",
			"merged_at", "closed_at", "content", "action_type", "name", "color",
		} {
			for _, empty := range emptyValues {
				v, err := decode(fmt.Sprintf(`{%q:%s}`, key, empty))
				require.NoError(t, err, "%s %s: %s", typ, key, empty)
				assert.Equal(t, zero, v, "%s %s: %s", typ, key, empty)
			}
		}
	}
}

func decodeAs[T any](s string) (any, error) {
	var v T
	err := unmarshal([]byte(s), &v)
	return v, err
}

func TestScalars(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Int{`12`: 12, `"12"`: 12, `12.0`: 12, `"-3"`: -3, `9007199254740993`: 9007199254740993, `" 7 "`: 7, `1e2`: 100} {
		v, err := decodeAs[Int](in)
		require.NoError(t, err, in)
		assert.Equal(t, want, v, in)
	}
	for _, in := range []string{`"x"`, `1.5`, `[1]`, `{"a":1}`, `true`, `1e30`, `"1e999999999"`} {
		v, err := decodeAs[Int](in)
		require.NoError(t, err, in)
		assert.Zero(t, v, in)
	}
	for in, want := range map[string]Text{`"a"`: "a", `655`: "655", `true`: "", `[1]`: "", `{"a":1}`: ""} {
		v, err := decodeAs[Text](in)
		require.NoError(t, err, in)
		assert.Equal(t, want, v, in)
	}
	for in, want := range map[string]*bool{`true`: new(true), `"1"`: new(true), `0`: new(false), `"false"`: new(false), `""`: nil, `2`: nil, `"x"`: nil, `{}`: nil} {
		v, err := decodeAs[Bool](in)
		require.NoError(t, err, in)
		assert.Equal(t, Bool{Value: want}, v, in)
	}
	for in, want := range map[string]State{`"opened"`: "open", `"open"`: "open", `"close"`: "closed", `"closed"`: "closed", `"merged"`: "merged", `"待办的"`: "待办的"} {
		v, err := decodeAs[State](in)
		require.NoError(t, err, in)
		assert.Equal(t, want, v, in)
	}
	for in, want := range map[string]string{
		`"2024-04-18T14:35:15.479+08:00"`: "2024-04-18T14:35:15+08:00", `"2024-04-18T14:35:15+08:00"`: "2024-04-18T14:35:15+08:00",
		`"2024-04-18T06:35:15Z"`: "2024-04-18T06:35:15Z", `"2024-04-18"`: "2024-04-18T00:00:00Z", `"2024-04-18 14:35:15"`: "2024-04-18T14:35:15Z",
		`"2024-04-18T14:35:15+0800"`: "2024-04-18T14:35:15+08:00", `"soon"`: "0001-01-01T00:00:00Z",
	} {
		var v Time
		require.NoError(t, unmarshal([]byte(in), &v), in)
		assert.Equal(t, want, v.Format(time.RFC3339), in)
	}
}

func TestAssigneesInEveryForm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		`{"assignee":{"id":"a","login":"ann"}}`:                 {"ann"},
		`{"assignee":[{"id":1,"login":"ann"},{"login":"bob"}]}`: {"ann", "bob"},
		`{"assignee":{}}`: nil,
		`{"assignee":null,"assignees":[{"login":"bob"}]}`:                            {"bob"},
		`{"assignee":{"login":"ann"},"assignees":[{"login":"ann"},{"login":"bob"}]}`: {"ann", "bob"},
		`{"assignee":[null,"x",7,{"login":5},{"login":"bob","name":[]}]}`:            {"5", "bob"},
		`{"assignee":"ann"}`: nil,
		`{"assignee":"","assignees":null,"labels":null,"milestone":null,"repository":{},"x":1}`: nil,
	} {
		var i Issue
		require.NoError(t, unmarshal([]byte(in), &i), in)
		assert.Equal(t, want, i.AssigneeLogins(), in)
	}
}

func TestRepo(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"repository":{"full_name":"a / b"}}`:                  "a/b",
		`{"repository":{"full_name":"a/b"}}`:                    "a/b",
		`{"html_url":"https://gitcode.com/a/b/issues/7"}`:       "a/b",
		`{"html_url":"https://gitcode.com/a/group/b/issues/7"}`: "a/group/b",
		`{"html_url":"https://gitcode.com"}`:                    "",
		`{}`:                                                    "",
	} {
		var i Issue
		require.NoError(t, unmarshal([]byte(in), &i), in)
		assert.Equal(t, want, i.Repo(), in)
	}
}

func TestTargetNumber(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Int{
		`{"id":152134,"nubmer":1}`:                       1,
		`{"id":152134,"nubmer":"1"}`:                     1,
		`{"id":471521,"iid":1,"title":"x"}`:              1,
		`{"id":494561,"number":"494561"}`:                0,
		`{"id":494561,"number":"12"}`:                    12,
		`{"id":494561,"nubmer":null,"iid":3,"number":9}`: 3,
	} {
		var i TargetIssue
		require.NoError(t, unmarshal([]byte(in), &i), in)
		assert.Equal(t, want, i.Number, in)
	}
}

func TestTrailingCommas(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"a":[1,2, ],}`:       `{"a":[1,2 ]}`,
		`{"a":",}","b":"\\",}`: `{"a":",}","b":"\\"}`,
		`{"a":"\",]"}`:         `{"a":"\",]"}`,
		`[1,,]`:                `[1,]`,
		`[,`:                   `[,`,
		`[]`:                   `[]`,
	} {
		assert.Equal(t, want, string(withoutTrailingCommas([]byte(in))))
	}
	var v any
	assert.Error(t, unmarshal([]byte(`{"a":1`), &v))
}

package github

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// FuzzErrors checks that an unsuccessful response becomes an error with a class, a
// short message on one line, and a wait within bounds.
func FuzzErrors(f *testing.F) {
	f.Add(422, []byte(`{"message":"Validation Failed","errors":[{"field":"title","code":"missing_field"},"x"]}`), "0", "1795291800")
	f.Add(403, []byte(`{"message":["x"],"errors":{"a":1}}`), "-1", "")
	f.Add(301, []byte(`{"message":"Moved","url":"https://h.test/%zz"}`), "Sat, 21 Nov 2026 20:00:00 GMT", "x")
	f.Add(429, []byte("<html>\xff\x00"), "99999999999999999999", "-9223372036854775808")
	f.Fuzz(func(t *testing.T, status int, body []byte, retryAfter, reset string) {
		header := http.Header{"Retry-After": {retryAfter}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {reset}, "X-Github-Sso": {retryAfter}, "Location": {reset}}
		e := responseError(status, header, body)
		assert.NotEmpty(t, e.Class)
		assert.True(t, utf8.ValidString(rest.Excerpt([]byte(e.Message))))
		for _, wait := range []time.Duration{e.RetryAfter, pause(status, header)} {
			assert.GreaterOrEqual(t, wait, time.Duration(0))
			assert.LessOrEqual(t, wait, math.MaxInt32*time.Second, "what package rest accepts")
		}
	})
}

// FuzzIssue checks that every JSON object decodes, and that what comes out of it can
// be used.
func FuzzIssue(f *testing.F) {
	f.Add([]byte(`{"id":1,"number":2,"labels":["a",{"name":"b"},3,null],"assignees":[{"login":"c"},{}],"repository_url":"https://h.test/repos/o/r","type":null}`))
	f.Add([]byte(`{"id":"1","labels":{},"assignee":{"login":"x"},"milestone":"v1","html_url":"https://h.test/o/r/pull/7","pull_request":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var r issueResponse
		err := decode(data, &r)
		var object map[string]json.RawMessage
		if json.Unmarshal(data, &object) != nil || object == nil {
			return
		}
		require.NoError(t, err, "a member in any form costs nothing")
		assert.LessOrEqual(t, len(r.Labels), lenient.MaxList)
		for _, login := range r.AssigneeLogins() {
			assert.NotEmpty(t, login)
		}
		if r.Repo() != "" {
			owner, name, _ := strings.Cut(r.Repo(), "/")
			assert.True(t, isRepo(owner, name))
		}
		check := issueCheck{fields: issueFields{Title: new("x"), Labels: &[]string{"a"}, Assignees: &[]string{}, Milestone: &orNull[int]{}}}
		change := check.compare(&r)
		assert.LessOrEqual(t, len(change.Ignored)+len(change.Unknown), 4)
	})
}

func TestRepoOfIssue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ issue, want string }{
		"in lists across repositories": {`{"repository":{"full_name":"o/r"},"repository_url":"https://h.test/repos/x/y"}`, "o/r"},
		"by its repository":            {`{"repository_url":"https://h.test/api/v3/repos/o/r.git"}`, "o/r.git"},
		"by its page":                  {`{"html_url":"https://h.test/o/r/issues/7"}`, "o/r"},
		"a pull request":               {`{"html_url":"https://h.test/o/r/pull/7"}`, "o/r"},
		"nothing":                      {`{}`, ""},
		"no repository":                {`{"repository":{"full_name":"o"},"repository_url":"https://h.test/repositories/1","html_url":"https://h.test/o/r/wiki/7"}`, ""},
		"another path":                 {`{"repository_url":"https://h.test/repos/../r","html_url":"https://h.test/o/r%2Fissues/issues/7"}`, ""},
		"white space":                  {`{"repository":{"full_name":"o/r x"}}`, ""},
		"no address":                   {`{"repository_url":":%","html_url":7}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var i Issue
			require.NoError(t, lenient.Decode([]byte(test.issue), &i))
			assert.Equal(t, test.want, i.Repo())
		})
	}
}

func TestIssueNames(t *testing.T) {
	t.Parallel()
	var i Issue
	require.NoError(t, lenient.Decode([]byte(`{"labels":["a",{"name":"b"},{"id":1},null,true],"assignees":[{"login":"ann"},{"id":1},{"login":"bob"}],"pull_request":{}}`), &i))
	assert.Equal(t, []string{"a", "b"}, i.LabelNames())
	assert.Equal(t, []string{"ann", "bob"}, i.AssigneeLogins())
	assert.True(t, i.IsPullRequest())
	require.NoError(t, lenient.Decode([]byte(`{"labels":null,"assignees":[],"assignee":{"login":"eve"},"pull_request":null}`), &i))
	assert.Empty(t, i.LabelNames())
	assert.Equal(t, []string{"eve"}, i.AssigneeLogins())
	assert.False(t, i.IsPullRequest())
	for _, odd := range []string{`""`, `[]`, `false`, `7`, `"x"`} {
		i = Issue{}
		require.NoError(t, lenient.Decode([]byte(`{"number":1,"pull_request":`+odd+`}`), &i))
		assert.False(t, i.IsPullRequest(), odd)
	}
}

// TestLongErrorsAndLabels checks that the elements of a list that are not kept cost
// nothing.
func TestLongErrorsAndLabels(t *testing.T) {
	const kept = 20_000
	many := strings.Repeat(`"a",`, 20*kept)
	assert.Less(t, testing.AllocsPerRun(1, func() {
		e := responseError(422, http.Header{}, []byte(`{"message":"m","errors":[`+many+`"a"]}`))
		assert.Equal(t, "m: "+strings.Repeat("a; ", maxReasons-1)+"a", e.Message)
	}), kept*1.)
	assert.Less(t, testing.AllocsPerRun(1, func() {
		var labels IssueLabels
		assert.NoError(t, labels.UnmarshalJSON([]byte(`[`+many+`"a"]`)))
		assert.Len(t, labels, lenient.MaxList)
	}), 10.*kept)
}

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

func TestPageInfo(t *testing.T) {
	t.Parallel()
	yes, no := new(true), new(false)
	const next = `<https://api.github.test/repositories/1/issues?state=all&page=2>; rel="next"`
	for name, test := range map[string]struct {
		links []string
		want  rest.PageInfo
	}{
		"one page":               {nil, rest.PageInfo{More: no}},
		"an empty header":        {[]string{" "}, rest.PageInfo{More: no}},
		"first of many":          {[]string{next + `, <https://api.github.test/x?page=14&per_page=30>; rel="last"`}, rest.PageInfo{More: yes, Last: new(14)}},
		"last":                   {[]string{`<https://h.test/x?page=13>; rel="prev", <https://h.test/x?page=1>; rel="first"`}, rest.PageInfo{More: no}},
		"a cursor":               {[]string{`<https://h.test/x?after=Y3Vyc29y%3D%3D>; rel="next"`}, rest.PageInfo{More: yes}},
		"an odd page":            {[]string{`<https://h.test/x?page=two>; rel="next", <?page=-1>; rel="last"`}, rest.PageInfo{More: yes}},
		"a page out of range":    {[]string{next + `, <?page=99999999999>; rel=last`}, rest.PageInfo{More: yes}},
		"an odd address":         {[]string{`<:%zz>; rel="next"`}, rest.PageInfo{More: yes}},
		"relative":               {[]string{`</api/v3/x?page=2>;rel=next,<?page=3>;rel=last`}, rest.PageInfo{More: yes, Last: new(3)}},
		"two headers":            {[]string{next, `<?page=4>; rel="last"`}, rest.PageInfo{More: yes, Last: new(4)}},
		"more parameters":        {[]string{`<?page=2>; title="a, <b>; rel=\"last\""; rel="next"; x, <?page=9> ; REL = "Last"`}, rest.PageInfo{More: yes, Last: new(9)}},
		"two relations":          {[]string{`<?page=2>; rel="next last"`}, rest.PageInfo{More: yes, Last: new(2)}},
		"the first counts":       {[]string{`<?page=2>; rel=last, <?page=3>; rel=last`}, rest.PageInfo{More: no, Last: new(2)}},
		"the first rel counts":   {[]string{`<?page=2>; rel=prev; rel=next`}, rest.PageInfo{More: no}},
		"no relation":            {[]string{`<?page=2>`}, rest.PageInfo{}},
		"garbage":                {[]string{`rel="next"`}, rest.PageInfo{}},
		"an address without end": {[]string{`<https://h.test/x?page=2; rel="next"`}, rest.PageInfo{}},
		"a quote without end":    {[]string{`<?page=2>; rel="next`}, rest.PageInfo{More: yes}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, pageInfo(http.Header{"Link": test.links}))
		})
	}
}

// FuzzLinks checks that a Link header with any text beside a link to the next page
// is understood, or does not end the list.
func FuzzLinks(f *testing.F) {
	for _, seed := range []string{``, `<`, `<>`, `<?page=2>; rel="next", `, `<a>; x="\`, `;,=`, `<a>; rel=; rel="last"`, `<a>;;rel = "x y",`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		info := pageInfo(http.Header{"Link": {text}})
		if info.Last != nil {
			assert.Positive(t, *info.Last)
		}
		if info.More != nil && !*info.More {
			assert.True(t, strings.TrimSpace(text) == "" || len(parseLinks(text)) > 0)
		}
		after := pageInfo(http.Header{"Link": {`<?page=2>; rel="next", ` + text}})
		assert.True(t, after.More != nil && *after.More)
	})
}

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
		change := check.compare(r)
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

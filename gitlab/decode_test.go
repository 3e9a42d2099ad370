package gitlab

import (
	"encoding/json"
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
	const next = `<https://gitlab.test/api/v4/issues?page=2&per_page=20>; rel="next"`
	for name, test := range map[string]struct {
		header http.Header
		want   rest.PageInfo
	}{
		"nothing":             {http.Header{}, rest.PageInfo{}},
		"first of three":      {http.Header{"X-Total": {"42"}, "X-Total-Pages": {"3"}, "X-Next-Page": {"2"}}, rest.PageInfo{Total: new(42), Last: new(3), More: yes}},
		"last of three":       {http.Header{"X-Total": {"42"}, "X-Total-Pages": {"3"}, "X-Next-Page": {""}}, rest.PageInfo{Total: new(42), Last: new(3), More: no}},
		"none":                {http.Header{"X-Total": {"0"}, "X-Total-Pages": {"0"}, "X-Next-Page": {""}}, rest.PageInfo{Total: new(0), Last: new(0), More: no}},
		"over 10,000 rows":    {http.Header{"X-Next-Page": {"2"}, "Link": {next}}, rest.PageInfo{More: yes}},
		"the end of those":    {http.Header{"X-Next-Page": {""}, "Link": {`<https://gitlab.test/x?page=1>; rel="first"`}}, rest.PageInfo{More: no}},
		"only links":          {http.Header{"Link": {next + `, <https://gitlab.test/x?page=9>; rel="last"`}}, rest.PageInfo{Last: new(9), More: yes}},
		"only links, the end": {http.Header{"Link": {`<https://gitlab.test/x?page=9>; rel="last", <https://gitlab.test/x?page=1>; rel="first"`}}, rest.PageInfo{Last: new(9), More: no}},
		"a cursor":            {http.Header{"Link": {`<https://gitlab.test/x?cursor=abc>; rel="next"`}}, rest.PageInfo{More: yes}},
		"odd numbers":         {http.Header{"X-Total": {"many"}, "X-Total-Pages": {"-1"}, "X-Next-Page": {"x"}}, rest.PageInfo{}},
		"no next page":        {http.Header{"X-Next-Page": {"0"}}, rest.PageInfo{}},
		"out of range":        {http.Header{"X-Total": {"99999999999999999999"}, "X-Total-Pages": {"1000000001"}}, rest.PageInfo{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, pageInfo(test.header))
		})
	}
}

// FuzzPageInfo checks that what is read of the header of a page is within bounds.
func FuzzPageInfo(f *testing.F) {
	f.Add("42", "3", "2", `<?page=2>; rel="next"`)
	f.Add("-1", "x", " ", "<")
	f.Fuzz(func(t *testing.T, total, pages, next, link string) {
		info := pageInfo(http.Header{"X-Total": {total}, "X-Total-Pages": {pages}, "X-Next-Page": {next}, "Link": {link}})
		for _, number := range []*int{info.Total, info.Last} {
			assert.True(t, number == nil || *number >= 0 && *number <= 1_000_000_000)
		}
		if strings.TrimSpace(next) == "" {
			assert.False(t, *info.More)
		}
	})
}

// FuzzErrors checks that an unsuccessful response becomes an error with a class, a
// short message on one line, and a wait within bounds.
func FuzzErrors(f *testing.F) {
	f.Add(400, []byte(`{"message":{"title":["can't be blank"],"a":{"b":[[["c"]]]}},"error":["x"]}`), "0", "1795291800")
	f.Add(403, []byte(`{"error":"insufficient_scope","error_description":7,"scope":"api read_api"}`), "-1", "")
	f.Add(405, []byte(`{"message":"405 Method Not Allowed - Non GET methods are not allowed for moved projects"}`), "Sat, 21 Nov 2026 20:00:00 GMT", "https://h.test/%zz")
	f.Add(429, []byte("<html>\xff\x00"), "99999999999999999999", "-9223372036854775808")
	f.Fuzz(func(t *testing.T, status int, body []byte, retryAfter, reset string) {
		header := http.Header{"Retry-After": {retryAfter}, "Ratelimit-Remaining": {"0"}, "Ratelimit-Reset": {reset}, "Location": {reset}}
		e := responseError(status, header, body)
		assert.NotEmpty(t, e.Class)
		assert.True(t, utf8.ValidString(rest.Excerpt([]byte(e.Message))))
		assert.GreaterOrEqual(t, e.RetryAfter, time.Duration(0))
		assert.GreaterOrEqual(t, pause(status, header), time.Duration(0))
	})
}

// FuzzIssue checks that every JSON object decodes, and that what comes out of it can
// be used.
func FuzzIssue(f *testing.F) {
	f.Add([]byte(`{"id":1,"iid":2,"labels":["a",{"name":"b"},3,null],"assignees":[{"username":"c"},{}],"milestone":null,"weight":null,"epic":{"id":4}}`))
	f.Add([]byte(`{"id":"1","labels":{},"assignees":{"id":1,"username":"x"},"milestone":"v1","references":7,"time_stats":[],"confidential":"yes"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var r issueResponse
		err := lenient.Decode(data, &r)
		var object map[string]json.RawMessage
		if json.Unmarshal(data, &object) != nil || object == nil {
			return
		}
		require.NoError(t, err, "a member in any form costs nothing")
		assert.LessOrEqual(t, len(r.Labels), lenient.MaxList)
		for _, name := range r.AssigneeNames() {
			assert.NotEmpty(t, name)
		}
		ref := r.ref(IssueRef{ProjectRef{"g/p"}, 7})
		assert.NotEmpty(t, ref.ID)
		assert.Positive(t, ref.IssueIID)
		w := issueWrite{labels: []string{"a"}, body: issueFields{
			Title: new("x"), Labels: new("a"), AssigneeIDs: []int64{0}, MilestoneID: new(int64), DueDate: new(""),
			Weight: json.RawMessage("null"), Confidential: new(true), StateEvent: "close", IssueType: "issue", CreatedAt: "2026-01-01T00:00:00Z",
		}}
		change := w.compare(&r)
		assert.LessOrEqual(t, len(change.Ignored)+len(change.Unknown), 10)
	})
}

// FuzzProject checks that a project is sent as one segment, and that no segment of its
// path is a step up, however often it is escaped.
func FuzzProject(f *testing.F) {
	for _, seed := range []string{"5", "g/s/p", "g%2Fp", "g%252F..%252Fp", "..", "%2e%2e", "g//p", "\x00", "%zz", "g/p?x#y", "%25252525252e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		req, err := rest.NewRequest("GET /projects/{id}/issues", ProjectRef{Project(text)})
		if err != nil {
			assert.Equal(t, rest.Invalid, rest.ErrorClass(err))
			return
		}
		parts := strings.Split(req.Path, "/")
		require.Len(t, parts, 4)
		assert.NotContains(t, strings.Split(Project(text).Path(), "/"), "..")
		assert.NotContains(t, []string{"", ".", ".."}, parts[2])
	})
}

func TestNamesOfIssue(t *testing.T) {
	t.Parallel()
	var i Issue
	require.NoError(t, lenient.Decode([]byte(`{"labels":["a",{"name":"b","color":"#fff","description":"d"},{"id":1},null,true],"assignees":[{"username":"ann"},{"id":1},{"username":"bob"}],"assignee":{"username":"old"}}`), &i))
	assert.Equal(t, []string{"a", "b"}, i.LabelNames())
	assert.EqualValues(t, "d", i.Labels[1].Description)
	assert.Equal(t, []string{"ann", "bob"}, i.AssigneeNames())
	require.NoError(t, lenient.Decode([]byte(`{"labels":null,"assignees":[]}`), &i))
	assert.Empty(t, i.LabelNames())
	assert.Empty(t, i.AssigneeNames())
}

package gitlab_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

var (
	project = gitlab.ProjectRef{ID: "g/s/p"}
	ref     = gitlab.IssueRef{ProjectRef: project, IssueIID: 7}
)

const (
	readIssue = "GET /projects/g%2Fs%2Fp/issues/7"
	putIssue  = "PUT /projects/g%2Fs%2Fp/issues/7 "
	postIssue = "POST /projects/g%2Fs%2Fp/issues "
)

// change is what a test expects of a gitlab.IssueChange.
type change struct {
	ignored []gitlab.Deviation
	unknown []string
	readErr rest.Class
}

func (want change) check(t *testing.T, got *gitlab.IssueChange, err error) {
	t.Helper()
	require.NoError(t, err)
	assert.Equal(t, want.ignored, got.Ignored)
	assert.ElementsMatch(t, want.unknown, got.Unknown)
	assert.Equal(t, want.readErr, rest.ErrorClass(got.ReadErr))
}

// TestHeaders checks what every request carries.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 {"id":70,"iid":7}`}}
	_, err := newClient(t, s).GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: ref})
	require.NoError(t, err)
	assert.Equal(t, token, s.headers[0].Get("Private-Token"))
	assert.Empty(t, s.headers[0].Get("Authorization"))
	assert.Equal(t, "application/json", s.headers[0].Get("Accept"))
}

// TestConditionalReads checks that reads name the response of the last time, and
// that it is used if GitLab confirms it.
func TestConditionalReads(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 {"id":70,"iid":7,"title":"t"}`, "304 "}, header: http.Header{"Etag": {`W/"abc"`}}}
	c := newClient(t, s)
	for range 2 {
		issue, err := c.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: ref})
		require.NoError(t, err)
		assert.EqualValues(t, "t", issue.Title)
	}
	assert.Empty(t, s.headers[0].Get("If-None-Match"))
	assert.Equal(t, `W/"abc"`, s.headers[1].Get("If-None-Match"))
}

// TestProjects checks that a project is sent escaped exactly once, whatever form it
// is given in, and that no segment of it is a step up.
func TestProjects(t *testing.T) {
	t.Parallel()
	for given, want := range map[gitlab.Project]string{
		"5":                         "/projects/5/issues/7",
		"g/p":                       "/projects/g%2Fp/issues/7",
		"g/s/p.x_y-z":               "/projects/g%2Fs%2Fp.x_y-z/issues/7",
		"g%2Fs%2fp":                 "/projects/g%2Fs%2Fp/issues/7",
		"g%252Fp":                   "/projects/g%2Fp/issues/7",
		" /g/p/ ":                   "/projects/g%2Fp/issues/7",
		"g/ü":                       "/projects/g%2F%C3%BC/issues/7",
		"g/p?x=1#y":                 "/projects/g%2Fp%3Fx=1%23y/issues/7",
		"g%zzp":                     "/projects/g%25zzp/issues/7",
		"":                          "",
		" ":                         "",
		"..":                        "",
		"g/../p":                    "",
		"g%2F..%2Fp":                "",
		"g//p":                      "",
		"g/./p":                     "",
		"%2e%2e%2Fadmin":            "",
		"g%2F%252e%252e%2Fp":        "",
		"%2525252e%2525252e":        "",
		"../../../api/v4/users?x=1": "",
	} {
		t.Run(string(given), func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{`200 {"id":70,"iid":7}`}}
			_, err := newClient(t, s).GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: gitlab.IssueRef{ProjectRef: gitlab.ProjectRef{ID: given}, IssueIID: 7}})
			if want == "" {
				assert.Equal(t, rest.Invalid, rest.ErrorClass(err))
				assert.ErrorContains(t, err, "not sent: id must not be ")
				assert.Empty(t, s.requests)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []string{"GET " + want}, s.requests)
		})
	}
	up := gitlab.ProjectRef{ID: "g/../p"}
	s := &service{}
	c := newClient(t, s)
	for name, send := range map[string]func() error{
		"a list": func() error {
			_, err := c.ListProjectIssues(t.Context(), &gitlab.ListProjectIssuesParams{ProjectRef: up})
			return err
		},
		"a group": func() error {
			_, err := c.ListGroupIssues(t.Context(), &gitlab.ListGroupIssuesParams{ID: up.ID})
			return err
		},
		"a new issue": func() error {
			_, err := c.CreateIssue(t.Context(), &gitlab.CreateIssueParams{ProjectRef: up, Title: "t", AssigneeIDs: []string{"ann"}, MilestoneID: "v1"})
			return err
		},
		"an update": func() error {
			_, err := c.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: gitlab.IssueRef{ProjectRef: up, IssueIID: 7}, AssigneeIDs: &[]string{"ann"}})
			return err
		},
	} {
		assert.EqualError(t, send(), `not sent: id must not be ".."`, name)
	}
	assert.Empty(t, s.requests)
	assert.Equal(t, "g/p#7", gitlab.IssueRef{ProjectRef: gitlab.ProjectRef{ID: "g%2Fp"}, IssueIID: 7}.Target())
}

// TestTokenStaysWithItsHost checks that no redirect to another host is followed, and
// that one within it is.
func TestTokenStaysWithItsHost(t *testing.T) {
	t.Parallel()
	other := &service{responses: []string{`200 {"id":70,"iid":7}`}}
	elsewhere := httptest.NewServer(other)
	t.Cleanup(elsewhere.Close)
	for _, status := range []string{"301", "302", "307", "308"} {
		s := &service{responses: []string{status + " to " + elsewhere.URL + "/projects/12/issues/7"}}
		c := newClient(t, s)
		_, err := c.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: ref})
		assert.Equal(t, rest.Moved, rest.ErrorClass(err))
		_, err = c.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: ref, State: new("closed")})
		assert.Equal(t, rest.Moved, rest.ErrorClass(err))

		s = &service{responses: []string{status + " to /projects/12/issues/7", `200 {"id":70,"iid":7}`}}
		_, err = newClient(t, s).GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: ref})
		require.NoError(t, err)
		assert.Equal(t, token, s.headers[1].Get("Private-Token"))
	}
	assert.Empty(t, other.requests)
}

// roundTripper is an http.RoundTripper that is a function.
type roundTripper func(*http.Request) *http.Response

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

// TestDefaults checks which GitLab a client without settings calls, and that it sends
// no more than 300 requests a minute.
func TestDefaults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c, err := gitlab.New(gitlab.Config{Token: token, MaxWait: -1, Transport: roundTripper(func(r *http.Request) *http.Response {
			sent++
			assert.Equal(t, "https://jihulab.com/api/v4/issues/1", r.URL.String())
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"id":1}`))}
		})})
		require.NoError(t, err)
		for range 300 {
			_, err = c.GetIssueByID(t.Context(), &gitlab.GetIssueByIDParams{ID: 1})
			require.NoError(t, err)
		}
		_, err = c.GetIssueByID(t.Context(), &gitlab.GetIssueByIDParams{ID: 1})
		assert.Equal(t, rest.RateLimited, rest.ErrorClass(err))
		assert.Equal(t, 300, sent)
		time.Sleep(time.Minute)
		_, err = c.GetIssueByID(t.Context(), &gitlab.GetIssueByIDParams{ID: 1})
		require.NoError(t, err)
	})
}

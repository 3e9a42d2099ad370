package gitlab_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestListsOfIssue checks the pages that are requested and the rows that are kept.
func TestListsOfIssue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		paging     gitlab.Paging
		response   string
		query      string
		rows       int
		unreadable int
	}{
		"a page":              {gitlab.Paging{}, `200 [{"id":1,"iid":11,"username":"ann"}]`, "", 1, 0},
		"another page":        {gitlab.Paging{Page: 2, PerPage: 50}, `200 [{"id":1,"username":"ann"}]`, "?page=2&per_page=50", 1, 0},
		"a limit":             {gitlab.Paging{Limit: 30}, `200 [{"id":1,"username":"ann"}]`, "?per_page=30", 1, 0},
		"none":                {gitlab.Paging{}, `200 []`, "", 0, 0},
		"rows that are none":  {gitlab.Paging{}, `200 [{"id":1,"username":"ann"},null,{},"x"]`, "", 1, 3},
		"more than the limit": {gitlab.Paging{Limit: 1}, `200 [{"id":1,"username":"ann"},{"id":2,"username":"bob"}]`, "?per_page=1", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := gitlab.ListOfIssueParams{IssueRef: incident, Paging: test.paging}
			for path, list := range map[string]func(context.Context, *gitlab.Client) (rows, unreadable int, err error){
				"/related_merge_requests": func(ctx context.Context, c *gitlab.Client) (int, int, error) {
					page, err := c.ListRelatedMergeRequests(ctx, &p)
					return len(page.Items), page.Unreadable, err
				},
				"/closed_by": func(ctx context.Context, c *gitlab.Client) (int, int, error) {
					page, err := c.ListClosingMergeRequests(ctx, &p)
					return len(page.Items), page.Unreadable, err
				},
				"/participants": func(ctx context.Context, c *gitlab.Client) (int, int, error) {
					page, err := c.ListParticipants(ctx, &p)
					return len(page.Items), page.Unreadable, err
				},
			} {
				s := &service{responses: []string{test.response}}
				rows, unreadable, err := list(t.Context(), newClient(t, s))
				require.NoError(t, err, path)
				assert.Equal(t, "GET "+incidentPath+path+test.query, s.requests[0])
				assert.Equal(t, test.rows, rows, path)
				assert.Equal(t, test.unreadable, unreadable, path)
			}
		})
	}
}

// TestListOverPages checks that a limit is read from as many pages as it takes, and
// that merge requests of several projects are told apart.
func TestListOverPages(t *testing.T) {
	t.Parallel()
	page := func(first, n int) string {
		rows := make([]string, n)
		for i := range rows {
			rows[i] = fmt.Sprintf(`{"id":%d,"iid":1}`, first+i)
		}
		return "200 [" + strings.Join(rows, ",") + "]"
	}
	s := &service{responses: []string{page(1, 75), page(76, 75)}}
	got, err := newClient(t, s).ListRelatedMergeRequests(t.Context(), &gitlab.ListOfIssueParams{IssueRef: incident, Paging: gitlab.Paging{Limit: 150}})
	require.NoError(t, err)
	assert.Equal(t, []string{"GET " + incidentPath + "/related_merge_requests?per_page=75", "GET " + incidentPath + "/related_merge_requests?page=2&per_page=75"}, s.requests)
	require.Len(t, got.Items, 150)
	assert.EqualValues(t, 150, got.Items[149].ID)
}

// TestMergeRequestWithoutID checks that merge requests are told apart by their
// addresses if they have no id.
func TestMergeRequestWithoutID(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`200 [{"iid":1,"web_url":"https://x.test/a/-/merge_requests/1"},{"iid":1,"web_url":"https://x.test/b/-/merge_requests/1"},{"iid":2},{"iid":3}]`}}
	got, err := newClient(t, s).ListClosingMergeRequests(t.Context(), &gitlab.ListOfIssueParams{IssueRef: incident})
	require.NoError(t, err)
	assert.Len(t, got.Items, 4)
}

// TestListMetricImages checks that all images are returned at once: the list has no
// pages.
func TestListMetricImages(t *testing.T) {
	t.Parallel()
	rows := make([]string, 120)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"id":%d,"filename":"sample_%d","file_path":"/uploads/%d.png","url":"example.com/metric"}`, i+1, i+1, i+1)
	}
	s := &service{responses: []string{"200 [" + strings.Join(rows, ",") + ",{}]"}}
	page, err := newClient(t, s).ListMetricImages(t.Context(), &incident)
	require.NoError(t, err)
	assert.Equal(t, []string{"GET " + incidentPath + "/metric_images"}, s.requests)
	require.Len(t, page.Items, 120)
	assert.Equal(t, 1, page.Unreadable)
	assert.Zero(t, page.Next)
	assert.EqualValues(t, "sample_120", page.Items[119].Filename)
}

// TestUserAgentDetail checks that only administrators read it, and that an empty
// response is none.
func TestUserAgentDetail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		response string
		class    rest.Class
	}{
		"an administrator":        {`200 {"user_agent":"AppleWebKit/537.36","ip_address":"127.0.0.1","akismet_submitted":false}`, ""},
		"anybody else":            {`403 {"message":"403 Forbidden"}`, rest.Forbidden},
		"an issue without detail": {`404 {"message":"404 UserAgentDetail Not Found"}`, rest.NotFound},
		"an empty object":         {`200 {}`, rest.MalformedResponse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}}
			got, err := newClient(t, s).GetUserAgentDetail(t.Context(), &incident)
			assert.Equal(t, test.class, rest.ErrorClass(err))
			if err == nil {
				assert.EqualValues(t, "AppleWebKit/537.36", got.UserAgent)
				assert.EqualValues(t, "127.0.0.1", got.IPAddress)
				assert.Equal(t, new(false), got.AkismetSubmitted.Value)
			}
		})
	}
}

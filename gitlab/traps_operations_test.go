package gitlab_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestOperationTraps checks on a sandbox for each what goes wrong with single
// operations if one is not careful.
func TestOperationTraps(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]func(t *testing.T, box *sandbox.Sandbox, client func(user string) *gitlab.Client){
		"what already is so is a success": func(t *testing.T, _ *sandbox.Sandbox, client func(string) *gitlab.Client) {
			olga := client("")
			for i, want := range []gitlab.Subscription{{Subscribed: true}, {Subscribed: true, Already: true}} {
				got, err := olga.Subscribe(t.Context(), new(portalIssue(1)))
				require.NoError(t, err)
				assert.Equal(t, want, *got, i)
			}
			for i, want := range []gitlab.Subscription{{}, {Already: true}} {
				got, err := olga.Unsubscribe(t.Context(), new(portalIssue(1)))
				require.NoError(t, err)
				assert.Equal(t, want, *got, i)
			}
			for _, already := range []bool{false, true} {
				got, err := olga.CreateTodo(t.Context(), new(portalIssue(1)))
				require.NoError(t, err)
				assert.Equal(t, already, got.Already)
				assert.Equal(t, already, got.ID == 0)
			}
		},
		"labels are one text": func(t *testing.T, _ *sandbox.Sandbox, client func(string) *gitlab.Client) {
			olga := client("")
			got, err := olga.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: portalIssue(1), Labels: &[]string{"a b", "c++ & more"}, CreateLabels: true})
			require.NoError(t, err)
			assert.Equal(t, []string{"a b", "c++ & more"}, got.Issue.LabelNames())
			_, err = olga.UpdateIssue(t.Context(), &gitlab.UpdateIssueParams{IssueRef: portalIssue(1), AddLabels: []string{"a,b"}})
			assert.Equal(t, rest.Invalid, rest.ErrorClass(err))
		},
		"totals of a list": func(t *testing.T, _ *sandbox.Sandbox, client func(string) *gitlab.Client) {
			list := gitlab.ListProjectIssuesParams{ProjectRef: portal, Filters: gitlab.Filters{Paging: gitlab.Paging{PerPage: 5}}}
			first, err := client("").ListProjectIssues(t.Context(), &list)
			require.NoError(t, err)
			require.NotNil(t, first.Total)
			assert.Equal(t, 13, *first.Total)
			assert.Len(t, first.Items, 5)
			list.Page = first.Next
			list.Limit = 100
			rest, err := client("").ListProjectIssues(t.Context(), &list)
			require.NoError(t, err)
			assert.Len(t, rest.Items, 8)
			assert.Zero(t, rest.Next)
		},
		"a negative time is subtracted": func(t *testing.T, _ *sandbox.Sandbox, client func(string) *gitlab.Client) {
			rhea := client("-rhea")
			got, err := rhea.SetTimeEstimate(t.Context(), &gitlab.SetEstimateParams{IssueRef: portalIssue(1), Duration: "1mo 2d"})
			require.NoError(t, err)
			assert.Equal(t, (4*5+2)*8*60*60, *got.Estimate.Value, "a month has four weeks of five days of eight hours")
			for duration, want := range map[string]string{"2 hours": "duration", "soon": "duration", "": "duration"} {
				_, err := rhea.AddSpentTime(t.Context(), &gitlab.AddSpentTimeParams{IssueRef: portalIssue(1), Duration: duration})
				assert.Equal(t, rest.Invalid, rest.ErrorClass(err), duration)
				assert.ErrorContains(t, err, want)
			}
			_, err = rhea.SetTimeEstimate(t.Context(), &gitlab.SetEstimateParams{IssueRef: portalIssue(1), Duration: "-1h"})
			assert.Equal(t, rest.Invalid, rest.ErrorClass(err))
			before, err := rhea.GetTimeStats(t.Context(), new(portalIssue(1)))
			require.NoError(t, err)
			got, err = rhea.AddSpentTime(t.Context(), &gitlab.AddSpentTimeParams{IssueRef: portalIssue(1), Duration: "-30m"})
			require.NoError(t, err)
			assert.Equal(t, *before.Spent.Value-30*60, *got.Spent.Value)
			assert.Empty(t, got.Ignored)
		},
		"an issue that moves gets another number": func(t *testing.T, _ *sandbox.Sandbox, client func(string) *gitlab.Client) {
			olga := client("")
			moved, err := olga.MoveIssue(t.Context(), &gitlab.MoveIssueParams{IssueRef: portalIssue(1), ToProjectID: cliPath})
			require.NoError(t, err)
			assert.EqualValues(t, cliNumber, moved.ProjectID)
			assert.NotEqualValues(t, 1, moved.IID)
			left, err := olga.GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: portalIssue(1)})
			require.NoError(t, err)
			assert.Equal(t, moved.ID, left.MovedToID)
			assert.EqualValues(t, "closed", left.State)
		},
		"moving and cloning are refused with 400": func(t *testing.T, _ *sandbox.Sandbox, client func(string) *gitlab.Client) {
			_, err := client("").MoveIssue(t.Context(), &gitlab.MoveIssueParams{IssueRef: portalIssue(1), ToProjectID: portalPath})
			assertRefused(t, err, 400)
			_, err = client("-stella").MoveIssue(t.Context(), &gitlab.MoveIssueParams{IssueRef: portalIssue(1), ToProjectID: cliPath})
			assertRefused(t, err, 400)
			_, err = client("-stella").CloneIssue(t.Context(), &gitlab.CloneIssueParams{IssueRef: portalIssue(1), ToProjectID: cliPath})
			assertRefused(t, err, 400)
		},
		"only owners delete, only administrators see programs": func(t *testing.T, _ *sandbox.Sandbox, client func(string) *gitlab.Client) {
			_, err := client("-devi").DeleteIssue(t.Context(), new(portalIssue(1)))
			assertRefused(t, err, 403)
			_, err = client("").GetUserAgentDetail(t.Context(), new(portalIssue(1)))
			assertRefused(t, err, 403)
			got, err := client("-ada").GetUserAgentDetail(t.Context(), new(portalIssue(1)))
			require.NoError(t, err)
			assert.NotEmpty(t, got.UserAgent)
			_, err = client("").DeleteIssue(t.Context(), new(portalIssue(1)))
			require.NoError(t, err)
			_, err = client("").GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: portalIssue(1)})
			assertRefused(t, err, 404)
		},
		"an issue has an id and an iid": func(t *testing.T, _ *sandbox.Sandbox, client func(string) *gitlab.Client) {
			second, err := client("").GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: portalIssue(2)})
			require.NoError(t, err)
			byID, err := client("-ada").GetIssueByID(t.Context(), &gitlab.GetIssueByIDParams{ID: int64(second.ID)})
			require.NoError(t, err)
			assert.EqualValues(t, 2, byID.IID)
			_, err = client("").ReorderIssue(t.Context(), &gitlab.ReorderParams{IssueRef: portalIssue(1), MoveAfterID: int64(second.ID)})
			require.NoError(t, err)
			_, err = client("").ReorderIssue(t.Context(), &gitlab.ReorderParams{IssueRef: portalIssue(1), MoveAfterID: 2})
			assertRefused(t, err, 422)
		},
		"promoting is a comment that only some may make": func(t *testing.T, box *sandbox.Sandbox, client func(string) *gitlab.Client) {
			got, err := client("-gus").PromoteIssue(t.Context(), &gitlab.PromoteIssueParams{IssueRef: portalIssue(2), Body: "Too big"})
			require.NoError(t, err)
			assert.False(t, got.Promoted != nil && *got.Promoted, "a guest's comment remains, without the promotion")
			got, err = client("").PromoteIssue(t.Context(), &gitlab.PromoteIssueParams{IssueRef: portalIssue(2)})
			require.NoError(t, err)
			require.NotNil(t, got.Promoted)
			assert.True(t, *got.Promoted)
			assert.Zero(t, got.NoteID, "a comment of nothing but /promote is none")
		},
		"only incidents have images": func(t *testing.T, _ *sandbox.Sandbox, client func(string) *gitlab.Client) {
			olga := client("")
			upload := gitlab.UploadMetricImageParams{IssueRef: portalIssue(1), File: "dir/a.png", Content: strings.NewReader(png)}
			_, err := olga.UploadMetricImage(t.Context(), &upload)
			assertRefused(t, err, 403)
			upload.IssueRef, upload.Content = portalIssue(4), strings.NewReader(png)
			image, err := olga.UploadMetricImage(t.Context(), &upload)
			require.NoError(t, err)
			assert.EqualValues(t, "a.png", image.Filename)
			require.NoError(t, olga.DeleteMetricImage(t.Context(), &gitlab.MetricImageRef{IssueRef: portalIssue(4), ImageID: int64(image.ID)}))
		},
		"too many new issues": func(t *testing.T, box *sandbox.Sandbox, client func(string) *gitlab.Client) {
			box.IssueLimit = 1
			olga := client("")
			_, err := olga.CreateIssue(t.Context(), &gitlab.CreateIssueParams{ProjectRef: portal, Title: "First"})
			require.NoError(t, err)
			_, err = olga.CreateIssue(t.Context(), &gitlab.CreateIssueParams{ProjectRef: portal, Title: "Second"})
			assert.Equal(t, rest.RateLimited, rest.ErrorClass(err))
			page, err := client("-ada").ListProjectIssues(t.Context(), &gitlab.ListProjectIssuesParams{ProjectRef: portal, Filters: gitlab.Filters{AuthorUsername: "olga", Search: "Second"}})
			require.NoError(t, err)
			assert.Empty(t, page.Items)
		},
		"iterations, epics and no health status": func(t *testing.T, _ *sandbox.Sandbox, client func(string) *gitlab.Client) {
			got, err := client("").GetIssue(t.Context(), &gitlab.GetIssueParams{IssueRef: portalIssue(1)})
			require.NoError(t, err)
			assert.EqualValues(t, "Offline timetables", got.Epic.Title)
			assert.EqualValues(t, "Sprint 24", got.Iteration.Title)
			assert.Empty(t, got.HealthStatus, "it takes Ultimate")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box := sandbox.New()
			web := httptest.NewServer(box)
			t.Cleanup(web.Close)
			check(t, box, func(user string) *gitlab.Client {
				c, err := gitlab.New(gitlab.Config{BaseURL: web.URL + sandbox.Prefix, Token: sandbox.Token + user, MaxWait: -1, Rates: rest.Unlimited})
				require.NoError(t, err)
				return c
			})
		})
	}
}

// assertRefused checks that an error is GitLab's response with a status.
func assertRefused(t testing.TB, err error, status int) {
	t.Helper()
	assert.ErrorContains(t, err, fmt.Sprint(status))
}

package gitlab_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// incident is the issue of these tests, and its path.
var incident = gitlab.IssueRef{ProjectRef: gitlab.ProjectRef{ID: "g/s/p"}, IssueIID: 7}

const incidentPath = "/projects/g%2Fs%2Fp/issues/7"

// operation is a call, and the request that it makes.
type operation struct {
	call    func(context.Context, *gitlab.Client) error
	request string // relative to the issue
}

// anyResult returns a method without its result, as an operation makes no use of it.
func anyResult[P, R any](method func(*gitlab.Client, context.Context, *P) (R, error), params P) func(context.Context, *gitlab.Client) error {
	return func(ctx context.Context, c *gitlab.Client) error {
		_, err := method(c, ctx, &params)
		return err
	}
}

func noResult[P any](method func(*gitlab.Client, context.Context, *P) error, params P) func(context.Context, *gitlab.Client) error {
	return func(ctx context.Context, c *gitlab.Client) error { return method(c, ctx, &params) }
}

// reads are the operations that change nothing.
func reads() map[string]operation {
	list := gitlab.ListOfIssueParams{IssueRef: incident}
	return map[string]operation{
		"related merge requests": {anyResult((*gitlab.Client).ListRelatedMergeRequests, list), "GET /related_merge_requests"},
		"closing merge requests": {anyResult((*gitlab.Client).ListClosingMergeRequests, list), "GET /closed_by"},
		"participants":           {anyResult((*gitlab.Client).ListParticipants, list), "GET /participants"},
		"metric images":          {anyResult((*gitlab.Client).ListMetricImages, incident), "GET /metric_images"},
		"time stats":             {anyResult((*gitlab.Client).GetTimeStats, incident), "GET /time_stats"},
		"user agent detail":      {anyResult((*gitlab.Client).GetUserAgentDetail, incident), "GET /user_agent_detail"},
	}
}

// writes are the operations that change something.
func writes() map[string]operation {
	image := gitlab.MetricImageRef{IssueRef: incident, ImageID: 3}
	return map[string]operation{
		"delete":              {anyResult((*gitlab.Client).DeleteIssue, incident), "DELETE "},
		"move":                {anyResult((*gitlab.Client).MoveIssue, gitlab.MoveIssueParams{IssueRef: incident, ToProjectID: "5"}), `POST /move {"to_project_id":5}`},
		"clone":               {anyResult((*gitlab.Client).CloneIssue, gitlab.CloneIssueParams{IssueRef: incident, ToProjectID: "5"}), `POST /clone {"to_project_id":5}`},
		"clone with notes":    {anyResult((*gitlab.Client).CloneIssue, gitlab.CloneIssueParams{IssueRef: incident, ToProjectID: "5", WithNotes: true}), `POST /clone {"to_project_id":5,"with_notes":true}`},
		"reorder":             {anyResult((*gitlab.Client).ReorderIssue, gitlab.ReorderParams{IssueRef: incident, MoveAfterID: 51, MoveBeforeID: 92}), `PUT /reorder {"move_after_id":51,"move_before_id":92}`},
		"reorder to the end":  {anyResult((*gitlab.Client).ReorderIssue, gitlab.ReorderParams{IssueRef: incident, MoveAfterID: 51}), `PUT /reorder {"move_after_id":51}`},
		"promote":             {anyResult((*gitlab.Client).PromoteIssue, gitlab.PromoteIssueParams{IssueRef: incident}), `POST /notes {"body":"/promote"}`},
		"subscribe":           {anyResult((*gitlab.Client).Subscribe, incident), "POST /subscribe"},
		"unsubscribe":         {anyResult((*gitlab.Client).Unsubscribe, incident), "POST /unsubscribe"},
		"todo":                {anyResult((*gitlab.Client).CreateTodo, incident), "POST /todo"},
		"set estimate":        {anyResult((*gitlab.Client).SetTimeEstimate, gitlab.SetEstimateParams{IssueRef: incident, Duration: " 3h30m "}), `POST /time_estimate {"duration":"3h30m"}`},
		"reset estimate":      {anyResult((*gitlab.Client).ResetTimeEstimate, incident), "POST /reset_time_estimate"},
		"add spent time":      {anyResult((*gitlab.Client).AddSpentTime, gitlab.AddSpentTimeParams{IssueRef: incident, Duration: "-1h", Summary: "too much"}), `POST /add_spent_time {"duration":"-1h","summary":"too much"}`},
		"reset spent time":    {anyResult((*gitlab.Client).ResetSpentTime, incident), "POST /reset_spent_time"},
		"update metric image": {anyResult((*gitlab.Client).UpdateMetricImage, gitlab.UpdateMetricImageParams{MetricImageRef: image, URL: new(""), URLText: new("a & b")}), `PUT /metric_images/3 {"url":"","url_text":"a & b"}`},
		"delete metric image": {noResult((*gitlab.Client).DeleteMetricImage, image), "DELETE /metric_images/3"},
		"upload metric image": {uploadChart, "POST /metric_images"},
	}
}

func uploadChart(ctx context.Context, c *gitlab.Client) error {
	_, err := c.UploadMetricImage(ctx, &gitlab.UploadMetricImageParams{IssueRef: incident, File: "charts/cpu.png", URL: "https://x.test/1", Content: strings.NewReader(png)})
	return err
}

const png = "\x89PNG\r\n\x1a\n and more"

// line returns the request line and the body of an operation.
func (o operation) line() string {
	method, path, _ := strings.Cut(o.request, " ")
	return strings.TrimSpace(method + " " + incidentPath + path)
}

// withIssue returns a service that also has the issue, which some writes read first.
func withIssue(s *service) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.EscapedPath() == incidentPath {
			_, _ = io.WriteString(w, `{"id":70,"iid":7,"title":"Uploads stop"}`)
			return
		}
		s.ServeHTTP(w, r)
	}
}

// TestRequests checks the method, the path and the body of each operation, and that
// the project is escaped once.
func TestRequests(t *testing.T) {
	t.Parallel()
	for i, operations := range []map[string]operation{reads(), writes()} {
		for name, o := range operations {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := &service{responses: []string{"404 "}}
				var handler http.Handler = s
				if i > 0 {
					handler = withIssue(s)
				}
				err := o.call(t.Context(), newClient(t, handler))
				assert.Equal(t, rest.NotFound, rest.ErrorClass(err))
				require.Len(t, s.requests, 1)
				assert.True(t, strings.HasPrefix(s.requests[0], o.line()), s.requests[0])
				if !strings.HasPrefix(s.headers[0].Get("Content-Type"), "multipart/form-data") {
					assert.Equal(t, o.line(), s.requests[0])
				}
				assert.Equal(t, token, s.headers[0].Get("PRIVATE-TOKEN"))
			})
		}
	}
}

// TestWritesAreSentOnce checks that a write that may have been carried out is not
// repeated, and that its outcome is unknown, whatever the service responds.
func TestWritesAreSentOnce(t *testing.T) {
	t.Parallel()
	for name, o := range writes() {
		for response, want := range map[string]rest.Class{
			"500 ":            rest.OutcomeUnknown,
			"502 <html>":      rest.OutcomeUnknown,
			"503 ":            rest.OutcomeUnknown,
			"200 <html>proxy": rest.OutcomeUnknown,
			"201 {\"id\":":    rest.OutcomeUnknown,
			"405 {\"message\":\"405 Non GET methods are not allowed for moved projects\"}": rest.Moved,
			"307 to /elsewhere":        rest.Moved,
			"301 to /elsewhere":        rest.Moved,
			"400 {\"message\":\"no\"}": rest.Invalid,
			"403 ":                     rest.Forbidden,
		} {
			t.Run(name+" "+response, func(t *testing.T) {
				t.Parallel()
				s := &service{responses: []string{response, `200 {"id":1,"iid":7,"project_id":5,"path_with_namespace":"g/new/p"}`}}
				err := o.call(t.Context(), newClient(t, withIssue(s)))
				assert.Equal(t, want, rest.ErrorClass(err))
				if want == rest.Moved {
					assert.ErrorContains(t, err, "the project moved to g/new/p")
				}
				for _, request := range s.requests[1:] { // a read of where the project is
					assert.Equal(t, "GET /projects/g%2Fs%2Fp", request)
				}
			})
		}
	}
}

// TestDryRuns checks that a dry run plans the request that would be sent, and sends
// nothing.
func TestDryRuns(t *testing.T) {
	t.Parallel()
	for name, o := range writes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{}
			c := newClient(t, withIssue(s))
			ctx, plan := c.WithDryRun(t.Context())
			require.NoError(t, o.call(ctx, c))
			assert.Empty(t, s.requests)
			require.Len(t, plan.Requests(), 1)
			planned := plan.Requests()[0]
			if body, isForm := strings.CutPrefix(planned.Body, "multipart/form-data\n"); isForm {
				assert.Equal(t, "url: https://x.test/1\nfile: cpu.png (image/png, 17 bytes)", body)
				planned.Body = ""
			}
			assert.Equal(t, o.line(), strings.TrimSpace(planned.Method+" "+planned.Path+" "+planned.Body))
		})
	}
}

// TestReadsFail checks that a read reports what the service responds instead of
// what was requested.
func TestReadsFail(t *testing.T) {
	t.Parallel()
	for name, o := range reads() {
		for response, want := range map[string]rest.Class{
			"403 {\"message\":\"403 Forbidden\"}":       rest.Forbidden,
			"404 {\"message\":\"404 Issue Not Found\"}": rest.NotFound,
			"200 <html>":              rest.MalformedResponse,
			"200 {\"message\":\"x\"}": rest.MalformedResponse,
		} {
			t.Run(name+" "+response, func(t *testing.T) {
				t.Parallel()
				s := &service{responses: []string{response}}
				assert.Equal(t, want, rest.ErrorClass(o.call(t.Context(), newClient(t, s))))
			})
		}
	}
}

// TestNotModified checks that 304, which has no body, is a success of the three
// writes for which GitLab documents it, and of no other.
func TestNotModified(t *testing.T) {
	t.Parallel()
	for name, o := range writes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{"304 "}}
			err := o.call(t.Context(), newClient(t, s))
			assert.Len(t, s.requests, 1)
			switch name {
			case "subscribe", "unsubscribe", "todo":
				assert.NoError(t, err)
			default:
				var e *rest.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, http.StatusNotModified, e.Status)
			}
		})
	}
}

package gitlab_test

import (
	"context"
	"strings"

	reference "gitlab.com/gitlab-org/api/client-go/v2"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// Also of the sandbox.
const epicID = 41009

var imageRef = gitlab.MetricImageRef{IssueRef: incidentRef, ImageID: 41058}

func reorderIssue() contractOperation {
	type (
		params = gitlab.ReorderParams
		opts   = reference.ReorderIssueOptions
	)
	reorder := func(name string, p params, o opts) example[params] {
		p.IssueRef = docsRef
		return example[params]{Name: name, Params: p, Like: func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.ReorderIssue(portalPath, 1, &o, reference.WithContext(ctx))
			return err
		}}
	}
	return contracttest.Calls("ReorderIssue", "PUT /projects/{id}/issues/{issue_iid}/reorder", (*gitlab.Client).ReorderIssue, nil,
		reorder("move_after_id", params{MoveAfterID: 41039}, opts{MoveAfterID: new(int64(41039))}),
		reorder("move_before_id", params{MoveBeforeID: 41039}, opts{MoveBeforeID: new(int64(41039))}),
	)
}

func moveIssue() contractOperation {
	move := func(name string, to gitlab.Project) example[gitlab.MoveIssueParams] {
		return example[gitlab.MoveIssueParams]{
			Name: name, Params: gitlab.MoveIssueParams{IssueRef: docsRef, ToProjectID: to},
			Like: func(ctx context.Context, c *reference.Client) error {
				_, _, err := c.Issues.MoveIssue(portalPath, 1, &reference.MoveIssueOptions{ToProjectID: new(int64(cliNumber))}, reference.WithContext(ctx))
				return err
			},
		}
	}
	return contracttest.Calls("MoveIssue", "POST /projects/{id}/issues/{issue_iid}/move", (*gitlab.Client).MoveIssue, nil,
		move("to_project_id", "41019"), move("to_project_id: path", cliPath))
}

func cloneIssue() contractOperation {
	clone := func(name string, p gitlab.CloneIssueParams, notes string) example[gitlab.CloneIssueParams] {
		p.IssueRef = docsRef
		return example[gitlab.CloneIssueParams]{Name: name, Params: p, Want: map[string]string{"param to_project_id": "41019", "param with_notes": notes}}
	}
	return contracttest.Calls("CloneIssue", "POST /projects/{id}/issues/{issue_iid}/clone", (*gitlab.Client).CloneIssue, nil,
		clone("to_project_id", gitlab.CloneIssueParams{ToProjectID: "41019"}, ""),
		clone("to_project_id: path", gitlab.CloneIssueParams{ToProjectID: cliPath}, ""),
		clone("with_notes", gitlab.CloneIssueParams{ToProjectID: "41019", WithNotes: true}, "true"))
}

func setTimeEstimate() contractOperation {
	return contracttest.Calls("SetTimeEstimate", "POST /projects/{id}/issues/{issue_iid}/time_estimate", (*gitlab.Client).SetTimeEstimate, nil,
		example[gitlab.SetEstimateParams]{
			Name: "duration", Params: gitlab.SetEstimateParams{IssueRef: docsRef, Duration: "3h30m"},
			Like: func(ctx context.Context, c *reference.Client) error {
				_, _, err := c.Issues.SetTimeEstimate(portalPath, 1, &reference.SetTimeEstimateOptions{Duration: new("3h30m")}, reference.WithContext(ctx))
				return err
			},
		})
}

func addSpentTime() contractOperation {
	add := func(name, duration, summary string) example[gitlab.AddSpentTimeParams] {
		o := reference.AddSpentTimeOptions{Duration: &duration}
		if summary != "" {
			o.Summary = &summary
		}
		return example[gitlab.AddSpentTimeParams]{
			Name: name, Params: gitlab.AddSpentTimeParams{IssueRef: docsRef, Duration: duration, Summary: summary},
			Like: func(ctx context.Context, c *reference.Client) error {
				_, _, err := c.Issues.AddSpentTime(portalPath, 1, &o, reference.WithContext(ctx))
				return err
			},
		}
	}
	return contracttest.Calls("AddSpentTime", "POST /projects/{id}/issues/{issue_iid}/add_spent_time", (*gitlab.Client).AddSpentTime, nil,
		add("duration", "1h", ""), add("duration: subtracted", "-30m", ""), add("summary", "1h", "Looked at it"))
}

func promoteIssue() contractOperation {
	promote := func(name, body, sent string) example[gitlab.PromoteIssueParams] {
		return example[gitlab.PromoteIssueParams]{
			Name: name, Params: gitlab.PromoteIssueParams{IssueRef: docsRef, Body: body},
			Like: func(ctx context.Context, c *reference.Client) error {
				_, _, err := c.Notes.CreateIssueNote(portalPath, 1, &reference.CreateIssueNoteOptions{Body: &sent}, reference.WithContext(ctx))
				return err
			},
		}
	}
	return contracttest.Calls("PromoteIssue", "POST /projects/{id}/issues/{issue_iid}/notes", (*gitlab.Client).PromoteIssue, nil,
		promote("no parameters", "", "/promote"), promote("body", "Too big", "/promote\n\nToo big"), promote("body: with it", "Too big\n/promote", "Too big\n/promote"))
}

func uploadMetricImage() contractOperation {
	type params = gitlab.UploadMetricImageParams
	// The content of a call is read once, so each has its own.
	upload := func(c *gitlab.Client, ctx context.Context, p *params) (*gitlab.MetricImage, error) {
		p.Content = strings.NewReader("\x89PNG\r\n\x1a\n")
		return c.UploadMetricImage(ctx, p)
	}
	return contracttest.Calls("UploadMetricImage", "POST /projects/{id}/issues/{issue_iid}/metric_images", upload, nil,
		example[params]{Name: "file", Params: params{IssueRef: incidentRef, File: "a.png"}},
		example[params]{Name: "url", Params: params{IssueRef: incidentRef, File: "a.png", URL: "https://example.com/?a=1&b=2"}},
		example[params]{Name: "url_text", Params: params{IssueRef: incidentRef, File: "a.png", URL: "https://example.com", URLText: "Graph"}},
	)
}

func updateMetricImage() contractOperation {
	type params = gitlab.UpdateMetricImageParams
	return contracttest.Calls("UpdateMetricImage", "PUT /projects/{id}/issues/{issue_iid}/metric_images/{image_id}", (*gitlab.Client).UpdateMetricImage, nil,
		example[params]{Name: "url", Params: params{MetricImageRef: imageRef, URL: new("https://example.com")}, Want: map[string]string{"param url": "https://example.com"}},
		example[params]{Name: "url_text", Params: params{MetricImageRef: imageRef, URLText: new("")}, Want: map[string]string{"param url_text": ""}},
	)
}

// operationsOn calls every operation that takes a project, each with the first request
// that it sends.
func operationsOn(project gitlab.Project) map[string]func(context.Context, *gitlab.Client) error {
	const issue = "/projects/{id}/issues/{issue_iid}"
	p := gitlab.ProjectRef{ID: project}
	i := gitlab.IssueRef{ProjectRef: p, IssueIID: 7}
	list := gitlab.ListOfIssueParams{IssueRef: i}
	image := gitlab.MetricImageRef{IssueRef: i, ImageID: 3}
	return map[string]func(context.Context, *gitlab.Client) error{
		"GET /groups/{id}/issues":                  anyResult((*gitlab.Client).ListGroupIssues, gitlab.ListGroupIssuesParams{ID: project}),
		"GET /projects/{id}/issues":                anyResult((*gitlab.Client).ListProjectIssues, gitlab.ListProjectIssuesParams{ProjectRef: p}),
		"GET " + issue:                             anyResult((*gitlab.Client).GetIssue, gitlab.GetIssueParams{IssueRef: i}),
		"POST /projects/{id}/issues":               anyResult((*gitlab.Client).CreateIssue, gitlab.CreateIssueParams{ProjectRef: p, Title: "t"}),
		"PUT " + issue:                             anyResult((*gitlab.Client).UpdateIssue, gitlab.UpdateIssueParams{IssueRef: i, Title: new("t")}),
		"DELETE " + issue:                          anyResult((*gitlab.Client).DeleteIssue, i),
		"PUT " + issue + "/reorder":                anyResult((*gitlab.Client).ReorderIssue, gitlab.ReorderParams{IssueRef: i, MoveAfterID: 1}),
		"POST " + issue + "/move":                  anyResult((*gitlab.Client).MoveIssue, gitlab.MoveIssueParams{IssueRef: i, ToProjectID: "1"}),
		"POST " + issue + "/clone":                 anyResult((*gitlab.Client).CloneIssue, gitlab.CloneIssueParams{IssueRef: i, ToProjectID: "1"}),
		"POST " + issue + "/subscribe":             anyResult((*gitlab.Client).Subscribe, i),
		"POST " + issue + "/unsubscribe":           anyResult((*gitlab.Client).Unsubscribe, i),
		"POST " + issue + "/todo":                  anyResult((*gitlab.Client).CreateTodo, i),
		"POST " + issue + "/notes":                 anyResult((*gitlab.Client).PromoteIssue, gitlab.PromoteIssueParams{IssueRef: i}),
		"POST " + issue + "/time_estimate":         anyResult((*gitlab.Client).SetTimeEstimate, gitlab.SetEstimateParams{IssueRef: i, Duration: "1h"}),
		"POST " + issue + "/reset_time_estimate":   anyResult((*gitlab.Client).ResetTimeEstimate, i),
		"POST " + issue + "/add_spent_time":        anyResult((*gitlab.Client).AddSpentTime, gitlab.AddSpentTimeParams{IssueRef: i, Duration: "1h"}),
		"POST " + issue + "/reset_spent_time":      anyResult((*gitlab.Client).ResetSpentTime, i),
		"GET " + issue + "/time_stats":             anyResult((*gitlab.Client).GetTimeStats, i),
		"GET " + issue + "/related_merge_requests": anyResult((*gitlab.Client).ListRelatedMergeRequests, list),
		"GET " + issue + "/closed_by":              anyResult((*gitlab.Client).ListClosingMergeRequests, list),
		"GET " + issue + "/participants":           anyResult((*gitlab.Client).ListParticipants, list),
		"GET " + issue + "/user_agent_detail":      anyResult((*gitlab.Client).GetUserAgentDetail, i),
		"GET " + issue + "/metric_images":          anyResult((*gitlab.Client).ListMetricImages, i),
		"POST " + issue + "/metric_images": anyResult((*gitlab.Client).UploadMetricImage, gitlab.UploadMetricImageParams{
			IssueRef: i, File: "a.png", Content: strings.NewReader("x"),
		}),
		"PUT " + issue + "/metric_images/{image_id}":    anyResult((*gitlab.Client).UpdateMetricImage, gitlab.UpdateMetricImageParams{MetricImageRef: image, URL: new("u")}),
		"DELETE " + issue + "/metric_images/{image_id}": noResult((*gitlab.Client).DeleteMetricImage, image),
	}
}

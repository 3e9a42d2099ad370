package gitlab_test

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	reference "gitlab.com/gitlab-org/api/client-go/v2"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// What the sandbox has from the start.
const (
	portalPath, portalNumber = "harborlab/portal", 41014
	cliPath, cliNumber       = "harborlab/tools/cli", 41019
	milestoneID              = 41017 // v2.1
	devi, rhea               = 7103, 7104
)

var (
	portal      = gitlab.ProjectRef{ID: portalPath}
	docsRef     = portalIssue(1)
	incidentRef = portalIssue(4)
)

func portalIssue(number int) gitlab.IssueRef {
	return gitlab.IssueRef{ProjectRef: portal, IssueIID: number}
}

func operations() []contractOperation {
	const issue = "/projects/{id}/issues/{issue_iid}"
	type client = reference.Client
	return []contractOperation{
		listIssues(), listGroupIssues(), listProjectIssues(),
		contracttest.Calls("GetIssueByID", "GET /issues/{id}", (*gitlab.Client).GetIssueByID, nil,
			example[gitlab.GetIssueByIDParams]{Name: "id", Params: gitlab.GetIssueByIDParams{ID: 41035}, Like: func(ctx context.Context, c *client) error {
				_, _, err := c.Issues.GetIssueByID(41035, reference.WithContext(ctx))
				return err
			}}),
		getIssue(), createIssue(), updateIssue(),
		onIssue("DeleteIssue", "DELETE "+issue, (*gitlab.Client).DeleteIssue, docsRef, func(ctx context.Context, c *client) error {
			_, err := c.Issues.DeleteIssue(portalPath, 1, reference.WithContext(ctx))
			return err
		}),
		reorderIssue(), moveIssue(), cloneIssue(),
		listOf("ListRelatedMergeRequests", "GET "+issue+"/related_merge_requests", (*gitlab.Client).ListRelatedMergeRequests,
			func(ctx context.Context, c *client, o reference.ListOptions) error {
				_, _, err := c.Issues.ListMergeRequestsRelatedToIssue(portalPath, 1, &reference.ListMergeRequestsRelatedToIssueOptions{ListOptions: o}, reference.WithContext(ctx))
				return err
			}),
		listOf("ListClosingMergeRequests", "GET "+issue+"/closed_by", (*gitlab.Client).ListClosingMergeRequests,
			func(ctx context.Context, c *client, o reference.ListOptions) error {
				_, _, err := c.Issues.ListMergeRequestsClosingIssue(portalPath, 1, &reference.ListMergeRequestsClosingIssueOptions{ListOptions: o}, reference.WithContext(ctx))
				return err
			}),
		listOf("ListParticipants", "GET "+issue+"/participants", (*gitlab.Client).ListParticipants,
			func(ctx context.Context, c *client, _ reference.ListOptions) error {
				_, _, err := c.Issues.GetParticipants(portalPath, 1, reference.WithContext(ctx))
				return err
			}),
		onIssue("Subscribe", "POST "+issue+"/subscribe", (*gitlab.Client).Subscribe, docsRef, func(ctx context.Context, c *client) error {
			_, _, err := c.Issues.SubscribeToIssue(portalPath, 1, reference.WithContext(ctx))
			return err
		}),
		onIssue("Unsubscribe", "POST "+issue+"/unsubscribe", (*gitlab.Client).Unsubscribe, docsRef, func(ctx context.Context, c *client) error {
			_, response, err := c.Issues.UnsubscribeFromIssue(portalPath, 1, reference.WithContext(ctx))
			return unless304(response, err)
		}),
		onIssue("CreateTodo", "POST "+issue+"/todo", (*gitlab.Client).CreateTodo, docsRef, func(ctx context.Context, c *client) error {
			_, _, err := c.Issues.CreateTodo(portalPath, 1, reference.WithContext(ctx))
			return err
		}),
		setTimeEstimate(),
		onIssue("ResetTimeEstimate", "POST "+issue+"/reset_time_estimate", (*gitlab.Client).ResetTimeEstimate, docsRef, func(ctx context.Context, c *client) error {
			_, _, err := c.Issues.ResetTimeEstimate(portalPath, 1, reference.WithContext(ctx))
			return err
		}),
		addSpentTime(),
		onIssue("ResetSpentTime", "POST "+issue+"/reset_spent_time", (*gitlab.Client).ResetSpentTime, docsRef, func(ctx context.Context, c *client) error {
			_, _, err := c.Issues.ResetSpentTime(portalPath, 1, reference.WithContext(ctx))
			return err
		}),
		onIssue("GetTimeStats", "GET "+issue+"/time_stats", (*gitlab.Client).GetTimeStats, docsRef, func(ctx context.Context, c *client) error {
			_, _, err := c.Issues.GetTimeSpent(portalPath, 1, reference.WithContext(ctx))
			return err
		}),
		promoteIssue(),
		onIssue("GetUserAgentDetail", "GET "+issue+"/user_agent_detail", (*gitlab.Client).GetUserAgentDetail, docsRef, nil),
		uploadMetricImage(),
		onIssue("ListMetricImages", "GET "+issue+"/metric_images", (*gitlab.Client).ListMetricImages, incidentRef, nil),
		updateMetricImage(),
		contracttest.Calls("DeleteMetricImage", "DELETE "+issue+"/metric_images/{image_id}", contracttest.Discard((*gitlab.Client).DeleteMetricImage), nil,
			example[gitlab.MetricImageRef]{Name: "image_id", Params: imageRef}),
	}
}

// unless304 accepts the status that GitLab documents for what already is so.
func unless304(response *reference.Response, err error) error {
	if response != nil && response.StatusCode == 304 {
		return nil
	}
	return err
}

// onIssue is an operation with no parameters but those in its path.
func onIssue[R any](name, endpoint string, method func(*gitlab.Client, context.Context, *gitlab.IssueRef) (R, error), ref gitlab.IssueRef, like func(context.Context, *reference.Client) error) contractOperation {
	return contracttest.Calls(name, endpoint, method, nil, example[gitlab.IssueRef]{Name: "issue_iid", Params: ref, Like: like})
}

func listOf[R any](name, endpoint string, method func(*gitlab.Client, context.Context, *gitlab.ListOfIssueParams) (R, error), like func(context.Context, *reference.Client, reference.ListOptions) error) contractOperation {
	list := func(param string, p gitlab.Paging, o reference.ListOptions) example[gitlab.ListOfIssueParams] {
		e := example[gitlab.ListOfIssueParams]{Name: param, Params: gitlab.ListOfIssueParams{IssueRef: docsRef, Paging: p}}
		if strings.HasSuffix(endpoint, "/participants") { // client-go reads only the first page
			for member, number := range map[string]int64{"param page": o.Page, "param per_page": o.PerPage} {
				if number != 0 {
					e.Differs = map[string]difference{member: contracttest.Differs(strconv.FormatInt(number, 10), "", "client-go reads only the first page of the participants")}
				}
			}
		}
		e.Like = func(ctx context.Context, c *reference.Client) error { return like(ctx, c, o) }
		return e
	}
	calls := []example[gitlab.ListOfIssueParams]{
		list("no parameters", gitlab.Paging{}, reference.ListOptions{}),
		list("page", gitlab.Paging{Page: 2}, reference.ListOptions{Page: 2}),
		list("per_page", gitlab.Paging{PerPage: 100}, reference.ListOptions{PerPage: 100}),
		list("limit", gitlab.Paging{Limit: 50, PerPage: 50}, reference.ListOptions{PerPage: 50}),
	}
	return contracttest.Calls(name, endpoint, method, nil, calls...)
}

func getIssue() contractOperation {
	type params = gitlab.GetIssueParams
	like := func(ctx context.Context, c *reference.Client) error {
		_, _, err := c.Issues.GetIssue(portalPath, 1, reference.WithContext(ctx))
		return err
	}
	return contracttest.Calls("GetIssue", "GET /projects/{id}/issues/{issue_iid}", (*gitlab.Client).GetIssue, nil,
		example[params]{Name: "no parameters", Params: params{IssueRef: docsRef}, Like: like},
		example[params]{Name: "offset", Params: params{IssueRef: docsRef, Offset: 5}, Like: like},
		example[params]{Name: "include", Params: params{IssueRef: docsRef, Include: gitlab.Include{"comments"}}, Like: like},
	)
}

const whyMerged = "assignee_id: it is one more of assignee_ids, which every edition accepts"

func createIssue() contractOperation {
	type (
		params = gitlab.CreateIssueParams
		opts   = reference.CreateIssueOptions
	)
	create := func(name string, p params, o opts) example[params] {
		p.ProjectRef, p.Title, o.Title = portal, "Found a bug", new("Found a bug")
		return example[params]{Name: name, Params: p, Like: func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.CreateIssue(portalPath, &o, reference.WithContext(ctx))
			return err
		}}
	}
	assignee := create("assignee_id", params{AssigneeID: "7103"}, opts{AssigneeID: new(int64(devi))})
	assignee.Differs = map[string]difference{
		"param assignee_ids": contracttest.Differs("7103", "", whyMerged),
		"param assignee_id":  contracttest.Differs("", "7103", whyMerged),
	}
	date := reference.ISOTime(aTime)
	return contracttest.Calls("CreateIssue", "POST /projects/{id}/issues", (*gitlab.Client).CreateIssue, nil,
		create("title", params{}, opts{}),
		create("description", params{Description: "I'm having a <problem> & more.\n"}, opts{Description: new("I'm having a <problem> & more.\n")}),
		assignee,
		create("assignee_ids", params{AssigneeIDs: []string{"7103", "7104"}}, opts{AssigneeIDs: &[]int64{devi, rhea}}),
		create("assignee_ids: usernames", params{AssigneeIDs: []string{"devi", "7104"}}, opts{AssigneeIDs: &[]int64{devi, rhea}}),
		create("confidential", params{Confidential: true}, opts{Confidential: new(true)}),
		create("created_at", params{CreatedAt: aTimeText}, opts{CreatedAt: &aTime}),
		create("merge_request_to_resolve_discussions_of", params{MergeRequestToResolveDiscussionsOf: 1}, opts{MergeRequestToResolveDiscussionsOf: new(int64(1))}),
		create("discussion_to_resolve", params{MergeRequestToResolveDiscussionsOf: 1, DiscussionToResolve: "6a9c"},
			opts{MergeRequestToResolveDiscussionsOf: new(int64(1)), DiscussionToResolve: new("6a9c")}),
		create("due_date", params{DueDate: "2026-01-02"}, opts{DueDate: &date}),
		create("epic_id", params{EpicID: epicID}, opts{EpicID: new(int64(epicID))}),
		create("iid", params{IID: 700}, opts{IID: new(int64(700))}),
		create("issue_type", params{IssueType: "incident"}, opts{IssueType: new("incident")}),
		create("labels", params{Labels: []string{"bug", "docs"}}, opts{Labels: &reference.LabelOptions{"bug", "docs"}}),
		create("create_labels", params{CreateLabels: true, Labels: []string{"bug", "good first issue"}}, opts{Labels: &reference.LabelOptions{"bug", "good first issue"}}),
		create("milestone_id", params{MilestoneID: "41017"}, opts{MilestoneID: new(int64(milestoneID))}),
		create("milestone_id: title", params{MilestoneID: "v2.1"}, opts{MilestoneID: new(int64(milestoneID))}),
		create("weight", params{Weight: new(0)}, opts{Weight: new(int64(0))}),
	)
}

func updateIssue() contractOperation {
	type (
		params = gitlab.UpdateIssueParams
		opts   = reference.UpdateIssueOptions
	)
	update := func(name string, p params, o opts) example[params] {
		p.IssueRef = portalIssue(cmp.Or(p.IssueIID, 2))
		return example[params]{Name: name, Params: p, Like: func(ctx context.Context, c *reference.Client) error {
			_, _, err := c.Issues.UpdateIssue(portalPath, int64(p.IssueIID), &o, reference.WithContext(ctx))
			return err
		}}
	}
	closed := gitlab.IssueRef{IssueIID: 5}                                  // without a milestone
	const body = "The column is drawn by CSS, so NVDA reads nothing of it." // of the sandbox's issue
	date := reference.ISOTime(aTime)
	clearing := func(name string, p params, o opts, ours string) example[params] {
		e := update(name+": cleared", p, o)
		e.Differs = map[string]difference{"param " + name: contracttest.Differs(ours, "null", "client-go clears with null, the documentation with 0 or an empty text")}
		return e
	}
	return contracttest.Calls("UpdateIssue", "PUT /projects/{id}/issues/{issue_iid}", (*gitlab.Client).UpdateIssue, nil,
		update("title", params{Title: new("Found a <bug>")}, opts{Title: new("Found a <bug>")}),
		update("description", params{Description: new("New text")}, opts{Description: new("New text")}),
		update("description: cleared", params{Description: new("")}, opts{Description: new("")}),
		update("append", params{Changes: textedit.Changes{Append: "More"}}, opts{Description: new(body + "\nMore")}),
		update("prepend", params{Changes: textedit.Changes{Prepend: "Less"}}, opts{Description: new("Less\n" + body)}),
		update("edits", params{Changes: textedit.Changes{Edits: []textedit.Edit{{Old: "CSS", New: "magic"}}}}, opts{Description: new(strings.Replace(body, "CSS", "magic", 1))}),
		update("state", params{State: new("closed")}, opts{StateEvent: new("close")}),
		update("state: open", params{IssueRef: closed, State: new("open")}, opts{StateEvent: new("reopen")}),
		update("add_labels", params{AddLabels: []string{"docs", "feature"}}, opts{AddLabels: &reference.LabelOptions{"docs", "feature"}}),
		update("create_labels", params{CreateLabels: true, AddLabels: []string{"ui"}}, opts{AddLabels: &reference.LabelOptions{"ui"}}),
		update("remove_labels", params{RemoveLabels: []string{"bug"}}, opts{RemoveLabels: &reference.LabelOptions{"bug"}}),
		update("labels", params{Labels: &[]string{"bug", "docs"}}, opts{Labels: &reference.LabelOptions{"bug", "docs"}}),
		update("labels: cleared", params{Labels: &[]string{}}, opts{Labels: &reference.LabelOptions{}}),
		update("assignee_ids", params{AssigneeIDs: &[]string{"devi"}}, opts{AssigneeIDs: &[]int64{devi}}),
		update("assignee_ids: cleared", params{AssigneeIDs: &[]string{}}, opts{AssigneeIDs: &[]int64{0}}),
		update("milestone_id", params{IssueRef: closed, MilestoneID: new("v2.1")}, opts{MilestoneID: new(int64(milestoneID))}),
		clearing("milestone_id", params{MilestoneID: new("")}, opts{ResetMilestoneID: true}, "0"),
		update("due_date", params{DueDate: new("2026-01-02")}, opts{DueDate: &date}),
		clearing("due_date", params{DueDate: new("")}, opts{ResetDueDate: true}, ""),
		update("weight", params{Weight: new("4")}, opts{Weight: new(int64(4))}),
		update("weight: cleared", params{Weight: new("")}, opts{ResetWeight: true}),
		update("epic_id", params{EpicID: new(epicID)}, opts{EpicID: new(int64(epicID))}),
		update("issue_type", params{IssueType: new("incident")}, opts{IssueType: new("incident")}),
		update("confidential", params{Confidential: new(true)}, opts{Confidential: new(true)}),
		update("discussion_locked", params{DiscussionLocked: new(true)}, opts{DiscussionLocked: new(true)}),
		update("updated_at", params{Title: new("Later"), UpdatedAt: aTimeText}, opts{Title: new("Later"), UpdatedAt: &aTime}),
	)
}

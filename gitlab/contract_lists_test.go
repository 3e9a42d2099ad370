package gitlab_test

import (
	"context"
	"reflect"
	"time"

	reference "gitlab.com/gitlab-org/api/client-go/v2"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// listing is a call with parameters that all lists of issues share. If like is nil,
// client-go lacks the parameter.
type listing struct {
	name    string
	params  gitlab.Filters
	like    *reference.ListIssuesOptions
	differs map[string]difference
	want    map[string]string
}

func filter(name string, p gitlab.Filters, like reference.ListIssuesOptions) listing {
	return listing{name: name, params: p, like: &like}
}

// excluded is a call with one parameter of not.
func excluded(name string, p gitlab.Not, like *reference.ListIssuesOptions, want ...string) listing {
	l := listing{name: "not: " + name, params: gitlab.Filters{Not: &p}, like: like}
	if len(want) > 0 {
		l.want = map[string]string{"param " + want[0]: want[1]}
	}
	return l
}

// lacking is a call with a parameter that client-go lacks.
func lacking(name, value string, p gitlab.Filters) listing {
	return listing{name: name, params: p, want: map[string]string{"param " + name: value}}
}

const (
	whyArray  = "assignee_username is documented as an array; client-go sends one"
	whyArrays = "client-go sends one number as an array"
)

func asArrayDiffers(name, value string) map[string]difference {
	return map[string]difference{
		"param " + name + "[]": contracttest.Differs(value, "", whyArray),
		"param " + name:        contracttest.Differs("", value, whyArray),
	}
}

var aTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

const aTimeText = "2026-01-02T03:04:05Z"

func listings() []listing {
	type (
		f = gitlab.Filters
		o = reference.ListIssuesOptions
		n = gitlab.Not
	)
	assignee := filter("assignee_username", f{AssigneeUsername: []string{"devi"}, Scope: "all"}, o{AssigneeUsername: new("devi"), Scope: new("all")})
	assignee.differs = asArrayDiffers("assignee_username", "devi")
	notAssignee := excluded("assignee_username", n{AssigneeUsername: []string{"devi"}}, &o{NotAssigneeUsername: new("devi")})
	notAssignee.differs = asArrayDiffers("not[assignee_username]", "devi")
	return []listing{
		filter("no parameters", f{}, o{}),
		filter("assignee_id", f{AssigneeID: "7103", Scope: "all"}, o{AssigneeID: reference.AssigneeID(int64(devi)), Scope: new("all")}),
		filter("assignee_id: none", f{AssigneeID: "None"}, o{AssigneeID: reference.AssigneeID(reference.UserIDNone)}),
		filter("assignee_id: any", f{AssigneeID: "Any"}, o{AssigneeID: reference.AssigneeID(reference.UserIDAny)}),
		assignee,
		{name: "assignee_username: several", params: f{AssigneeUsername: []string{"olga", "rhea"}}, want: map[string]string{"param assignee_username[]": "olga,rhea"}},
		filter("author_id", f{AuthorID: 7104, Scope: "all"}, o{AuthorID: new(int64(7104)), Scope: new("all")}),
		filter("author_username", f{AuthorUsername: "rhea", Scope: "all"}, o{AuthorUsername: new("rhea"), Scope: new("all")}),
		filter("confidential", f{Confidential: new(true)}, o{Confidential: new(true)}),
		filter("confidential: false", f{Confidential: new(false)}, o{Confidential: new(false)}),
		filter("created_after", f{CreatedAfter: aTimeText}, o{CreatedAfter: &aTime}),
		filter("created_before", f{CreatedBefore: aTimeText}, o{CreatedBefore: &aTime}),
		filter("updated_after", f{UpdatedAfter: aTimeText}, o{UpdatedAfter: &aTime}),
		filter("updated_before", f{UpdatedBefore: aTimeText}, o{UpdatedBefore: &aTime}),
		filter("due_date", f{DueDate: "next_month_and_previous_two_weeks"}, o{DueDate: new("next_month_and_previous_two_weeks")}),
		filter("due_date: none", f{DueDate: "0"}, o{DueDate: new("0")}),
		lacking("epic_id", "5", f{EpicID: "5"}),
		{name: "epic_id: none", params: f{EpicID: "None"}, want: map[string]string{"param epic_id": "None"}},
		filter("iids", f{IIDs: []int{42, 43}}, o{IIDs: &[]int64{42, 43}}),
		filter("issue_type", f{IssueType: "incident"}, o{IssueType: new("incident")}),
		filter("iteration_id", f{IterationID: "5"}, o{IterationID: new(int64(5))}),
		{name: "iteration_id: any", params: f{IterationID: "Any"}, want: map[string]string{"param iteration_id": "Any"}},
		lacking("iteration_title", "Sprint 24", f{IterationTitle: "Sprint 24"}),
		filter("labels", f{Labels: gitlab.Labels{"bug"}}, o{Labels: &reference.LabelOptions{"bug"}}),
		filter("labels: several, with what must be escaped", f{Labels: gitlab.Labels{"good first issue", "c++ & more", "优先"}, Paging: gitlab.Paging{Page: 2}}, // the first must not be empty
			o{Labels: &reference.LabelOptions{"good first issue", "c++ & more", "优先"}, ListOptions: reference.ListOptions{Page: 2}}),
		filter("milestone", f{Milestone: "v2.1"}, o{Milestone: new("v2.1")}),
		filter("my_reaction_emoji", f{MyReactionEmoji: "thumbsup"}, o{MyReactionEmoji: new("thumbsup")}),
		filter("order_by", f{OrderBy: "relative_position"}, o{OrderBy: new("relative_position")}),
		filter("sort", f{Sort: "asc"}, o{Sort: new("asc")}),
		filter("scope", f{Scope: "assigned_to_me"}, o{Scope: new("assigned_to_me")}),
		filter("search", f{Search: "100% & <b>"}, o{Search: new("100% & <b>")}),
		filter("state", f{State: "open"}, o{State: new("opened")}),
		filter("state: closed", f{State: "closed"}, o{State: new("closed")}),
		filter("state: all", f{State: "all"}, o{State: new("all")}),
		lacking("weight", "3", f{Weight: "3"}),
		{name: "weight: any", params: f{Weight: "Any"}, want: map[string]string{"param weight": "Any"}},
		filter("with_labels_details", f{WithLabelsDetails: true}, o{WithLabelDetails: new(true)}),
		filter("include", f{Include: gitlab.Include{"description"}}, o{}),
		filter("fields", f{Fields: []string{"title"}}, o{}),
		filter("page", f{Paging: gitlab.Paging{Page: 2}}, o{ListOptions: reference.ListOptions{Page: 2}}),
		filter("per_page", f{Paging: gitlab.Paging{PerPage: 100}}, o{ListOptions: reference.ListOptions{PerPage: 100}}),
		filter("limit", f{Paging: gitlab.Paging{Limit: 50, PerPage: 50}}, o{ListOptions: reference.ListOptions{PerPage: 50}}),

		excluded("assignee_id", n{AssigneeID: 7103}, &o{NotAssigneeID: &[]int64{7103}}),
		notAssignee,
		excluded("author_id", n{AuthorID: 7104}, &o{NotAuthorID: &[]int64{7104}}),
		excluded("author_username", n{AuthorUsername: "rhea"}, &o{NotAuthorUsername: new("rhea")}),
		excluded("iids", n{IIDs: []int{1, 2}}, nil, "not[iids][]", "1,2"),
		excluded("in", n{In: "title", Search: "x"}, &o{NotIn: new("title"), NotSearch: new("x")}),
		excluded("iteration_id", n{IterationID: 5}, nil, "not[iteration_id]", "5"),
		excluded("iteration_title", n{IterationTitle: "Sprint 24"}, nil, "not[iteration_title]", "Sprint 24"),
		excluded("labels", n{Labels: gitlab.Labels{"bug", "ui"}}, &o{NotLabels: &reference.LabelOptions{"bug", "ui"}}),
		excluded("milestone", n{Milestone: "v2.1"}, &o{NotMilestone: new("v2.1")}),
		excluded("milestone_id", n{MilestoneID: "Started"}, nil, "not[milestone_id]", "Started"),
		excluded("my_reaction_emoji", n{MyReactionEmoji: "heart"}, &o{NotMyReactionEmoji: &[]string{"heart"}}),
		excluded("search", n{Search: "x"}, &o{NotSearch: new("x")}),
		excluded("weight", n{Weight: new(3)}, nil, "not[weight]", "3"),
	}
}

// convert copies the options of one list to those of another. It reports whether that
// has all of them.
func convert[T any](from *reference.ListIssuesOptions) (to T, ok bool) {
	if from == nil {
		return to, false
	}
	source, target := reflect.ValueOf(*from), reflect.ValueOf(&to).Elem()
	for i := range source.NumField() {
		name, value := source.Type().Field(i).Name, source.Field(i)
		if value.IsZero() {
			continue
		}
		field := target.FieldByName(name)
		switch {
		case !field.IsValid():
			return to, false
		case value.Type() == field.Type():
			field.Set(value)
		default: // one number or name, where the other list has several
			field.Set(value.Elem().Index(0).Addr())
		}
	}
	return to, true
}

// listCalls returns the calls of a list: those with its own parameters and those that
// all share.
func listCalls[P, O any](own []example[P], params func(gitlab.Filters) P, like func(context.Context, *reference.Client, *O) error) []example[P] {
	calls := own
	for _, l := range listings() {
		e := example[P]{Name: l.name, Params: params(l.params), Differs: l.differs, Want: l.want}
		if o, ok := convert[O](l.like); ok {
			e.Like = func(ctx context.Context, c *reference.Client) error { return like(ctx, c, &o) }
		}
		calls = append(calls, e)
	}
	return calls
}

func listIssues() contractOperation {
	type params = gitlab.ListIssuesParams
	like := func(ctx context.Context, c *reference.Client, o *reference.ListIssuesOptions) error {
		_, _, err := c.Issues.ListIssues(o, reference.WithContext(ctx))
		return err
	}
	in := func(ctx context.Context, c *reference.Client) error {
		return like(ctx, c, &reference.ListIssuesOptions{Search: new("x"), In: new("title")})
	}
	own := []example[params]{
		{Name: "health_status", Params: params{HealthStatus: "at_risk"}, Want: map[string]string{"param health_status": "at_risk"}},
		{Name: "in", Params: params{In: "title", Filters: gitlab.Filters{Search: "x"}}, Like: in},
		{Name: "milestone_id", Params: params{MilestoneID: "Upcoming"}, Want: map[string]string{"param milestone_id": "Upcoming"}},
		{Name: "non_archived", Params: params{NonArchived: new(false)}, Want: map[string]string{"param non_archived": "false"}},
	}
	return contracttest.Calls("ListIssues", "GET /issues", (*gitlab.Client).ListIssues, nil,
		listCalls(own, func(f gitlab.Filters) params { return params{Filters: f} }, like)...)
}

func listGroupIssues() contractOperation {
	type params = gitlab.ListGroupIssuesParams
	own := []example[params]{
		{Name: "non_archived", Params: params{ID: "harborlab/tools", NonArchived: new(false)}, Want: map[string]string{"param non_archived": "false"}},
	}
	return contracttest.Calls("ListGroupIssues", "GET /groups/{id}/issues", (*gitlab.Client).ListGroupIssues, nil,
		listCalls(own, func(f gitlab.Filters) params { return params{ID: "harborlab/tools", Filters: f} },
			func(ctx context.Context, c *reference.Client, o *reference.ListGroupIssuesOptions) error {
				_, _, err := c.Issues.ListGroupIssues("harborlab/tools", o, reference.WithContext(ctx))
				return err
			})...)
}

func listProjectIssues() contractOperation {
	type params = gitlab.ListProjectIssuesParams
	return contracttest.Calls("ListProjectIssues", "GET /projects/{id}/issues", (*gitlab.Client).ListProjectIssues, nil,
		listCalls(nil, func(f gitlab.Filters) params { return params{ProjectRef: portal, Filters: f} },
			func(ctx context.Context, c *reference.Client, o *reference.ListProjectIssuesOptions) error {
				_, _, err := c.Issues.ListProjectIssues(portalPath, o, reference.WithContext(ctx))
				return err
			})...)
}

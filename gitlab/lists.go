package gitlab

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// unsent are the members of params that GitLab does not know.
var unsent = []string{"limit", "fields", "include"}

// ListIssues lists issues of all projects that the token's owner can see; unless
// Scope says otherwise, those that he created, or all if the filters name an
// assignee or an author.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#列出议题
func (c *Client) ListIssues(ctx context.Context, p *ListIssuesParams) (*rest.Page[*Issue], error) {
	if p.Milestone != "" && p.MilestoneID != "" {
		return nil, notBoth("", "milestone", "milestone_id")
	}
	if err := p.In.check("in"); err != nil {
		return nil, err
	}
	all := *p
	if p.Scope == "" && p.namePeople() {
		all.Scope = "all" // GitLab's default, created_by_me, would hide what others created
	}
	return c.listIssues(ctx, "GET /issues", &all, &all.Filters, "")
}

// ListGroupIssues lists issues of a group and its subgroups.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#列出群组议题
func (c *Client) ListGroupIssues(ctx context.Context, p *ListGroupIssuesParams) (*rest.Page[*Issue], error) {
	return c.listIssues(ctx, "GET /groups/{id}/issues", p, &p.Filters, "")
}

const projectIssuesEndpoint = "GET /projects/{id}/issues"

// ListProjectIssues lists issues of a project. A label that neither the project nor
// one of its groups has is an error if the list is empty.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#列出项目议题
func (c *Client) ListProjectIssues(ctx context.Context, p *ListProjectIssuesParams) (*rest.Page[*Issue], error) {
	page, err := c.listIssues(ctx, projectIssuesEndpoint, p, &p.Filters, p.ID)
	if err != nil || p.Page.Number() > 1 || page.Next != 0 || len(page.Items)+page.Unreadable > 0 {
		return page, err
	}
	// If the labels cannot be read, the list is just empty.
	if sentence, count, err := c.unknownLabels(ctx, p.ProjectRef, strings.Split(strings.Join(p.Labels, ","), ",")); err == nil && count > 0 {
		return page, &rest.Error{Class: rest.Invalid, Endpoint: projectIssuesEndpoint, Message: sentence}
	}
	return page, nil
}

// listIssues returns a list of issues, all of one project unless that is empty. They
// have a description only if it was asked for, and their comments in Details if
// those are included. Comments that cannot be read cost nothing else.
func (c *Client) listIssues(ctx context.Context, endpoint string, params any, f *Filters, project Project) (*rest.Page[*Issue], error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	req, err := rest.NewRequest(endpoint, params)
	if err != nil {
		return nil, err
	}
	placeArrays(req.Query)
	for _, name := range unsent {
		req.Query.Del(name)
	}
	if err := checkValues(req.Query); err != nil {
		return nil, err
	}
	if err := c.resolveMe(ctx, req.Query); err != nil {
		return nil, err
	}
	var options rest.ListOptions[*Issue]
	if !f.Included().Has("description") {
		options.Omit = []string{"description"}
	}
	counting, done := rest.CountSteps(ctx)
	page, err := rest.List(counting, c.Client, req, f.paging(), options)
	if err != nil {
		return nil, err
	}
	if f.Include.Has("comments") {
		c.readComments(ctx, page.Items, project, done())
	}
	return page, nil
}

// namePeople reports whether the filters name an assignee or an author.
func (f *Filters) namePeople() bool {
	_, isNumber := numberIn(strings.TrimSpace(f.AssigneeID)) // not None or Any
	return isNumber || len(f.AssigneeUsername) > 0 || f.AuthorID != 0 || f.AuthorUsername != ""
}

// check rejects filters that exclude each other, and places that nothing is
// searched in.
func (f *Filters) check() error {
	not := cmp.Or(f.Not, &Not{})
	for _, pair := range []struct {
		within, one, other string
		both               bool
	}{
		{"", "assignee_id", "assignee_username", f.AssigneeID != "" && len(f.AssigneeUsername) > 0},
		{"", "author_id", "author_username", f.AuthorID != 0 && f.AuthorUsername != ""},
		{"", "iteration_id", "iteration_title", f.IterationID != "" && f.IterationTitle != ""},
		{"not.", "assignee_id", "assignee_username", not.AssigneeID != 0 && len(not.AssigneeUsername) > 0},
		{"not.", "author_id", "author_username", not.AuthorID != 0 && not.AuthorUsername != ""},
		{"not.", "iteration_id", "iteration_title", not.IterationID != 0 && not.IterationTitle != ""},
		{"not.", "milestone", "milestone_id", not.Milestone != "" && not.MilestoneID != ""},
	} {
		if pair.both {
			return notBoth(pair.within, pair.one, pair.other)
		}
	}
	return not.In.check("not.in")
}

// checkValues rejects filters without a value, which GitLab ignores.
func checkValues(query url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for _, value := range query[name] {
			if strings.Trim(value, ", \t\r\n") == "" {
				return invalid(strings.NewReplacer("[]", "", "[", ".", "]", "").Replace(name) + " must not be blank")
			}
		}
	}
	return nil
}

// resolveMe replaces "me" in usernames by that of the token's owner, which is read
// at most once.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/users.html
func (c *Client) resolveMe(ctx context.Context, query url.Values) error {
	const endpoint = "GET /user"
	owner := ""
	for name, values := range query {
		if !strings.Contains(name, "_username") {
			continue
		}
		for i, value := range values {
			if !strings.EqualFold(value, "me") {
				continue
			}
			if owner == "" {
				user, err := rest.Call[User](ctx, c.Client, endpoint, struct{}{})
				if err != nil {
					return err
				}
				if owner = string(user.Username); owner == "" {
					return &rest.Error{Class: rest.MalformedResponse, Endpoint: endpoint, Message: "the response lacks the username of the token's owner"}
				}
			}
			values[i] = owner
		}
	}
	return nil
}

// notBoth returns the error for parameters that exclude each other.
func notBoth(within, one, other string) error {
	return invalid("pass either " + within + one + " or " + within + other + ", not both")
}

// placeArrays replaces arrays and objects in a query by the parameters that GitLab
// knows: iids[]=1&iids[]=2 and not[iids][]=1. Usernames lose their @.
func placeArrays(query url.Values) {
	for _, name := range []string{"iids", "assignee_username"} {
		if text := query.Get(name); text != "" {
			query.Del(name)
			place(query, name, json.RawMessage(text))
		}
	}
	var not map[string]json.RawMessage
	_ = json.Unmarshal([]byte(query.Get("not")), &not) // which is an object, if it is there
	query.Del("not")
	for name, value := range not {
		place(query, "not["+name+"]", value)
	}
	for name, values := range query {
		if strings.Contains(name, "_username") {
			copy(values, usernames(values))
		}
	}
}

// place adds a parameter to a query.
func place(query url.Values, name string, value json.RawMessage) {
	var elements []json.RawMessage
	if json.Unmarshal(value, &elements) != nil {
		query.Set(name, lenient.Scalar(value))
		return
	}
	for _, element := range elements {
		query.Add(name+"[]", lenient.Scalar(element))
	}
}

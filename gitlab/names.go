package gitlab

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

// named is something as it was requested, by its number or its name, and its number.
type named struct {
	text string
	id   int64
}

// numberIn returns the number that a text is, and whether it is one: digits are never
// a name.
func numberIn(text string) (number int64, isNumber bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		number = -1 // out of range
	}
	return number, true
}

// checkAssignees rejects names and numbers that no user can have.
func checkAssignees(assignees []string) error {
	for _, name := range assignees {
		name = username(name)
		number, isNumber := numberIn(name)
		if name == "" || isNumber && number <= 0 {
			return invalid(fmt.Sprintf("assignee_ids must contain numbers from 1 on, or usernames, not %q", rest.Excerpt([]byte(name))))
		}
	}
	return nil
}

// username returns a username without the @ that people write before it and the
// white space around it.
func username(name string) string { return strings.TrimPrefix(strings.TrimSpace(name), "@") }

// usernames returns the usernames of a list.
func usernames(names []string) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = username(name)
	}
	return list
}

// users returns the users with numbers or usernames, each once; me is the token's
// owner. Usernames are looked up, with a request for each.
func (c *Client) users(ctx context.Context, names []string) ([]named, error) {
	var users []named
	for _, name := range readback.Distinct(usernames(names)) {
		id, isNumber := numberIn(name)
		var err error
		switch {
		case strings.EqualFold(name, "me"):
			name, id, err = c.owner(ctx)
		case !isNumber:
			id, err = c.userID(ctx, name)
		}
		if err != nil {
			return nil, err
		}
		users = append(users, named{name, id})
	}
	return users, nil
}

// userID returns the number of the user with a username.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/users.html#列出用户
func (c *Client) userID(ctx context.Context, name string) (int64, error) {
	found, err := rest.Call[lenient.PageRows[*User]](ctx, c.Client, "GET /users", struct {
		Username string `json:"username"`
	}{name})
	if err != nil {
		return 0, err
	}
	for _, user := range found.Items {
		if strings.EqualFold(string(user.Username), name) && user.ID > 0 {
			return int64(user.ID), nil
		}
	}
	return 0, invalid(fmt.Sprintf("there is no user with the username %s that the token's owner can see", closest.Quoted(name)))
}

// owner returns the username and the number of the token's owner.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/users.html#列出当前用户
func (c *Client) owner(ctx context.Context) (name string, id int64, err error) {
	owner, err := rest.Call[User](ctx, c.Client, "GET /user", struct{}{})
	switch {
	case err != nil:
		return "", 0, err
	case owner.ID <= 0:
		return "", 0, &rest.Error{Class: rest.MalformedResponse, Endpoint: "GET /user", Message: "the response does not show the token's owner"}
	}
	return string(owner.Username), int64(owner.ID), nil
}

// milestone returns the milestone that is given by its global id or its title, in any
// case unless two differ only in that. Those of the groups that a project is in count
// too. Ids are looked up as well, because one that does not exist clears the milestone.
func (c *Client) milestone(ctx context.Context, project ProjectRef, text string) (named, error) {
	text = strings.TrimSpace(text)
	number, isNumber := numberIn(text)
	if isNumber && number <= 0 {
		return named{}, invalid("the milestone's id must be at least 1")
	}
	query := url.Values{"title": {text}}
	if isNumber {
		query = url.Values{}
	}
	page, err := c.milestones(ctx, project, query)
	if err == nil && len(page.Items) == 0 && !isNumber {
		page, err = c.milestones(ctx, project, url.Values{})
	}
	if err != nil {
		return named{}, err
	}
	candidates, names := make([]closest.Named, len(page.Items)), make([]string, len(page.Items))
	for i, m := range page.Items {
		candidates[i], names[i] = closest.Named{Number: int64(m.ID), Name: string(m.Title)}, string(m.Title)
		if isNumber && int64(m.ID) == number {
			return named{text, number}, nil
		}
	}
	switch {
	case isNumber && page.Next != 0: // it may be among the others
		return named{text, number}, nil
	case isNumber:
		return named{}, invalid(closest.NotAmong("milestone with the id", text, project.Target(), names))
	}
	id, err := closest.Find("milestone", text, project.Target(), candidates)
	if err != nil {
		return named{}, invalid(err.Error())
	}
	return named{text, id}, nil
}

// maxMilestones is the maximum number of milestones that are searched for one.
const maxMilestones = 1000

// milestones returns the milestones of a project and its groups that a query selects.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/milestones.html#列出项目里程碑
func (c *Client) milestones(ctx context.Context, project ProjectRef, query url.Values) (*rest.Page[*Milestone], error) {
	req, err := rest.NewRequest("GET /projects/{id}/milestones", project)
	if err != nil {
		return nil, err
	}
	query.Set("include_parent_milestones", "true")
	req.Query = query
	page, err := rest.List(rest.WithoutSteps(ctx), c.Client, req, rest.Paging{PerPage: lenient.MaxPage, Limit: maxMilestones}, rest.ListOptions[*Milestone]{})
	if err != nil {
		return nil, err
	}
	return page, page.Err // the title may be among the others
}

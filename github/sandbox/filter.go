package sandbox

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// states are the values of the filter by state.
var states = []string{"open", "closed", "all"}

// filter selects and sorts the issues that a list's query asks for.
type filter struct {
	query   url.Values
	keep    []func(*issue) bool // all must hold
	invalid string              // the name of an invalid parameter, if any
}

// newFilter returns a filter with the parameters that all lists have.
func newFilter(r *request) *filter {
	f := &filter{query: r.URL.Query()}
	f.check("sort", "created", "updated", "comments")
	f.check("direction", "asc", "desc")
	if state := f.check("state", states...); state != "all" {
		f.add(func(i *issue) bool { return i.Closed == (state == "closed") })
	}
	if names := f.query.Get("labels"); names != "" {
		for name := range strings.SplitSeq(names, ",") {
			if name = strings.TrimSpace(name); name != "" {
				f.add(func(i *issue) bool { return contains(i.Labels, name) })
			}
		}
	}
	since, _, valid := timeParam(r, "since")
	if !valid {
		f.invalid = "since"
	}
	f.add(func(i *issue) bool { return !i.Updated.Before(since) })
	return f
}

//go:noinline
func (f *filter) add(keep func(*issue) bool) { f.keep = append(f.keep, keep) }

// check returns the value of a parameter, or the first of its values if the
// query lacks it.
func (f *filter) check(name string, values ...string) string {
	value := cmp.Or(f.query.Get(name), values[0])
	if !slices.Contains(values, value) {
		f.invalid = name
	}
	return value
}

// timeParam returns a time of the query, or the error to respond with.
func timeParam(r *request, name string) (time.Time, response, bool) {
	value := r.URL.Query().Get(name)
	if value == "" {
		return time.Time{}, response{}, true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return t, response{}, true
		}
	}
	return time.Time{}, invalidValue(name, value), false
}

func (f *filter) addMilestone(r *repo) {
	value := f.query.Get("milestone")
	switch value {
	case "":
	case "none":
		f.add(func(i *issue) bool { return i.Milestone == 0 })
	case "*":
		f.add(func(i *issue) bool { return i.Milestone != 0 })
	default:
		number, err := strconv.Atoi(value)
		if err != nil || r.findMilestone(number) == nil {
			f.invalid = "milestone"
		}
		f.add(func(i *issue) bool { return i.Milestone == number })
	}
}

func (f *filter) addAssignee() {
	switch value := f.query.Get("assignee"); value {
	case "none":
		f.add(func(i *issue) bool { return len(i.Assignees) == 0 })
	case "*":
		f.add(func(i *issue) bool { return len(i.Assignees) > 0 })
	default:
		f.addUser("assignee", func(i *issue, login string) bool { return contains(i.Assignees, login) })
	}
}

func (f *filter) addType() {
	switch value := f.query.Get("type"); value {
	case "":
	case "none":
		f.add(func(i *issue) bool { return i.Type == "" })
	case "*":
		f.add(func(i *issue) bool { return i.Type != "" })
	default:
		f.add(func(i *issue) bool { return strings.EqualFold(i.Type, value) })
	}
}

// addUser adds a condition on a parameter that names a user. Someone unknown is
// invalid.
func (f *filter) addUser(name string, keep func(i *issue, login string) bool) {
	login := f.query.Get(name)
	if login == "" {
		return
	}
	if findUser(login) == nil {
		f.invalid = name
	}
	f.add(func(i *issue) bool { return keep(i, login) })
}

// addUserFilter adds the parameter filter, which says what the issues have to do
// with the user.
func (f *filter) addUserFilter(u *user) {
	commented := func(i *issue) bool {
		return slices.ContainsFunc(i.Comments, func(c *comment) bool { return c.Author == u.login })
	}
	switch f.check("filter", "assigned", "created", "mentioned", "subscribed", "repos", "all") {
	case "assigned":
		f.add(func(i *issue) bool { return contains(i.Assignees, u.login) })
	case "created":
		f.add(func(i *issue) bool { return i.Author == u.login })
	case "mentioned":
		f.add(func(i *issue) bool { return i.mentions(u.login) })
	case "subscribed":
		f.add(func(i *issue) bool {
			return i.Author == u.login || contains(i.Assignees, u.login) || i.mentions(u.login) || commented(i)
		})
	default: // in the repositories that the user has access to
		f.add(func(i *issue) bool { return i.repo.affiliation(u) != "" })
	}
}

// addAffiliations adds the parameters that select repositories by how they came
// to the user, and pull requests.
func (f *filter) addAffiliations(u *user) {
	var kinds []string
	for _, name := range []string{"collab", "orgs", "owned"} {
		if f.check(name, "", "true", "false") == "true" {
			kinds = append(kinds, name)
		}
	}
	if kinds != nil {
		f.add(func(i *issue) bool { return slices.Contains(kinds, i.repo.affiliation(u)) })
	}
	if pulls := f.check("pulls", "", "true", "false"); pulls != "" {
		f.add(func(i *issue) bool { return i.IsPull == (pulls == "true") })
	}
}

// apply returns the issues that the filter selects, in the order that the query
// asks for.
func (f *filter) apply(issues []*issue) []*issue {
	found := fake.Select(issues, func(i *issue) bool {
		return !slices.ContainsFunc(f.keep, func(keep func(*issue) bool) bool { return !keep(i) })
	})
	sort, ascending := f.query.Get("sort"), f.query.Get("direction") == "asc"
	slices.SortStableFunc(found, func(a, b *issue) int {
		if !ascending {
			a, b = b, a
		}
		order := 0
		switch sort {
		case "updated":
			order = a.Updated.Compare(b.Updated)
		case "comments":
			order = cmp.Compare(len(a.Comments), len(b.Comments))
		default:
			order = a.Created.Compare(b.Created)
		}
		return cmp.Or(order, cmp.Compare(a.ID, b.ID))
	})
	return found
}

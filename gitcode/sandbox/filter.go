package sandbox

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// filter selects the issues that a list's query asks for.
type filter struct {
	query    url.Values
	keep     []func(*issue) bool // all must hold
	badParam string              // an invalid parameter, if any
}

// newFilter returns a filter with the parameters that all lists have.
func newFilter(r *request) *filter {
	f := &filter{query: r.URL.Query()}
	f.addParam("labels", func(i *issue, names string) bool {
		for name := range strings.SplitSeq(names, ",") {
			if !i.hasLabel(name) {
				return false
			}
		}
		return true
	})
	f.addTime("since", time.RFC3339, func(i *issue, t time.Time) bool { return !i.Updated.Before(t) })
	f.addParam("creator", func(i *issue, login string) bool { return i.Author.login == login })
	f.addParam("search", (*issue).contains)
	f.addParam("milestone", func(i *issue, title string) bool {
		switch title {
		case "none":
			return i.Milestone == nil
		case "*":
			return i.Milestone != nil
		}
		return i.Milestone != nil && i.Milestone.Title == title
	})
	f.addParam("assignee", func(i *issue, loginOrID string) bool {
		switch loginOrID {
		case "none":
			return len(i.Assignees) == 0
		case "*":
			return len(i.Assignees) > 0
		}
		return slices.ContainsFunc(i.Assignees, func(u *user) bool { return u.login == loginOrID || u.id == loginOrID })
	})
	f.addParam("program", func(i *issue, program string) bool {
		switch program {
		case "none":
			return i.Program == ""
		case "*":
			return i.Program != ""
		}
		return i.Program == program
	})
	return f
}

//go:noinline
func (f *filter) add(keep func(*issue) bool) { f.keep = append(f.keep, keep) }

// addParam adds a condition on a query parameter, if the query has it.
func (f *filter) addParam(name string, keep func(i *issue, value string) bool) {
	if value := f.query.Get(name); value != "" {
		f.add(func(i *issue) bool { return keep(i, value) })
	}
}

// addTime is like addParam for a time. One without an offset, such as a date, is
// in Beijing's time zone.
func (f *filter) addTime(name, layout string, keep func(*issue, time.Time) bool) {
	value := f.query.Get(name)
	if value == "" {
		return
	}
	t, err := time.ParseInLocation(layout, value, beijing())
	if err != nil {
		f.badParam = name
		return
	}
	f.add(func(i *issue) bool { return keep(i, t) })
}

// addTimeRange is like addParam for a range of times in the documented
// notation, 20181006T173008+80-20181007T173008+80. Both ends are inclusive and
// optional. A range excludes issues that do not have the time.
func (f *filter) addTimeRange(name string, timeOf func(*issue) time.Time) {
	value := f.query.Get(name)
	if value == "" {
		return
	}
	from, to, found := strings.Cut(value, "-")
	start, startOK := parseRangeTime(from)
	end, endOK := parseRangeTime(to)
	if !found || !startOK || !endOK {
		f.badParam = name
		return
	}
	f.add(func(i *issue) bool {
		t := timeOf(i)
		return !t.IsZero() && (start.IsZero() || !t.Before(start)) && (end.IsZero() || !t.After(end))
	})
}

// parseRangeTime parses one end of a range, such as 20181006T173008+80. It
// ignores the offset and assumes +08:00, since the documented +80 cannot be
// one. An empty end is the zero time.
func parseRangeTime(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	clock, _, _ := strings.Cut(s, "+")
	t, err := time.ParseInLocation("20060102T150405", clock, beijing())
	return t, err == nil
}

// addState adds the condition on the state, with a default for lists that have
// one.
func (f *filter) addState(defaultState string) {
	state := f.query.Get("state")
	if state == "" {
		state = defaultState
	}
	switch state {
	case "open":
		f.add(func(i *issue) bool { return !i.Closed })
	case "closed":
		f.add(func(i *issue) bool { return i.Closed })
	case "progressing":
		f.add(func(i *issue) bool { return i.Status == statusInProgress })
	case "rejected":
		f.add(func(i *issue) bool { return i.Status == statusRejected })
	case "all":
	default:
		f.badParam = "state"
	}
}

// addUserFilter adds the condition of the parameter filter, which relates
// issues to a user.
func (f *filter) addUserFilter(u *user) {
	assigned := func(i *issue) bool { return i.isAssignedTo(u.login) }
	created := func(i *issue) bool { return i.Author.is(u) }
	switch f.query.Get("filter") {
	case "", "assigned":
		f.add(assigned)
	case "created":
		f.add(created)
	case "all":
		f.add(func(i *issue) bool { return assigned(i) || created(i) })
	default:
		f.badParam = "filter"
	}
}

// respond returns a page of the selected issues, sorted as the query asks, by
// default the latest first. The parameter sort takes the values createdValue
// and updatedValue, which differ by list.
func (f *filter) respond(issues []*issue, createdValue, updatedValue string, wire func(*issue) wireIssue) response {
	if f.badParam != "" {
		return badParameter(f.badParam)
	}
	selected := fake.Select(issues, func(i *issue) bool {
		return !slices.ContainsFunc(f.keep, func(keep func(*issue) bool) bool { return !keep(i) })
	})
	compare := func(a, b *issue) int { return a.Created.Compare(b.Created) }
	switch f.query.Get("sort") {
	case "", createdValue:
	case updatedValue:
		compare = func(a, b *issue) int { return a.Updated.Compare(b.Updated) }
	default:
		return badParameter("sort")
	}
	sortIssues(selected, f.query.Get("direction") == "asc", compare)
	return respondPage(f.query, selected, func(i *issue) any { return wire(i) })
}

// sortIssues sorts issues, the largest first unless ascending. Their ids decide
// between equal ones.
func sortIssues(issues []*issue, ascending bool, compare func(a, b *issue) int) {
	slices.SortFunc(issues, func(a, b *issue) int {
		if !ascending {
			a, b = b, a
		}
		return cmp.Or(compare(a, b), a.ID-b.ID)
	})
}

package sandbox

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// filter selects and sorts the issues that a list's parameters ask for.
type filter struct {
	check
	s    *Sandbox
	user *user
	keep []func(*issue) bool // all must hold
}

// newFilter returns the filter of a request. The scope applies if the request has
// none.
func (s *Sandbox) newFilter(r *request, scope string) *filter {
	f := &filter{check: check{params: r.params}, s: s, user: r.user}
	f.oneOf("order_by", "created_at", "due_date", "label_priority", "milestone_due", "popularity", "priority", "relative_position", "title", "updated_at", "weight")
	f.oneOf("sort", "desc", "asc")
	if state := f.oneOf("state", "all", "opened", "closed"); state != "all" {
		f.add(func(i *issue) bool { return i.Closed == (state == "closed") })
	}
	if !f.has("scope") {
		f.addScope(scope)
	} else {
		f.addScope(strings.ReplaceAll(f.oneOf("scope", "created_by_me", "created-by-me", "assigned_to_me", "assigned-to-me", "all"), "-", "_"))
	}
	f.oneOf("health_status", "", "on_track", "needs_attention", "at_risk", "none", "any", "None", "Any") // ignored without Ultimate
	f.addCommon(f.add)
	f.addTimes()
	if value, there := f.boolean("confidential"); there {
		f.add(func(i *issue) bool { return i.Confidential == value })
	}
	if kind := f.oneOf("issue_type", "", "issue", "incident", "test_case", "requirement", "task", "ticket"); kind != "" {
		f.add(func(i *issue) bool { return i.Type == kind })
	}
	f.addDueDate()
	f.addNot(r)
	return f
}

// addNot adds the parameters of not, each of which excludes issues.
func (f *filter) addNot(r *request) {
	excluded := r.params.object("not")
	if excluded == nil {
		return
	}
	not := &filter{check: check{params: excluded, prefix: "not", problem: f.problem}, s: f.s, user: f.user}
	not.addCommon(func(match func(*issue) bool) {
		f.add(func(i *issue) bool { return !match(i) })
	})
	f.problem = not.problem
}

//go:noinline
func (f *filter) add(keep func(*issue) bool) { f.keep = append(f.keep, keep) }

func (f *filter) addScope(scope string) {
	switch scope {
	case "created_by_me":
		f.add(func(i *issue) bool { return i.Author == f.user.username })
	case "assigned_to_me":
		f.add(func(i *issue) bool { return slices.Contains(i.Assignees, f.user.username) })
	}
}

// noneOrAny adds a condition on a parameter that may be None or Any. It reports
// whether the parameter is there with another value.
func (f *filter) noneOrAny(name string, isNone func(*issue) bool, add func(func(*issue) bool)) (value string, isOther bool) {
	value = f.text(name)
	switch strings.ToLower(value) {
	case "":
		return "", false
	case "none":
		add(isNone)
	case "any":
		add(func(i *issue) bool { return !isNone(i) })
	default:
		return value, true
	}
	return "", false
}

// idNoneOrAny is like noneOrAny for a parameter that is else a number.
func (f *filter) idNoneOrAny(name string, isNone func(*issue) bool, add func(func(*issue) bool)) (id int, isNumber bool) {
	value, isOther := f.noneOrAny(name, isNone, add)
	if !isOther {
		return 0, false
	}
	id, err := strconv.Atoi(value)
	if err != nil {
		f.fail(name, "should be an integer, 'None' or 'Any', however got "+value)
	}
	return id, err == nil
}

// addCommon adds the conditions that not has too.
func (f *filter) addCommon(add func(func(*issue) bool)) {
	f.addPeople(add)
	f.addPlans(add)
	if iids := f.numbers("iids"); len(iids) > 0 {
		add(func(i *issue) bool { return slices.Contains(iids, i.IID) })
	}
	f.addLabels(add)
	if name, isOther := f.noneOrAny("my_reaction_emoji", func(i *issue) bool { return !f.reacted(i, "") }, add); isOther {
		add(func(i *issue) bool { return f.reacted(i, name) })
	}
	in := slices.DeleteFunc(strings.Split(f.text("in"), ","), func(part string) bool { return part != "title" && part != "description" })
	if words := strings.Fields(strings.ToLower(f.text("search"))); len(words) > 0 {
		add(func(i *issue) bool {
			text := ""
			if len(in) == 0 || slices.Contains(in, "title") {
				text = i.Title
			}
			if len(in) == 0 || slices.Contains(in, "description") {
				text += "\n" + i.Description
			}
			text = strings.ToLower(text)
			return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
		})
	}
}

// addLabels adds the labels, all of which an issue must have. Of those in not, it
// must have none.
func (f *filter) addLabels(add func(func(*issue) bool)) {
	names := f.list("labels")
	if len(names) == 1 {
		switch strings.ToLower(names[0]) {
		case "none", "no label":
			add(func(i *issue) bool { return len(i.Labels) == 0 })
			return
		case "any":
			add(func(i *issue) bool { return len(i.Labels) > 0 })
			return
		}
	}
	for _, name := range names {
		add(func(i *issue) bool { return slices.Contains(i.Labels, name) })
	}
}

// reacted reports whether the user reacted to an issue with an emoji, or with any
// if the name is empty.
func (f *filter) reacted(i *issue, name string) bool {
	return slices.ContainsFunc(i.Emoji, func(e emoji) bool { return e.User == f.user.username && (name == "" || e.Name == name) })
}

func (f *filter) addPeople(add func(func(*issue) bool)) {
	f.exclusive("assignee_id", "assignee_username")
	f.exclusive("author_id", "author_username")
	isAssigned := func(name string) func(*issue) bool {
		return func(i *issue) bool {
			return slices.ContainsFunc(i.Assignees, func(a string) bool { return strings.EqualFold(a, name) })
		}
	}
	if id, isNumber := f.idNoneOrAny("assignee_id", func(i *issue) bool { return len(i.Assignees) == 0 }, add); isNumber {
		add(isAssigned(username(id)))
	}
	names := f.list("assignee_username")
	if len(names) > 1 && f.s.Free {
		f.fail("assignee_username", "allows one value, but found "+strconv.Itoa(len(names))+": "+strings.Join(names, ", "))
	}
	for _, name := range names {
		add(isAssigned(name))
	}
	if id, there := f.number("author_id"); there {
		add(func(i *issue) bool { return i.Author == username(id) })
	}
	if name := f.text("author_username"); name != "" {
		add(func(i *issue) bool { return strings.EqualFold(i.Author, name) })
	}
}

// username returns the name of the user with an id. Nobody has an empty one.
func username(id int) string {
	if u := findUserID(id); u != nil {
		return u.username
	}
	return ""
}

// apply returns the issues that the filter selects, in the order that the
// parameters ask for.
func (f *filter) apply(issues []*issue) []*issue {
	found := fake.Select(issues, func(i *issue) bool {
		return !slices.ContainsFunc(f.keep, func(keep func(*issue) bool) bool { return !keep(i) })
	})
	order, ascending := f.text("order_by"), f.text("sort") == "asc"
	slices.SortStableFunc(found, func(a, b *issue) int {
		if order == "relative_position" { // whatever the direction
			return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(b.ID, a.ID))
		}
		first, second := a, b
		if !ascending {
			first, second = b, a
		}
		return cmp.Or(f.compare(order, first, second), cmp.Compare(b.ID, a.ID))
	})
	return found
}

func (f *filter) compare(order string, a, b *issue) int {
	switch order {
	case "updated_at":
		return a.Updated.Compare(b.Updated)
	case "title":
		return strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
	case "due_date":
		return strings.Compare(a.Due, b.Due)
	case "milestone_due":
		return strings.Compare(f.milestoneDue(a), f.milestoneDue(b))
	case "weight":
		return cmp.Compare(weightOf(a), weightOf(b))
	case "popularity":
		return cmp.Compare(a.count("thumbsup"), b.count("thumbsup"))
	case "priority", "label_priority":
		return cmp.Compare(len(a.Labels), len(b.Labels))
	default:
		return a.Created.Compare(b.Created)
	}
}

func (f *filter) milestoneDue(i *issue) string {
	if m := f.s.findMilestone(i.project, i.Milestone); m != nil {
		return m.Due
	}
	return ""
}

func weightOf(i *issue) int {
	if i.Weight == nil {
		return -1
	}
	return *i.Weight
}

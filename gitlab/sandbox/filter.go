package sandbox

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
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
	in := f.list("in")
	for _, part := range in {
		if part != "title" && part != "description" {
			f.fail("in", "does not have a valid value")
		}
	}
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

// addPlans adds the conditions on milestones, epics, iterations and weights. Those
// that the instance lacks are ignored.
func (f *filter) addPlans(add func(func(*issue) bool)) {
	f.exclusive("milestone_id", "milestone")
	f.exclusive("iteration_id", "iteration_title")
	without := func(i *issue) bool { return i.Milestone == 0 }
	if title, isOther := f.noneOrAny("milestone", without, add); isOther {
		add(func(i *issue) bool {
			m := f.s.findMilestone(i.project, i.Milestone)
			return m != nil && strings.EqualFold(m.Title, title)
		})
	}
	if word, isOther := f.noneOrAny("milestone_id", without, add); isOther {
		today := time.Now().UTC().Format(time.DateOnly)
		if word != "Upcoming" && word != "Started" {
			f.fail("milestone_id", "does not have a valid value")
		}
		add(func(i *issue) bool {
			m := f.s.findMilestone(i.project, i.Milestone)
			switch {
			case m == nil || m.Closed:
				return false
			case word == "Started":
				return m.Start != "" && m.Start <= today && (m.Due == "" || m.Due >= today)
			}
			return m.Due > today
		})
	}
	if f.s.Free {
		return
	}
	if id, isNumber := f.idNoneOrAny("epic_id", func(i *issue) bool { return i.Epic == 0 }, add); isNumber {
		add(func(i *issue) bool { return i.Epic == id })
	}
	if id, isNumber := f.idNoneOrAny("iteration_id", func(i *issue) bool { return i.Iteration == 0 }, add); isNumber {
		add(func(i *issue) bool { return i.Iteration == id })
	}
	if title := f.text("iteration_title"); title != "" {
		add(func(i *issue) bool {
			n, _ := f.s.findIteration(i.project, i.Iteration)
			return n != nil && n.Title == title
		})
	}
	if weight, isNumber := f.idNoneOrAny("weight", func(i *issue) bool { return i.Weight == nil }, add); isNumber {
		add(func(i *issue) bool { return i.Weight != nil && *i.Weight == weight })
	}
}

func (f *filter) addTimes() {
	for _, bound := range []struct {
		name string
		of   func(*issue) time.Time
	}{
		{"created", func(i *issue) time.Time { return i.Created }},
		{"updated", func(i *issue) time.Time { return i.Updated }},
	} {
		if t := f.time(bound.name + "_after"); !t.IsZero() {
			f.add(func(i *issue) bool { return !bound.of(i).Before(t) })
		}
		if t := f.time(bound.name + "_before"); !t.IsZero() {
			f.add(func(i *issue) bool { return !bound.of(i).After(t) })
		}
	}
}

// addDueDate compares dates as text, which a missing one precedes.
func (f *filter) addDueDate() {
	const forever = "9999-12-31"
	today := time.Now().UTC()
	day := func(t time.Time) string { return t.Format(time.DateOnly) }
	month := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, time.UTC)
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	var from, to string
	switch f.oneOf("due_date", "", "0", "any", "today", "tomorrow", "overdue", "week", "month", "next_month_and_previous_two_weeks") {
	case "0":
	case "any":
		from, to = "0", forever
	case "today":
		from, to = day(today), day(today)
	case "tomorrow":
		from, to = day(today.AddDate(0, 0, 1)), day(today.AddDate(0, 0, 1))
	case "overdue":
		from, to = "0", day(today.AddDate(0, 0, -1))
	case "week":
		from, to = day(monday), day(monday.AddDate(0, 0, 6))
	case "month":
		from, to = day(month), day(month.AddDate(0, 1, -1))
	case "next_month_and_previous_two_weeks":
		from, to = day(today.AddDate(0, 0, -14)), day(month.AddDate(0, 2, -1))
	default:
		return
	}
	f.add(func(i *issue) bool { return from <= i.Due && i.Due <= to })
}

// apply returns the issues that the filter selects, in the order that the
// parameters ask for.
func (f *filter) apply(issues []*issue) []*issue {
	found := []*issue{}
	for _, i := range issues {
		if !slices.ContainsFunc(f.keep, func(keep func(*issue) bool) bool { return !keep(i) }) {
			found = append(found, i)
		}
	}
	order, ascending := f.text("order_by"), f.text("sort") == "asc"
	slices.SortStableFunc(found, func(a, b *issue) int {
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
	case "relative_position":
		return cmp.Compare(b.Position, a.Position) // always the first one first
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

package sandbox

import (
	"strings"
	"time"
)

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

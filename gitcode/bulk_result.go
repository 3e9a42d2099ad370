package gitcode

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// verify reads back what the responses to the writes did not show, for all
// issues together.
func (b *bulk) verify(ctx context.Context) {
	var numbers []int
	for _, i := range b.issues {
		if i.isOpen() {
			numbers = append(numbers, i.Number)
		}
	}
	if len(numbers) == 0 {
		return
	}
	found, failed := b.client.issuesByNumber(ctx, b.repo, numbers, maxNumbers)
	for _, i := range b.issues {
		if !i.isOpen() {
			continue
		}
		issue := cmp.Or(found[i.Number], &issueResponse{}) // empty if it could not be read
		i.readErr = failed[i.Number]
		left := i.sent.left(issue)
		deviations := left.deviations(issue)
		for _, d := range deviations {
			if !d.Unknown {
				i.ignored(d.Field, left)
			}
		}
		i.deviations = slices.Concat(i.deviations, deviations, i.changedUnasked(issue))
	}
}

// isOpen reports whether the responses leave open how the issue is now.
func (i *bulkIssue) isOpen() bool { return !i.sent.isEmpty() || len(i.suspects) > 0 }

// suspect compares the response to the PATCH with the issue before. Labels to add
// that are gone are added again.
func (i *bulkIssue) suspect(response *issueResponse) {
	// A PATCH of a bulk may change title, body, labels and assignees although it does
	// not contain them.
	watched := slices.Concat(issueFields[:2], []*issueField{labelsField, assigneeField})
	i.suspects = slices.DeleteFunc(watched, func(f *issueField) bool { return i.unasked(f, response) == nil })
	if response.shows(labelsField) {
		gone := i.goal.left(response).add
		i.todo.add = append(i.todo.add, without(gone, i.todo.add)...)
	}
}

// changedUnasked returns what an issue that was read back shows of the suspects.
// Others may have changed the rest since.
func (i *bulkIssue) changedUnasked(after *issueResponse) []Deviation {
	var changed []Deviation
	for _, f := range i.suspects {
		if !after.shows(f) {
			changed = append(changed, Deviation{Field: f.name, Unknown: true})
		} else if d := i.unasked(f, after); d != nil {
			changed = append(changed, *d)
		}
	}
	return changed
}

// unasked returns how a field differs from what it was before the PATCH, as far
// as no change asked for it, or nil.
func (i *bulkIssue) unasked(f *issueField, after *issueResponse) *Deviation {
	if f.name == assigneeField.name && i.goal.assignees != nil || !i.before.shows(f) || !after.shows(f) {
		return nil
	}
	was, is := f.values(&i.before.Issue), f.values(&after.Issue)
	if f.name == labelsField.name {
		asked := slices.Concat(i.goal.add, i.goal.remove)
		was, is = without(was, asked), without(is, asked)
	}
	d := Deviation{Field: f.name, Missing: f.without(was, is), Extra: f.without(is, was)}
	if _, all := after.members["assignees"]; f.name == assigneeField.name && len(is) > 0 && !all {
		d.Missing = nil // the member assignee names one of several
	}
	if len(d.Missing)+len(d.Extra) == 0 {
		return nil
	}
	return &d
}

// ignored records that GitCode ignored a field, which is left to do.
//
//go:noinline
func (i *bulkIssue) ignored(field string, left issueGoal) {
	switch field {
	case labelsField.name:
		i.todo.add = left.add
	case stateField.name:
		i.todo.state = left.state
	case statusField.name:
		i.todo.status = left.status
	case assigneeField.name:
		i.todo.assignees = left.assignees
	case milestoneField.name:
		i.todo.milestone = left.milestone
	}
	if i.err == nil {
		i.outcome, i.err = Failed, errIgnored
	}
}

// result reports what became of the issues.
func (b *bulk) result() *IssuesUpdate {
	r := &IssuesUpdate{Stopped: b.stopped}
	if !b.dryRun {
		r.Remaining = b.remaining()
	}
	for _, i := range b.issues {
		if i.outcome != "" {
			r.Issues = append(r.Issues, IssueUpdate{i.Number, i.outcome, i.replaced(), i.err, i.deviations, i.readErr})
		}
	}
	return r
}

// replaced returns the assignees before, if they were replaced and one of them
// was dropped.
func (i *bulkIssue) replaced() []string {
	if i.goal.assignees == nil || i.todo.assignees != nil || len(without(i.before.AssigneeLogins(), *i.goal.assignees)) == 0 {
		return nil
	}
	return i.before.AssigneeLogins()
}

// remaining returns what is not known to be done. Issues of which the same
// remains are together.
func (b *bulk) remaining() []IssuesChange {
	var groups [][]IssuesChange
	for _, i := range b.issues {
		if i.todo.isEmpty() {
			continue
		}
		changes := i.todo.changes()
		n := slices.IndexFunc(groups, func(g []IssuesChange) bool { return slices.EqualFunc(g, changes, IssuesChange.requestsSame) })
		if n < 0 {
			n, groups = len(groups), append(groups, changes)
		}
		for c := range groups[n] {
			groups[n][c].Numbers = append(groups[n][c].Numbers, i.Number)
		}
	}
	return slices.Concat(groups...)
}

// changes returns changes that request the goal. Each comment after the first
// takes another change.
func (g issueGoal) changes() []IssuesChange {
	first := IssuesChange{AddLabels: g.add, RemoveLabels: g.remove, State: g.state, Status: g.status}
	if g.assignees != nil {
		first.Assignee = new(strings.Join(*g.assignees, ","))
	}
	if g.milestone != nil {
		first.Milestone = new(strings.Join(g.milestoneValues(), ""))
	}
	changes := []IssuesChange{first}
	for n, text := range g.comments {
		if n > 0 {
			changes = append(changes, IssuesChange{})
		}
		changes[n].Comment = text
	}
	return changes
}

// requestsSame reports whether two changes are the same but for the numbers.
func (c IssuesChange) requestsSame(other IssuesChange) bool {
	same := func(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }
	return slices.Equal(c.AddLabels, other.AddLabels) && slices.Equal(c.RemoveLabels, other.RemoveLabels) &&
		c.State == other.State && c.Status == other.Status && c.Comment == other.Comment && same(c.Assignee, other.Assignee) && same(c.Milestone, other.Milestone)
}

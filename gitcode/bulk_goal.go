package gitcode

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// issueGoal is what changes request of one issue.
type issueGoal struct {
	add, remove []string // labels
	state       string   // "" leaves it unchanged
	assignees   *[]string
	milestone   *MilestoneNumber
	status      string // of the workflow; "" leaves it unchanged
	comments    []string

	// What the last two members are resolved from, each once.
	people, milestones []string
}

// mergeChanges returns the issues of changes, in order, each with all of its
// changes. It rejects changes that contradict each other.
func mergeChanges(repo RepoRef, changes []IssuesChange) ([]*bulkIssue, error) {
	var issues []*bulkIssue
	byNumber := map[int]*bulkIssue{}
	for n := range changes {
		change := &changes[n]
		if err := change.check(); err != "" {
			return nil, rest.InvalidArguments(patchEndpoint, fmt.Sprintf("changes[%d]: %s", n, err))
		}
		for _, number := range change.Numbers {
			i := byNumber[number]
			if i == nil {
				i = &bulkIssue{IssueRef: IssueRef{RepoRef: repo, Number: number}, seen: &issueResponse{}, before: &issueResponse{}}
				byNumber[number] = i
				issues = append(issues, i)
			}
			if err := i.goal.merge(change); err != "" {
				return nil, contradiction(number, err)
			}
		}
	}
	if len(issues) == 0 {
		return nil, rest.InvalidArguments(patchEndpoint, "changes must not be empty")
	}
	if len(issues) > maxBulk {
		return nil, rest.InvalidArguments(patchEndpoint, fmt.Sprintf("changes name %d issues; at most %d are allowed in one call", len(issues), maxBulk))
	}
	return issues, nil
}

func contradiction(number int, what string) error {
	return rest.InvalidArguments(patchEndpoint, fmt.Sprintf("the changes of issue %d contradict each other: %s", number, what))
}

// check returns what is wrong with a change by itself, or "".
func (c *IssuesChange) check() string {
	for _, number := range c.Numbers {
		if number < 1 {
			return fmt.Sprintf("%d is not an issue number", number)
		}
	}
	for _, name := range slices.Concat(c.AddLabels, c.RemoveLabels) {
		if strings.TrimSpace(name) == "" || strings.Contains(name, ",") {
			return fmt.Sprintf("%q is not a label name", name)
		}
	}
	switch {
	case len(c.Numbers) == 0:
		return "numbers must not be empty"
	case c.State != "" && c.State != "open" && c.State != "closed":
		return "state must be open or closed"
	case c.Comment != "" && strings.TrimSpace(c.Comment) == "":
		return "comment must not be blank"
	case len(c.AddLabels) == 0 && len(c.RemoveLabels) == 0 && c.State == "" && c.Assignee == nil && c.Milestone == nil && strings.TrimSpace(c.Status) == "" && c.Comment == "":
		return "nothing to change; pass at least one of add_labels, remove_labels, state, assignee, milestone, status, comment"
	}
	return ""
}

// merge adds a change to the goal. It returns what contradicts the goal, or "".
func (g *issueGoal) merge(c *IssuesChange) string {
	if c.State != "" && g.state != "" && c.State != g.state {
		return "both open and closed"
	}
	g.state += strings.TrimPrefix(c.State, g.state)
	if c.Status != "" && g.status != "" && c.Status != g.status {
		return fmt.Sprintf("the statuses %q and %q", g.status, c.Status)
	}
	g.status = cmp.Or(g.status, c.Status)
	g.add = append(g.add, without(distinct(trimmed(c.AddLabels)), g.add)...)
	g.remove = append(g.remove, without(distinct(trimmed(c.RemoveLabels)), g.remove)...)
	if both := without(g.add, without(g.add, g.remove)); len(both) > 0 {
		return fmt.Sprintf("the label %q is both added and removed", both[0])
	}
	if c.Assignee != nil && !slices.Contains(g.people, *c.Assignee) {
		g.people = append(g.people, *c.Assignee)
	}
	if c.Milestone != nil && !slices.Contains(g.milestones, *c.Milestone) {
		g.milestones = append(g.milestones, *c.Milestone)
	}
	same := func(text string) bool { return sameText(text, c.Comment) }
	if c.Comment != "" && !slices.ContainsFunc(g.comments, same) {
		g.comments = append(g.comments, c.Comment)
	}
	return ""
}

// milestoneValues returns the milestone as milestoneValue does.
func (g issueGoal) milestoneValues() []string {
	if *g.milestone == 0 {
		return nil
	}
	return []string{strconv.Itoa(int(*g.milestone))}
}

// left returns the part of the goal that an issue does not show to be reached.
// Comments are always left. Labels to remove are as the issue spells them.
func (g issueGoal) left(i *issueResponse) issueGoal {
	if i.shows(labelsField) {
		names := i.LabelNames()
		g.add, g.remove = without(g.add, names), without(names, without(names, g.remove))
	}
	if string(i.State) == g.state {
		g.state = ""
	}
	if g.status != "" && i.shows(statusField) && sameNames([]string{g.status}, []string{i.Status()}) {
		g.status = ""
	}
	if g.assignees != nil && i.shows(assigneeField) && sameNames(*g.assignees, i.AssigneeLogins()) {
		g.assignees = nil
	}
	if g.milestone != nil && i.shows(milestoneField) && slices.Equal(g.milestoneValues(), milestoneValue(&i.Issue)) {
		g.milestone = nil
	}
	return g
}

func (g issueGoal) isEmpty() bool {
	return len(g.add) == 0 && len(g.remove) == 0 && !g.patches() && len(g.comments) == 0
}

// patches reports whether the goal takes a PATCH.
func (g issueGoal) patches() bool {
	return g.state != "" || g.status != "" || g.assignees != nil || g.milestone != nil
}

// deviations describes what is left of a goal after an issue was read.
func (g issueGoal) deviations(i *issueResponse) []Deviation {
	var all []Deviation
	add := func(f *issueField, missing, extra []string) {
		d := Deviation{Field: f.name, Requested: true, Missing: missing, Extra: extra}
		if !i.shows(f) {
			d.Unknown, d.Extra = true, nil
		}
		all = append(all, d)
	}
	if len(g.add)+len(g.remove) > 0 {
		add(labelsField, g.add, g.remove)
	}
	if g.state != "" {
		add(stateField, []string{g.state}, textValue(string(i.State)))
	}
	if g.status != "" {
		add(statusField, []string{g.status}, textValue(i.Status()))
	}
	if g.assignees != nil {
		got := i.AssigneeLogins()
		add(assigneeField, without(*g.assignees, got), without(got, *g.assignees))
	}
	if g.milestone != nil {
		add(milestoneField, g.milestoneValues(), milestoneValue(&i.Issue))
	}
	return all
}

package gitcode

import (
	"fmt"
	"slices"
	"strings"
)

// IssueChange is an issue after a create or an update.
type IssueChange struct {
	Issue
	// Warnings are sentences about what was asked for and, by GitCode's answer,
	// did not happen: it drops an unknown assignee, label or milestone silently.
	Warnings []string
}

func (c *IssueChange) warn(format string, args ...any) {
	c.Warnings = append(c.Warnings, fmt.Sprintf(format, args...))
}

// compare warns of what the answer does not confirm; nil was not asked for.
func (c *IssueChange) compare(state *StateChange, assignee *string, milestone *MilestoneNumber) {
	if state != nil && State(*state) != c.State {
		c.warn("the state is %s and not %s", c.State, *state)
	}
	if assignee != nil {
		asked, have := splitNames(*assignee), c.AssigneeLogins()
		if missing := Missing(asked, have); len(missing) > 0 {
			c.warn("assignees %s were not set: GitCode ignores who is unknown or may not be assigned", quoted(missing))
		}
		if len(asked) == 0 && len(have) > 0 {
			c.warn("assignees %s are still there", quoted(have))
		}
	}
	if milestone != nil && Int(*milestone) != c.Milestone.Number {
		if *milestone == 0 {
			c.warn("milestone %d is still there", c.Milestone.Number)
		} else {
			c.warn("milestone %d is not in GitCode's answer: it may not have been set", *milestone)
		}
	}
}

// splitNames splits a comma-separated list.
func splitNames(list string) []string {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Missing returns the names that are not among others, without regard to case.
func Missing(names, others []string) []string {
	var rest []string
	for _, name := range names {
		if !slices.ContainsFunc(others, func(o string) bool { return strings.EqualFold(o, name) }) {
			rest = append(rest, name)
		}
	}
	return rest
}

// quoted writes names for a sentence.
func quoted(names []string) string {
	return `"` + strings.Join(names, `", "`) + `"`
}

// given returns nil for the empty string.
func given(s string) *string {
	if s == "" {
		return nil
	}
	return new(s)
}

package github

import (
	"fmt"
	"slices"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// reasons say why GitHub may have ignored something.
type reasons struct {
	hasPush   bool   // the token's owner has push access: something was set that takes it
	adds      bool   // assignees were to be added to others
	milestone string // as requested
}

// maxAssignees is the maximum number of assignees of an issue.
const maxAssignees = 10

// warnings describes what GitHub ignored of a change, with one clause for each
// field, and what could not be verified.
func warnings(c *api.IssueChange, r reasons) []string {
	var all, dropped, why []string
	if !r.hasPush {
		why = append(why, "what is set without push access to the repository")
	}
	for _, d := range c.Ignored {
		switch d.Field {
		case "title", "body":
			all = append(all, "the "+d.Field+" differs from the one requested")
		case "state", "state_reason":
			all = append(all, fmt.Sprintf("the %s is %s, not %s", d.Field, valueOf(d.Extra), valueOf(d.Missing)))
		case "milestone":
			dropped = append(dropped, notSet(titled(d, c.Issue.Milestone, r.milestone)))
		case "type":
			dropped = append(dropped, notSet(d))
		default:
			dropped = append(dropped, notListed(d))
		}
		if d.Field == "assignees" && len(d.Missing) > 0 {
			why = append(why, "users who cannot be assigned (github_check_assignee)")
			if r.adds && len(c.Issue.AssigneeLogins())+len(d.Missing) > maxAssignees {
				why = append(why, "assignees beyond ten")
			}
		}
	}
	if len(dropped) > 0 {
		warning := strings.Join(dropped, "; ")
		if len(why) > 0 {
			warning += "; GitHub ignores " + tools.Enumerated(why, "and")
		}
		all = append(all, warning)
	}
	if len(c.Unknown) > 0 {
		all = append(all, tools.Unverified("GitHub", c.Unknown, c.ReadErr)+"; "+tools.CheckWith("github_get_issue", c.ReadErr))
	}
	return all
}

// titled returns the deviation of a milestone with titles instead of numbers, as
// far as they are known.
func titled(d api.Deviation, present api.Milestone, requested string) api.Deviation {
	if len(d.Extra) > 0 && present.Title != "" {
		d.Extra = []string{string(present.Title)}
	}
	if len(d.Missing) > 0 && requested != "" {
		d.Missing = []string{strings.TrimSpace(requested)}
	}
	return d
}

// notSet says that a field with one value was not set.
func notSet(d api.Deviation) string {
	switch {
	case len(d.Extra) == 0:
		return fmt.Sprintf("the %s %s was not set", d.Field, valueOf(d.Missing))
	case len(d.Missing) == 0:
		return fmt.Sprintf("the %s is still %s", d.Field, valueOf(d.Extra))
	}
	return fmt.Sprintf("the %s is still %s, not %s", d.Field, valueOf(d.Extra), valueOf(d.Missing))
}

// notListed says the same of labels or assignees.
func notListed(d api.Deviation) string {
	return tools.Enumerated(tools.NotSet(strings.TrimSuffix(d.Field, "s"), d.Field, d.Missing, d.Extra), "and")
}

// valueOf returns the value of a field that has at most one.
func valueOf(values []string) string {
	if len(values) == 0 {
		return "empty"
	}
	return tools.Quoted(values)
}

// createdWithPush reports whether a new issue shows that its author has push
// access: something that takes it was set.
func createdWithPush(p *api.CreateIssueParams, c *api.IssueChange) bool {
	isShown := func(field string) bool {
		return !slices.Contains(c.Unknown, field) && !slices.ContainsFunc(c.Ignored, func(d api.Deviation) bool { return d.Field == field })
	}
	share := func(requested, got []string) bool {
		return slices.ContainsFunc(requested, func(name string) bool {
			return slices.ContainsFunc(got, func(other string) bool { return strings.EqualFold(name, other) })
		})
	}
	return p.Milestone != "" && isShown("milestone") || p.Type != "" && isShown("type") ||
		share(p.Labels, c.Issue.LabelNames()) || share(append(p.Assignees, p.Assignee), c.Issue.AssigneeLogins())
}

// updatedWithPush reports the same of an update.
func updatedWithPush(c *api.IssueChange) bool {
	return len(c.PreviousLabels) > 0 && !slices.Contains(c.Unknown, "labels") || len(c.PreviousAssignees) > 0 && !slices.Contains(c.Unknown, "assignees")
}

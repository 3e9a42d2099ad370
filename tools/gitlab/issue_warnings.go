package gitlab

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// warnings describes what GitLab ignored of a change, and what could not be
// verified.
func warnings(c *api.IssueChange) []string {
	all := ignored(c)
	if len(c.DisplacedLabels) > 0 {
		all = append(all, tools.NotSet("label", "labels", c.DisplacedLabels, nil)[0]+": an issue has only one label of a scope (scope::value), and another one of the same scope was requested too")
	}
	if len(c.ReplacedLabels) > 0 {
		all = append(all, fmt.Sprintf("%s %s %s replaced: an issue has only one label of a scope (scope::value)", tools.Plural(c.ReplacedLabels, "label", "labels"), tools.Quoted(c.ReplacedLabels), tools.Plural(c.ReplacedLabels, "was", "were")))
	}
	if len(c.AbsentLabels) > 0 {
		all = append(all, fmt.Sprintf("the issue did not have %s %s, so there was nothing to remove", tools.Plural(c.AbsentLabels, "label", "labels"), tools.Quoted(c.AbsentLabels)))
	}
	if c.Issue.MovedToID != 0 {
		all = append(all, "the issue was moved to "+cmp.Or(c.Issue.MovedTo, "another project")+"; this changed only what is left of it")
	}
	lacking, unknown := lackingMembers(c)
	if len(lacking) > 0 {
		all = append(all, fmt.Sprintf("GitLab shows no %s, so its edition lacks %s: that takes Premium", strings.Join(lacking, " and no "), tools.Plural(lacking, "it", "them")))
	}
	if len(unknown) > 0 {
		all = append(all, tools.Unverified("GitLab", unknown, c.ReadErr)+"; "+tools.CheckWith("gitlab_get_issue", c.ReadErr))
	}
	return all
}

// lackingMembers returns the unknown fields that no response shows because the edition
// lacks them, and the others. A response without a state, which every issue has, or
// without another field, is not whole and says nothing of the edition.
//
//go:noinline
func lackingMembers(c *api.IssueChange) (lacking, others []string) {
	for _, field := range c.Unknown {
		if c.ReadErr == nil && c.Issue.State != "" && reason(field) == premium {
			lacking = append(lacking, field)
		} else {
			others = append(others, field)
		}
	}
	if len(others) > 0 {
		return nil, c.Unknown
	}
	return lacking, nil
}

// ignored describes fields that are not as requested, with the usual reasons.
func ignored(c *api.IssueChange) []string {
	var all, dropped []string
	reasons := "what the token's owner may not set"
	for _, d := range c.Ignored {
		switch d.Field {
		case "title", "description":
			all = append(all, "the "+d.Field+" differs from the one requested")
			continue
		case "labels", "add_labels", "remove_labels":
			missing := slices.DeleteFunc(slices.Clone(d.Missing), func(name string) bool { return slices.Contains(c.DisplacedLabels, name) })
			dropped = append(dropped, tools.NotSet("label", "labels", missing, d.Extra)...)
		case "assignee_ids":
			dropped = append(dropped, tools.NotSet("assignee", "assignees", d.Missing, d.Extra)...)
		default:
			dropped = append(dropped, fmt.Sprintf("%s is %s, not %s", d.Field, valueOf(d.Extra), valueOf(d.Missing)))
		}
		if why := reasonOf(c, d); why != "" && len(d.Missing) > 0 && !strings.Contains(reasons, why) {
			reasons += ", " + why
		}
	}
	if len(dropped) > 0 {
		all = append(all, strings.Join(dropped, ", ")+"; GitLab ignores "+reasons)
	}
	return all
}

const (
	premium     = "weights and epics without Premium"
	nonMembers  = "users who are not members of the project"
	oneAssignee = ", and without Premium all assignees but one"
)

// reasonOf is reason for a field, as far as the issue afterwards does not rule it out:
// an edition that has a weight knows weights, and one assignee is one that was set.
func reasonOf(c *api.IssueChange, d api.Deviation) string {
	why := reason(d.Field)
	switch {
	case why == premium && len(d.Extra) > 0:
		return ""
	case why == nonMembers && len(c.Issue.AssigneeNames()) == 1 && len(d.Extra) == 0:
		return why + oneAssignee
	}
	return why
}

// reason returns what GitLab may have ignored of a field although the token's owner
// may set it, or "".
func reason(field string) string {
	switch field {
	case "weight", "epic_id":
		return premium
	case "assignee_ids":
		return nonMembers
	}
	return ""
}

// valueOf returns the value of a field that has at most one.
func valueOf(values []string) string {
	if len(values) == 0 {
		return "empty"
	}
	return values[0]
}

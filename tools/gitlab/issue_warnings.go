package gitlab

import (
	"fmt"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// warnings describes what GitLab ignored of a change, and what could not be
// verified.
func warnings(c api.IssueChange) []string {
	all := ignored(c.Ignored)
	if len(c.Unknown) > 0 {
		all = append(all, tools.Unverified("GitLab", c.Unknown, c.ReadErr)+"; "+tools.CheckWith("gitlab_get_issue", c.ReadErr))
	}
	return all
}

// ignored describes fields that are not as requested, with the usual reason.
func ignored(deviations []api.Deviation) []string {
	var all, dropped []string
	reasons := map[string]bool{}
	for _, d := range deviations {
		switch d.Field {
		case "title", "description":
			all = append(all, "the "+d.Field+" differs from the one requested")
			continue
		case "labels", "add_labels", "remove_labels", "assignee_ids":
			dropped = append(dropped, listDeviation(d)...)
		default:
			dropped = append(dropped, fmt.Sprintf("%s is %s, not %s", d.Field, valueOf(d.Extra), valueOf(d.Missing)))
		}
		reasons[reason(d.Field)] = true
	}
	if len(dropped) == 0 {
		return all
	}
	warning := strings.Join(dropped, ", ") + "; GitLab ignores what the token's owner may not set"
	for _, r := range []string{premium, oneAssignee} {
		if reasons[r] {
			warning += ", " + r
		}
	}
	return append(all, warning)
}

const (
	premium     = "and weights, epics and iterations without Premium"
	oneAssignee = "users who are not members of the project, and without Premium all assignees but one"
)

// reason returns why GitLab may have ignored a field although the token's owner may
// set it, or "".
func reason(field string) string {
	switch field {
	case "weight", "epic_id":
		return premium
	case "assignee_ids", "assignee_id":
		return oneAssignee
	}
	return ""
}

// listDeviation describes labels or assignees that were not set or not removed.
func listDeviation(d api.Deviation) []string {
	singular, plural := "label", "labels"
	if d.Field == "assignee_ids" {
		singular, plural = "assignee", "assignees"
	}
	named := func(values []string) string {
		return tools.Plural(values, singular, plural) + " " + tools.Quoted(values)
	}
	var all []string
	if len(d.Missing) > 0 {
		all = append(all, named(d.Missing)+" "+tools.Plural(d.Missing, "was", "were")+" not set")
	}
	if len(d.Extra) > 0 {
		all = append(all, named(d.Extra)+" "+tools.Plural(d.Extra, "is", "are")+" still set")
	}
	return all
}

// valueOf returns the value of a field that has at most one.
func valueOf(values []string) string {
	if len(values) == 0 {
		return "empty"
	}
	return values[0]
}

package github

import (
	"fmt"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// warnings describes what GitHub ignored of a change, and what could not be
// verified.
func warnings(c api.IssueChange) []string {
	var all, dropped []string
	assignees := false
	for _, d := range c.Ignored {
		switch d.Field {
		case "title", "body":
			all = append(all, "the "+d.Field+" differs from the one requested")
			continue
		case "state", "state_reason":
			all = append(all, fmt.Sprintf("the %s is %s, not %s", d.Field, valueOf(d.Extra), valueOf(d.Missing)))
			continue
		}
		assignees = assignees || d.Field == "assignees" && len(d.Missing) > 0
		if len(d.Missing) > 0 {
			dropped = append(dropped, named(d.Field, d.Missing)+" "+tools.Plural(d.Missing, "was", "were")+" not set")
		}
		if len(d.Extra) > 0 {
			dropped = append(dropped, named(d.Field, d.Extra)+" "+tools.Plural(d.Extra, "is", "are")+" still set")
		}
	}
	if len(dropped) > 0 {
		warning := strings.Join(dropped, ", ") + "; GitHub ignores what the token's owner may not set, which takes push access to the repository"
		if assignees {
			warning += ", users who cannot be assigned (github_check_assignee), and assignees beyond ten"
		}
		all = append(all, warning)
	}
	if len(c.Unknown) > 0 {
		all = append(all, tools.Unverified("GitHub", c.Unknown, c.ReadErr)+"; "+tools.CheckWith("github_get_issue", c.ReadErr))
	}
	return all
}

// named returns a field with its values.
func named(field string, values []string) string {
	switch field {
	case "assignees":
		field = tools.Plural(values, "assignee", "assignees")
	case "labels":
		field = tools.Plural(values, "label", "labels")
	}
	return field + " " + tools.Quoted(values)
}

// valueOf returns the value of a field that has at most one.
func valueOf(values []string) string {
	if len(values) == 0 {
		return "empty"
	}
	return values[0]
}

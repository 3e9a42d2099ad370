package gitcode

import (
	"errors"
	"fmt"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// warnings describes the deviations of a change: first each that is certain,
// then all that could not be verified.
func warnings(c *api.IssueChange) []string {
	var all, unknown []string
	var refused []api.Deviation
	for _, d := range c.Deviations {
		switch {
		case d.Unknown:
			unknown = append(unknown, unverified(d))
		case rest.ErrorClass(d.Err) == rest.Forbidden && len(d.Missing) > 0:
			refused = append(refused, d)
		case d.Err != nil:
			all = append(all, failed(d))
		case d.Requested:
			all = append(all, ignored(c, d))
		default:
			all = append(all, changedUnasked(d))
		}
	}
	if len(refused) > 0 {
		all = append(all, forbidden(refused))
	}
	if c.ReadErr != nil && len(unknown) == 0 {
		unknown = []string{"whether anything else changed"}
	}
	if len(c.NotAssigned) > 0 {
		all = append(all, fmt.Sprintf("%s %s not assigned", tools.Quoted(c.NotAssigned), tools.Plural(c.NotAssigned, "was", "were")))
	}
	if w := commentWarning(c); w != "" {
		all = append(all, w)
	}
	if len(unknown) > 0 {
		all = append(all, tools.Unverified("GitCode", unknown, c.ReadErr)+"; "+tools.CheckWith("get_issue", c.ReadErr))
	}
	return all
}

// commentWarning describes a comment that was not posted, may not have been, or
// cannot be identified.
func commentWarning(c *api.IssueChange) string {
	switch {
	case rest.ErrorClass(c.CommentErr) == rest.OutcomeUnknown:
		return fmt.Sprintf("the comment may have been posted: %v; check with list_issue_comments (order=desc) before posting it again", c.CommentErr)
	case c.CommentErr != nil:
		return fmt.Sprintf("the comment is missing: %v; %s", c.CommentErr, remedy(c.CommentErr, "post", "comment"))
	case c.Comment != nil && c.Comment.ID == 0:
		return noCommentID
	}
	return ""
}

func unverified(d api.Deviation) string {
	switch {
	case len(d.Missing) == 0 && !d.Requested:
		return "whether " + subject(d.Field) + " changed"
	case len(d.Missing) == 0 && d.Err != nil:
		return fmt.Sprintf("whether %s was cleared (its request failed: %v)", subject(d.Field), d.Err)
	case len(d.Missing) == 0:
		return "whether " + subject(d.Field) + " was cleared"
	case d.Err != nil:
		return fmt.Sprintf("%s (its request failed: %v)", named(d.Field, d.Missing), d.Err)
	case !d.Requested:
		return "whether the issue still has " + named(d.Field, d.Missing)
	}
	return named(d.Field, d.Missing)
}

// forbidden describes the fields that the caller may not set. GitCode gives the
// same reason for each.
func forbidden(fields []api.Deviation) string {
	var names, values []string
	for _, d := range fields {
		names, values = append(names, named(d.Field, d.Missing)), append(values, d.Missing...)
	}
	return fmt.Sprintf("%s %s missing: %v; %s", strings.Join(names, ", "), tools.Plural(values, "is", "are"), fields[0].Err, askMember)
}

const askMember = "ask a member of the repository, or use a token with more scopes"

// failed describes a field whose own request failed, and says what to do.
func failed(d api.Deviation) string {
	if len(d.Missing) == 0 {
		return fmt.Sprintf("%s %s still set: %v; %s", named(d.Field, d.Extra), tools.Plural(d.Extra, "is", "are"), d.Err, remedy(d.Err, "clear", "update_issue"))
	}
	repeat := remedy(d.Err, "set", "update_issue")
	if d.Field == "labels" {
		repeat = remedy(d.Err, "add", "add_labels")
	}
	return fmt.Sprintf("%s %s missing: %v; %s", named(d.Field, d.Missing), tools.Plural(d.Missing, "is", "are"), d.Err, repeat)
}

// remedy says what to do about a failed request: use a tool, now or later,
// unless that would fail again.
func remedy(err error, verb, tool string) string {
	if e, ok := errors.AsType[*rest.Error](err); ok {
		switch {
		case e.Class == rest.Forbidden:
			return askMember
		case e.RetryAfter > 0:
			verb = fmt.Sprintf("retry in %v", tools.Wait(e))
		}
	}
	return verb + " with " + tool
}

// ignored describes a requested field that GitCode did not set as requested.
func ignored(c *api.IssueChange, d api.Deviation) string {
	switch d.Field {
	case "title", "body":
		return "the " + d.Field + " differs from the one requested"
	case "state", "status", "type":
		if len(d.Extra) > 0 {
			text := fmt.Sprintf("the %s is %s, not %s", d.Field, strings.Join(d.Extra, ""), strings.Join(d.Missing, ""))
			if d.Field == "type" {
				text += "; GitCode documents it only for new issues"
			}
			return text
		}
	case "security_hole":
		return fmt.Sprintf("the visibility is %q although security_hole %s was requested", c.Issue.Visibility, strings.Join(d.Missing, ""))
	}
	var parts []string
	if len(d.Missing) > 0 {
		part := named(d.Field, d.Missing) + " " + tools.Plural(d.Missing, "was", "were") + " not set"
		switch d.Field {
		case "assignee":
			part += "; GitCode ignores unknown users and users who may not be assigned"
		case "issue_severity":
			part += "; it is a priority as the organization names it"
		case "milestone":
			part += "; the repository may have no such milestone: use the global number that get_issue shows, not the one in the web address"
		}
		parts = append(parts, part)
	}
	if len(d.Extra) > 0 {
		parts = append(parts, named(d.Field, d.Extra)+" "+tools.Plural(d.Extra, "is", "are")+" still set")
	}
	return strings.Join(parts, "; ")
}

// changedUnasked describes a field that the change did not request and that
// differs from what it was before.
func changedUnasked(d api.Deviation) string {
	var parts []string
	switch d.Field {
	case "body":
		parts = []string{"the body changed"}
	case "title", "state", "security_hole", "type", "priority", "severity":
		parts = []string{fmt.Sprintf("%s changed from %q to %q", subject(d.Field), strings.Join(d.Missing, ""), strings.Join(d.Extra, ""))}
	default:
		if len(d.Missing) > 0 {
			parts = append(parts, named(d.Field, d.Missing)+" "+tools.Plural(d.Missing, "was", "were")+" removed")
		}
		if len(d.Extra) > 0 {
			parts = append(parts, named(d.Field, d.Extra)+" "+tools.Plural(d.Extra, "was", "were")+" added")
		}
	}
	return strings.Join(parts, " and ") + " although that was not requested"
}

// subject returns a field as the subject of a sentence in the singular.
func subject(field string) string {
	switch field {
	case "assignee":
		return "the list of assignees"
	case "labels":
		return "the list of labels"
	case "security_hole":
		return "security_hole"
	}
	return "the " + field
}

// named returns a field with its values, unless they are long texts.
func named(field string, values []string) string {
	switch field {
	case "assignee":
		return tools.Plural(values, "assignee ", "assignees ") + tools.Quoted(values)
	case "labels":
		return tools.Plural(values, "label ", "labels ") + tools.Quoted(values)
	case "custom_fields":
		return tools.Plural(values, "custom field ", "custom fields ") + tools.Quoted(values)
	case "milestone", "state", "security_hole", "status", "type", "issue_severity", "priority", "severity":
		return field + " " + strings.Join(values, "")
	}
	return "the " + field
}

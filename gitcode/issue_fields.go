package gitcode

import (
	"slices"
	"strconv"
)

// issueField is a field that a change can set, or one that is watched because
// GitCode may change it.
type issueField struct {
	name    string                // of the parameter, if there is one
	members []string              // of a response, any of which contains the field
	values  func(*Issue) []string // its values, none if it is empty
	without func(a, b []string) []string
}

var (
	assigneeField = &issueField{"assignee", []string{"assignee", "assignees"}, (*Issue).AssigneeLogins, without}
	labelsField   = &issueField{"labels", []string{"labels"}, (*Issue).LabelNames, without}

	stateField     = &issueField{"state", []string{"state"}, func(i *Issue) []string { return textValue(string(i.State)) }, withoutExact}
	milestoneField = &issueField{"milestone", []string{"milestone"}, milestoneValue, withoutExact}

	typeField   = &issueField{"type", []string{"issue_type", "issue_type_detail"}, func(i *Issue) []string { return textValue(i.Type()) }, withoutExact}
	statusField = &issueField{"status", []string{"issue_state", "issue_state_detail"}, func(i *Issue) []string { return textValue(i.Status()) }, without}
	// GitCode's documentation calls the severity priority, and shows either.
	severityField = &issueField{"issue_severity", []string{"severity", "issue_priority_detail"}, func(i *Issue) []string {
		return slices.Concat(textValue(string(i.Severity)), textValue(string(i.PriorityDetail.Title)))
	}, without}
	customField = &issueField{"custom_fields", []string{"custom_fields"}, (*Issue).CustomFields, withoutValues}
)

// workflowFields are those that an organization defines.
var workflowFields = []*issueField{typeField, statusField, severityField, customField}

// isWatched reports whether a field that was not requested should stay as it was. The
// status changes the state, and the reverse.
func (f *issueField) isWatched(requested map[string][]string) bool {
	by := map[string]string{"state": "status", "priority": "issue_severity", "severity": "issue_severity"}[f.name]
	_, explained := requested[by]
	return !explained && f != statusField && f != severityField && f != customField
}

// extra returns the values that an issue has and a change should have removed.
func (f *issueField) extra(got, want []string) []string {
	switch f {
	case severityField:
		return nil // one of the two
	case customField:
		return extraValues(got, want)
	}
	return f.without(got, want)
}

var issueFields = []*issueField{
	{"title", []string{"title"}, func(i *Issue) []string { return textValue(string(i.Title)) }, withoutExact},
	{"body", []string{"body"}, func(i *Issue) []string { return textValue(string(i.Body)) }, withoutExact},
	stateField,
	assigneeField,
	milestoneField,
	labelsField,
	{"security_hole", []string{"visibility_reason"}, visibilityValue, withoutExact},

	typeField,
	statusField,
	severityField,
	customField,

	// No parameter sets these. A bare priority is not among them: its number
	// means nothing by itself.
	{"priority", []string{"issue_priority_detail"}, func(i *Issue) []string { return textValue(string(i.PriorityDetail.Title)) }, withoutExact},
	{"severity", []string{"severity"}, func(i *Issue) []string { return textValue(string(i.Severity)) }, withoutExact},
}

func textValue(s string) []string {
	if s = normalizeText(s); s == "" {
		return nil
	}
	return []string{s}
}

func milestoneValue(i *Issue) []string {
	if i.Milestone.Number == 0 {
		return textValue(string(i.Milestone.Title))
	}
	return []string{strconv.FormatInt(int64(i.Milestone.Number), 10)}
}

// visibilityValue returns the value of security_hole that explains the
// visibility_reason, of which GitCode documents public, confidential and other.
func visibilityValue(i *Issue) []string {
	if i.Visibility == "" {
		return nil
	}
	return []string{strconv.FormatBool(i.Visibility != "public")}
}

// fields returns the requested values by field. Fields without a value are not
// requested: a repository may fill them.
func (p *CreateIssueParams) fields(milestone MilestoneNumber) map[string][]string {
	patch := issuePatch{
		Title: &p.Title, Body: &p.Body, Assignee: &p.Assignee, Milestone: &milestone, Labels: &p.Labels,
		Status: &p.Status, Type: &p.IssueType, Severity: &p.IssueSeverity, CustomFields: &p.CustomFields,
	}
	fields := patch.fields()
	for name, values := range fields {
		if len(values) == 0 {
			delete(fields, name)
		}
	}
	if p.SecurityHole {
		fields["security_hole"] = []string{"true"}
	}
	return fields
}

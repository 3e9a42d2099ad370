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

	surplus   func(got, want []string) []string // the values that should be gone; without if nil
	changedBy string                            // name of another field, whose change may change this one
	isFree    bool                              // whether it may change without a request
}

var (
	assigneeField = &issueField{name: "assignee", members: []string{"assignee", "assignees"}, values: (*Issue).AssigneeLogins, without: without}
	labelsField   = &issueField{name: "labels", members: []string{"labels"}, values: (*Issue).LabelNames, without: without}

	stateField = &issueField{name: "state", members: []string{"state"}, without: withoutExact, changedBy: "status",
		values: func(i *Issue) []string { return textValue(string(i.State)) }}
	milestoneField = &issueField{name: "milestone", members: []string{"milestone"}, values: milestoneValue, without: withoutExact}

	typeField = &issueField{name: "type", members: []string{"issue_type", "issue_type_detail"}, without: withoutExact,
		values: func(i *Issue) []string { return textValue(i.Type()) }}
	statusField = &issueField{name: "status", members: []string{"issue_state", "issue_state_detail"}, without: without, isFree: true,
		values: func(i *Issue) []string { return textValue(i.Status()) }}
	// GitCode's documentation calls the severity priority, and shows either.
	severityField = &issueField{name: "issue_severity", members: []string{"severity", "issue_priority_detail"}, without: without, isFree: true,
		values: func(i *Issue) []string {
			return slices.Concat(textValue(string(i.Severity)), textValue(string(i.PriorityDetail.Title)))
		},
		surplus: func(_, _ []string) []string { return nil }}
	customField = &issueField{name: "custom_fields", members: []string{"custom_fields"}, values: (*Issue).CustomFields, without: withoutValues, isFree: true,
		surplus: extraValues}
)

// workflowFields are those that an organization defines.
var workflowFields = []*issueField{typeField, statusField, severityField, customField}

// isWatched reports whether a field that was not requested should stay as it was.
func (f *issueField) isWatched(requested map[string][]string) bool {
	_, explained := requested[f.changedBy]
	return !explained && !f.isFree
}

// extra returns the values that an issue has and a change should have removed.
func (f *issueField) extra(got, want []string) []string {
	if f.surplus != nil {
		return f.surplus(got, want)
	}
	return f.without(got, want)
}

var issueFields = []*issueField{
	{name: "title", members: []string{"title"}, without: withoutExact, values: func(i *Issue) []string { return textValue(string(i.Title)) }},
	{name: "body", members: []string{"body"}, without: withoutExact, values: func(i *Issue) []string { return textValue(string(i.Body)) }},
	stateField,
	assigneeField,
	milestoneField,
	labelsField,
	{name: "security_hole", members: []string{"visibility_reason"}, values: visibilityValue, without: withoutExact},

	typeField,
	statusField,
	severityField,
	customField,

	// No parameter sets these by their names. A bare priority is not among them: its
	// number means nothing by itself.
	{name: "priority", members: []string{"issue_priority_detail"}, without: withoutExact, changedBy: "issue_severity",
		values: func(i *Issue) []string { return textValue(string(i.PriorityDetail.Title)) }},
	{name: "severity", members: []string{"severity"}, without: withoutExact, changedBy: "issue_severity",
		values: func(i *Issue) []string { return textValue(string(i.Severity)) }},
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

package gitcode

import "strconv"

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
)

var issueFields = []*issueField{
	{"title", []string{"title"}, func(i *Issue) []string { return textValue(string(i.Title)) }, withoutExact},
	{"body", []string{"body"}, func(i *Issue) []string { return textValue(string(i.Body)) }, withoutExact},
	stateField,
	assigneeField,
	milestoneField,
	labelsField,
	{"security_hole", []string{"visibility_reason"}, visibilityValue, withoutExact},

	// No parameter sets these. A bare priority is not among them: its number
	// means nothing by itself.
	{"type", []string{"issue_type", "issue_type_detail"}, func(i *Issue) []string { return textValue(i.Type()) }, withoutExact},
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

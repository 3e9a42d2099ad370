package gitcode

import (
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// EnterpriseStatus is a workflow status of an enterprise.
type EnterpriseStatus struct {
	Name        string `json:"name" jsonschema_description:"Name, the status of update_issue"`
	Description string `json:"description,omitempty" jsonschema_description:"Description"`
}

func enterpriseStatusRows(_ *api.EnterpriseRef, page *rest.Page[*api.EnterpriseStatus]) *tools.List[*EnterpriseStatus] {
	return tools.PageOf(page, func(s *api.EnterpriseStatus) *EnterpriseStatus {
		return &EnterpriseStatus{Name: string(s.Name), Description: string(s.Description)}
	})
}

// IssueTypes are the issue types of an organization and its custom fields.
type IssueTypes struct {
	tools.List[*IssueTypeRow]
	CustomFields []*CustomFieldRow `json:"custom_fields,omitempty" jsonschema_description:"Custom fields"`
}

// IssueTypeRow is an issue type.
type IssueTypeRow struct {
	Name        string   `json:"name" jsonschema_description:"Name, the issue_type of create_issue"`
	Description string   `json:"description,omitempty" jsonschema_description:"Description"`
	Statuses    []string `json:"statuses,omitempty" jsonschema_description:"Workflow statuses of open issues"`
	Closed      []string `json:"closed_statuses,omitempty" jsonschema_description:"Workflow statuses of closed issues"`
}

// CustomFieldRow is a custom field.
type CustomFieldRow struct {
	Name        string   `json:"name" jsonschema_description:"NAME in custom_fields"`
	Kind        string   `json:"kind,omitempty" jsonschema_description:"Kind of its values, such as text_single or select_multi"`
	Description string   `json:"description,omitempty" jsonschema_description:"Description"`
	Options     []string `json:"options,omitempty" jsonschema_description:"Values that it can have"`
	Types       []string `json:"types,omitempty" jsonschema_description:"Issue types that have it"`
}

func issueTypeRows(p *api.OrgRef, settings *api.IssueSettings) *IssueTypes {
	v := &IssueTypes{List: *tools.PageOf(settings.Types, issueTypeRow)}
	for _, f := range settings.Fields {
		row := &CustomFieldRow{Name: string(f.Name), Kind: string(f.Kind), Description: string(f.Description)}
		for _, o := range f.Options {
			row.Options = append(row.Options, string(o.Value))
		}
		for _, t := range f.Types {
			row.Types = append(row.Types, string(t.Name))
		}
		v.CustomFields = append(v.CustomFields, row)
	}
	if settings.FieldsErr != nil {
		v.AddNote("Custom fields could not be read: " + strings.TrimSuffix(settings.FieldsErr.Error(), ".") + ".")
	}
	return v
}

func issueTypeRow(t *api.IssueType) *IssueTypeRow {
	row := &IssueTypeRow{Name: string(t.Name), Description: string(t.Description)}
	for _, s := range t.Statuses {
		if s.Kind == 1 {
			row.Closed = append(row.Closed, string(s.Name))
		} else {
			row.Statuses = append(row.Statuses, string(s.Name))
		}
	}
	return row
}

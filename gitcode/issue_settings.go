package gitcode

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// OrgRef identifies an organization or an enterprise.
type OrgRef struct {
	Org string `json:"org" jsonschema:"minLength=1" jsonschema_description:"Owner of repositories"`
}

// IssueType is a type of issues that an organization defines, with the workflow
// statuses that its issues can have.
type IssueType struct {
	Name        Text              `json:"type_name"`
	Description Text              `json:"type_desc"`
	Statuses    List[IssueStatus] `json:"status"`
}

// IsEmpty reports whether a response contained no type.
func (t *IssueType) IsEmpty() bool { return t.Name == "" }

// IssueStatus is a workflow status. Kind is 0 if issues with it are open and 1
// if they are closed.
type IssueStatus struct {
	Name Text `json:"status_name"`
	Kind Int  `json:"gitcode_issue_status"`
}

// ListIssueTypes lists the types of issues that an organization defines, without
// pages. GitCode rejects the request if the organization defines none, or is a
// user.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-orgs-org-issue-extend-settings
func (c *Client) ListIssueTypes(ctx context.Context, p *OrgRef) (*rest.Page[*IssueType], error) {
	return listAll[*IssueType](ctx, c, "GET /orgs/{org}/issue/extend/settings", p, RowLimit{})
}

// EnterpriseStatus is a workflow status that an enterprise defines.
type EnterpriseStatus struct {
	Name        Text `json:"name"`
	Description Text `json:"desc"`
}

// IsEmpty reports whether a response contained no status.
func (s *EnterpriseStatus) IsEmpty() bool { return s.Name == "" }

// ListIssueStatuses lists the workflow statuses that an enterprise defines, without
// pages.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-enterprises-enterprise-issue-statuses
func (c *Client) ListIssueStatuses(ctx context.Context, p *EnterpriseRef) (*rest.Page[*EnterpriseStatus], error) {
	return listAll[*EnterpriseStatus](ctx, c, "GET /enterprises/{enterprise}/issue/statuses", p, RowLimit{})
}

// CustomField is a field that an enterprise adds to its issues.
type CustomField struct {
	ID          Int               `json:"id"`
	Name        Text              `json:"name"`
	Description Text              `json:"description"`
	Kind        Text              `json:"field_type"` // text_single, select_multi and so on
	Options     List[FieldOption] `json:"options"`    // of a select, the values that it can have
	Types       List[FieldType]   `json:"types"`      // the issue types that have it
}

// FieldOption is a value that a custom field can have.
type FieldOption struct {
	Value Text `json:"field_value"`
}

// FieldType is an issue type that has a custom field.
type FieldType struct {
	Name Text `json:"name"`
}

// IsEmpty reports whether a response contained no field.
func (f *CustomField) IsEmpty() bool { return f.Name == "" }

// Identity returns the id.
func (f *CustomField) Identity() string { return fmt.Sprint(f.ID) }

func (f *CustomField) name() Text { return f.Name }
func (t *IssueType) name() Text   { return t.Name }

// FieldsPage identifies an enterprise and a page of its custom fields.
type FieldsPage struct {
	EnterpriseID string `json:"enterprise_id"`
	Paging
}

// ListCustomFields lists the custom fields of an enterprise.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-8-enterprises-enterprises-id-issue-extend-field
func (c *Client) ListCustomFields(ctx context.Context, p *FieldsPage) (*rest.Page[*CustomField], error) {
	return list[*CustomField](ctx, c, "GET ../v8/enterprises/{enterprise_id}/issue_extend_field", p)
}

// IssueSettings are what an organization defines for its issues.
type IssueSettings struct {
	Types     *rest.Page[*IssueType]
	Fields    []*CustomField // none if the organization is no enterprise
	FieldsErr error          // why they could not be read, or nil
}

// GetIssueSettings returns the issue types of an organization, with their statuses,
// and its custom fields.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-orgs-org-issue-extend-settings and
// https://docs.gitcode.com/docs/apis/get-api-v-8-enterprises-enterprises-id-issue-extend-field
func (c *Client) GetIssueSettings(ctx context.Context, p *OrgRef) (*IssueSettings, error) {
	types, err := c.ListIssueTypes(ctx, p)
	if err != nil {
		return nil, err
	}
	settings := &IssueSettings{Types: types}
	fields, err := c.cached(ctx, RepoRef{Owner: p.Org}).fields.read(ctx, time.Now(), c.fieldsOf(p.Org), nil)
	if settings.Fields = slices.Clone(fields.items); err == nil && fields.unreadable > 0 {
		err = fmt.Errorf("%d of them are not in the documented form", fields.unreadable)
	}
	settings.FieldsErr = err
	return settings, nil
}

// fieldsOf returns the fetcher of the custom fields of an owner.
func (c *Client) fieldsOf(owner string) fetcher[*CustomField] {
	return func(ctx context.Context, page int) (*rest.Page[*CustomField], error) {
		fields, err := c.ListCustomFields(ctx, &FieldsPage{owner, Paging{Page: rest.NewPageNumber(page, 0), PerPage: lenient.MaxPage}})
		return orNone(fields, err)
	}
}

// orNone returns an empty page for GitCode's error about an owner who is no
// enterprise or organization, or has defined nothing.
func orNone[T any](page *rest.Page[T], err error) (*rest.Page[T], error) {
	e, ok := errors.AsType[*rest.Error](err)
	if ok && !e.NotSent && slices.Contains([]rest.Class{rest.NotFound, rest.Forbidden, rest.Invalid}, e.Class) {
		return &rest.Page[T]{}, nil
	}
	return page, err
}

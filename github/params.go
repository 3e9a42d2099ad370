package github

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// Params structs hold the arguments of an operation. Their JSON names are the
// documented parameters.

// RepoRef identifies a repository.
type RepoRef struct {
	Owner string `json:"owner" jsonschema:"minLength=1"`
	Repo  string `json:"repo" jsonschema:"minLength=1"`
}

// Target returns owner/repo.
func (r RepoRef) Target() string { return r.Owner + "/" + r.Repo }

// IssueRef identifies an issue or a pull request of a repository.
type IssueRef struct {
	RepoRef
	IssueNumber int `json:"issue_number" jsonschema:"minimum=1"`
}

// Target returns owner/repo#number.
func (r IssueRef) Target() string { return fmt.Sprintf("%s#%d", r.RepoRef.Target(), r.IssueNumber) }

// Paging selects a part of a list, as rest.Paging describes. The zero value is the
// first page with 30 rows.
type Paging struct {
	Page    rest.PageNumber `json:"page,omitempty" jsonschema:"minimum=1"`
	PerPage int             `json:"per_page,omitempty" jsonschema:"minimum=1,maximum=100"`
	Limit   int             `json:"limit,omitempty" jsonschema:"minimum=1,maximum=1000"`
}

// paging returns which part of a list is requested.
func (p Paging) paging() rest.Paging { return rest.Paging(p) }

// Accept is the media type of bodies: raw (the default), text, html or full, which
// means all three.
type Accept string

// mediaType returns the value of the Accept header; "" means the default.
func (a Accept) mediaType(endpoint string) (string, error) {
	switch a {
	case "":
		return "", nil
	case "raw", "text", "html", "full":
		return "application/vnd.github." + string(a) + "+json", nil
	}
	return "", rest.InvalidArguments(endpoint, fmt.Sprintf("accept must be raw, text, html or full, not %.40q", string(a)))
}

// Listing holds the parameters that all lists of issues share.
type Listing struct {
	State      string   `json:"state,omitempty" jsonschema:"enum=open,enum=closed,enum=all"`
	Labels     Labels   `json:"labels,omitempty"`
	Sort       string   `json:"sort,omitempty" jsonschema:"enum=created,enum=updated,enum=comments"`
	Direction  string   `json:"direction,omitempty" jsonschema:"enum=asc,enum=desc"`
	Since      string   `json:"since,omitempty" jsonschema:"format=date-time" jsonschema_description:"Updated since (RFC 3339)"`
	IssuesOnly bool     `json:"issues_only,omitempty"`
	Accept     Accept   `json:"accept,omitempty" jsonschema:"enum=raw,enum=text,enum=html,enum=full"`
	Include    Include  `json:"include,omitempty" jsonschema:"enum=body,enum=comments,enum=url" jsonschema_description:"Add to rows"`
	Fields     []string `json:"fields,omitempty" jsonschema_description:"Row members"`
	Paging
}

// RowFields returns the names of the members; none means all.
func (l *Listing) RowFields() []string {
	if len(l.Fields) == 0 {
		return nil
	}
	fields := slices.Concat(l.Fields, l.Include)
	if slices.Contains(fields, "body") {
		fields = append(fields, "body_text", "body_html") // as Accept says
	}
	return fields
}

// Included returns the members of rows that were asked for.
func (l *Listing) Included() Include { return slices.Concat(l.Include, l.Fields) }

func (l *Listing) listing() *Listing { return l }

// hasBodies reports whether rows have a body.
func (l *Listing) hasBodies() bool {
	return l.Accept != "" || l.Include.Has("body") || slices.Contains(l.Fields, "body")
}

// Include names further members of rows.
type Include []string

// Has reports whether a member is included.
func (i Include) Has(member string) bool { return slices.Contains(i, member) }

// Labels are label names. In a query GitHub expects them as one comma-separated
// string.
type Labels []string

// MarshalJSON returns the comma-separated string.
func (l Labels) MarshalJSON() ([]byte, error) { return json.Marshal(strings.Join(l, ",")) }

// names returns the names as GitHub separates them.
func (l Labels) names() []string {
	return strings.FieldsFunc(strings.Join(l, ","), func(r rune) bool { return r == ',' })
}

// ListMyIssuesParams filters issues across all repositories that the token's owner
// can see.
type ListMyIssuesParams struct {
	Filter string `json:"filter,omitempty" jsonschema:"enum=assigned,enum=created,enum=mentioned,enum=subscribed,enum=repos,enum=all"`
	Listing
	Collab bool `json:"collab,omitempty"`
	Orgs   bool `json:"orgs,omitempty"`
	Owned  bool `json:"owned,omitempty"`
	Pulls  bool `json:"pulls,omitempty"`
}

// RowFields returns the names of the members, the repository always among them; none
// means all.
func (p *ListMyIssuesParams) RowFields() []string { return withRepo(p.Listing.RowFields()) }

// withRepo adds the repository to the members of rows: without it a number identifies
// no issue.
func withRepo(fields []string) []string {
	if len(fields) == 0 {
		return nil
	}
	return append(fields, "repo")
}

// ListOrgIssuesParams filters issues of an organization.
type ListOrgIssuesParams struct {
	Org    string `json:"org" jsonschema:"minLength=1"`
	Filter string `json:"filter,omitempty" jsonschema:"enum=assigned,enum=created,enum=mentioned,enum=subscribed,enum=repos,enum=all"`
	Type   string `json:"type,omitempty"`
	Listing
}

// RowFields returns the names of the members, the repository always among them; none
// means all.
func (p *ListOrgIssuesParams) RowFields() []string { return withRepo(p.Listing.RowFields()) }

// ListAccountIssuesParams filters issues of the owned and member repositories of
// the token's owner.
type ListAccountIssuesParams struct {
	Filter string `json:"filter,omitempty" jsonschema:"enum=assigned,enum=created,enum=mentioned,enum=subscribed,enum=repos,enum=all"`
	Listing
}

// RowFields returns the names of the members, the repository always among them; none
// means all.
func (p *ListAccountIssuesParams) RowFields() []string { return withRepo(p.Listing.RowFields()) }

// ListRepoIssuesParams filters issues of a repository.
type ListRepoIssuesParams struct {
	RepoRef
	Listing
	Milestone string `json:"milestone,omitempty" jsonschema_description:"Number, title, none, *"`
	Assignee  string `json:"assignee,omitempty" jsonschema_description:"Login, me, none, *"`
	Creator   string `json:"creator,omitempty"`
	Mentioned string `json:"mentioned,omitempty"`
	Type      string `json:"type,omitempty"`
}

// GetIssueParams identifies an issue and selects its details. Offset is the
// number of characters of the body to skip.
type GetIssueParams struct {
	IssueRef
	Accept  Accept  `json:"accept,omitempty" jsonschema:"enum=raw,enum=text,enum=html,enum=full"`
	Offset  int     `json:"offset,omitempty" jsonschema_description:"Characters to skip"`
	Include Include `json:"include,omitempty" jsonschema:"enum=comments"`
}

// CreateIssueParams describes a new issue. Milestone is the number or the title of
// one. Assignee, which GitHub is closing down, is one more of Assignees.
type CreateIssueParams struct {
	RepoRef
	Title        string   `json:"title" jsonschema:"pattern=\\S"`
	Body         string   `json:"body,omitempty"`
	Milestone    string   `json:"milestone,omitempty" jsonschema_description:"Number or title"`
	Labels       []string `json:"labels,omitempty"`
	Assignees    []string `json:"assignees,omitempty" jsonschema:"maxItems=10"`
	CreateLabels bool     `json:"create_labels,omitempty"`
	Assignee     string   `json:"assignee,omitempty" jsonschema_description:"Use assignees"`
	Type         string   `json:"type,omitempty"`
}

// UpdateIssueParams describes a change of an issue. Nil and empty members are left
// unchanged.
type UpdateIssueParams struct {
	IssueRef
	Title *string `json:"title,omitempty" jsonschema:"pattern=\\S"`
	Body  *string `json:"body,omitempty" jsonschema_description:"\"\" clears"`
	textedit.Changes
	State        *string   `json:"state,omitempty" jsonschema:"enum=open,enum=closed"`
	StateReason  *string   `json:"state_reason,omitempty" jsonschema:"enum=completed,enum=not_planned,enum=duplicate,enum=reopened" jsonschema_description:"Only with state"`
	Milestone    *string   `json:"milestone,omitempty" jsonschema_description:"Number or title; \"\" clears"`
	Labels       *[]string `json:"labels,omitempty" jsonschema_description:"All labels afterwards; [] clears"`
	CreateLabels bool      `json:"create_labels,omitempty"`
	Assignees    *[]string `json:"assignees,omitempty" jsonschema:"maxItems=10" jsonschema_description:"Replaces all; [] clears"`
	Assignee     *string   `json:"assignee,omitempty" jsonschema_description:"Use assignees"`
	Type         *string   `json:"type,omitempty" jsonschema_description:"\"\" clears"`
}

// LockIssueParams identifies the issue and says why it is locked.
type LockIssueParams struct {
	IssueRef
	LockReason string `json:"lock_reason,omitempty" jsonschema:"enum=off-topic,enum=too heated,enum=resolved,enum=spam"`
}

// ListAssigneesParams identifies the repository.
type ListAssigneesParams struct {
	RepoRef
	Paging
}

// CheckAssigneeParams names a user.
type CheckAssigneeParams struct {
	RepoRef
	Assignee string `json:"assignee" jsonschema:"minLength=1"`
}

// AssigneesParams names the users to add or to remove.
type AssigneesParams struct {
	IssueRef
	Assignees []string `json:"assignees" jsonschema:"minItems=1,maxItems=10"`
}

package gitlab

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// Params structs hold the arguments of an operation. Their JSON names are the
// documented parameters, but for two: state is open or closed everywhere, and fields
// and limit are this package's.

// ProjectRef identifies a project by its number or its path.
type ProjectRef struct {
	ID Project `json:"id" jsonschema:"minLength=1" jsonschema_description:"Path, id or address"`
}

// Project is the number of a project, or its path with all its groups, escaped or
// not: "group/subgroup/project". A group has the same forms.
type Project string

// Path returns the number or the path, not escaped: no path contains a percent sign.
func (p Project) Path() string {
	path := string(p)
	for range maxEscapes {
		unescaped, err := url.PathUnescape(path)
		if err != nil || unescaped == path {
			break
		}
		path = unescaped
	}
	return strings.Trim(path, " \t\r\n/")
}

// maxEscapes is how often a path is unescaped that was escaped several times.
const maxEscapes = 3

// MarshalJSON returns the path, so that it is escaped exactly once wherever it is
// sent. A path with a segment that no name can be, such as .., is that segment alone,
// which no request accepts: proxies may take it for a step up, also if it is escaped
// more often than Path unescapes.
func (p Project) MarshalJSON() ([]byte, error) {
	path := p.Path()
	if unescaped, err := url.PathUnescape(path); err == nil && unescaped != path {
		return json.Marshal("..")
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "" || segment == "." || segment == ".." {
			path = segment
			break
		}
	}
	return json.Marshal(path)
}

// Target returns the project.
func (r ProjectRef) Target() string { return r.ID.Path() }

// IssueRef identifies an issue of a project.
type IssueRef struct {
	ProjectRef
	IssueIID int `json:"issue_iid" jsonschema:"minimum=1"`
}

// Target returns project#iid.
func (r IssueRef) Target() string { return fmt.Sprintf("%s#%d", r.ProjectRef.Target(), r.IssueIID) }

// Paging selects a part of a list, as rest.Paging describes. The zero value is the
// first page with 20 rows.
type Paging struct {
	Page    rest.PageNumber `json:"page,omitempty" jsonschema:"minimum=1"`
	PerPage int             `json:"per_page,omitempty" jsonschema:"minimum=1,maximum=100"`
	Limit   int             `json:"limit,omitempty" jsonschema:"minimum=1,maximum=1000"`
}

// paging returns which part of a list is requested.
func (p Paging) paging() rest.Paging { return rest.Paging(p) }

// Include names further members of rows, or parts to be read besides.
type Include []string

// Has reports whether a member is included.
func (i Include) Has(member string) bool { return slices.Contains(i, member) }

// Labels are label names. GitLab expects them as one comma-separated string.
type Labels []string

// MarshalJSON returns the comma-separated string.
func (l Labels) MarshalJSON() ([]byte, error) { return json.Marshal(strings.Join(l, ",")) }

// State is open, closed or all. GitLab says opened.
type State string

// MarshalJSON returns the state as GitLab says it.
func (s State) MarshalJSON() ([]byte, error) {
	if s == "open" {
		s = "opened"
	}
	return json.Marshal(string(s))
}

// SearchIn is title, description or both, with a comma between. GitLab ignores what
// else it contains, and a name with white space before it.
type SearchIn string

// MarshalJSON returns the names without white space.
func (in SearchIn) MarshalJSON() ([]byte, error) { return json.Marshal(strings.Join(in.names(), ",")) }

func (in SearchIn) names() []string { return readback.Trimmed(strings.Split(string(in), ",")) }

// check rejects what is no place to search.
func (in SearchIn) check(name string) error {
	for _, place := range in.names() {
		if in != "" && place != "title" && place != "description" {
			return invalid(name + " must be title, description or title,description")
		}
	}
	return nil
}

// Filters holds the parameters that all lists of issues share.
type Filters struct {
	AssigneeID        string   `json:"assignee_id,omitempty" jsonschema_description:"Number, None, Any"`
	AssigneeUsername  []string `json:"assignee_username,omitempty"`
	AuthorID          int      `json:"author_id,omitempty"`
	AuthorUsername    string   `json:"author_username,omitempty"`
	Confidential      *bool    `json:"confidential,omitempty"`
	CreatedAfter      string   `json:"created_after,omitempty" jsonschema:"format=date-time" jsonschema_description:"RFC 3339"`
	CreatedBefore     string   `json:"created_before,omitempty" jsonschema:"format=date-time" jsonschema_description:"RFC 3339"`
	UpdatedAfter      string   `json:"updated_after,omitempty" jsonschema:"format=date-time" jsonschema_description:"RFC 3339"`
	UpdatedBefore     string   `json:"updated_before,omitempty" jsonschema:"format=date-time" jsonschema_description:"RFC 3339"`
	DueDate           string   `json:"due_date,omitempty" jsonschema:"enum=0,enum=any,enum=today,enum=tomorrow,enum=overdue,enum=week,enum=month,enum=next_month_and_previous_two_weeks"`
	EpicID            string   `json:"epic_id,omitempty" jsonschema_description:"Premium: number, None, Any"`
	IIDs              []int    `json:"iids,omitempty"`
	IssueType         string   `json:"issue_type,omitempty" jsonschema:"enum=issue,enum=incident,enum=test_case"`
	IterationID       string   `json:"iteration_id,omitempty" jsonschema_description:"Premium: number, None, Any"`
	IterationTitle    string   `json:"iteration_title,omitempty" jsonschema_description:"Premium"`
	Labels            Labels   `json:"labels,omitempty" jsonschema_description:"All must match; None or Any alone"`
	Milestone         string   `json:"milestone,omitempty" jsonschema_description:"Title, None, Any"`
	MyReactionEmoji   string   `json:"my_reaction_emoji,omitempty"`
	Not               *Not     `json:"not,omitempty" jsonschema_description:"Excludes issues that match any of these"`
	OrderBy           string   `json:"order_by,omitempty" jsonschema:"enum=created_at,enum=due_date,enum=label_priority,enum=milestone_due,enum=popularity,enum=priority,enum=relative_position,enum=title,enum=updated_at,enum=weight"`
	Sort              string   `json:"sort,omitempty" jsonschema:"enum=asc,enum=desc"`
	Scope             string   `json:"scope,omitempty" jsonschema:"enum=created_by_me,enum=assigned_to_me,enum=all"`
	Search            string   `json:"search,omitempty"`
	State             State    `json:"state,omitempty" jsonschema:"enum=open,enum=closed,enum=all"`
	Weight            string   `json:"weight,omitempty" jsonschema_description:"Premium: number, None, Any"`
	WithLabelsDetails bool     `json:"with_labels_details,omitempty"`

	Include Include  `json:"include,omitempty" jsonschema:"enum=description,enum=body,enum=comments,enum=url,enum=id,enum=epic,enum=iteration" jsonschema_description:"Extra row members"`
	Fields  []string `json:"fields,omitempty" jsonschema_description:"Row members"`
	Paging
}

// RowFields returns the names of the members; none means all.
func (f *Filters) RowFields() []string {
	if len(f.Fields) == 0 {
		return nil
	}
	return f.Included()
}

// Included returns the members of rows that were asked for. The body, as other forges
// call it, is the description.
func (f *Filters) Included() Include {
	members := slices.Concat(f.Fields, f.Include)
	if i := slices.Index(members, "body"); i >= 0 {
		members[i] = "description"
	}
	return members
}

// Not excludes issues.
type Not struct {
	AssigneeID       int      `json:"assignee_id,omitempty"`
	AssigneeUsername []string `json:"assignee_username,omitempty"`
	AuthorID         int      `json:"author_id,omitempty"`
	AuthorUsername   string   `json:"author_username,omitempty"`
	IIDs             []int    `json:"iids,omitempty"`
	In               SearchIn `json:"in,omitempty"`
	IterationID      int      `json:"iteration_id,omitempty"`
	IterationTitle   string   `json:"iteration_title,omitempty"`
	Labels           Labels   `json:"labels,omitempty"`
	Milestone        string   `json:"milestone,omitempty"`
	MilestoneID      string   `json:"milestone_id,omitempty"`
	MyReactionEmoji  string   `json:"my_reaction_emoji,omitempty"`
	Search           string   `json:"search,omitempty"`
	Weight           *int     `json:"weight,omitempty"`
}

// ListIssuesParams filters all issues that the token's owner can see.
type ListIssuesParams struct {
	Filters
	HealthStatus string   `json:"health_status,omitempty" jsonschema_description:"Ultimate"`
	In           SearchIn `json:"in,omitempty" jsonschema_description:"title, description"`
	MilestoneID  string   `json:"milestone_id,omitempty" jsonschema:"enum=None,enum=Any,enum=Upcoming,enum=Started"`
	NonArchived  *bool    `json:"non_archived,omitempty"`
}

// RowFields returns the names of the members, the project always among them; none
// means all.
func (p *ListIssuesParams) RowFields() []string { return withProject(p.Filters.RowFields()) }

// withProject adds the project to the members of rows: without it an iid identifies
// no issue.
func withProject(fields []string) []string {
	if len(fields) == 0 {
		return nil
	}
	return append(fields, "project")
}

// ListGroupIssuesParams filters the issues of a group and its subgroups.
type ListGroupIssuesParams struct {
	ID Project `json:"id" jsonschema:"minLength=1" jsonschema_description:"Group path"`
	Filters
	NonArchived *bool `json:"non_archived,omitempty"`
}

// RowFields returns the names of the members, the project always among them; none
// means all.
func (p *ListGroupIssuesParams) RowFields() []string { return withProject(p.Filters.RowFields()) }

// ListProjectIssuesParams filters the issues of a project.
type ListProjectIssuesParams struct {
	ProjectRef
	Filters
}

// GetIssueByIDParams identifies an issue by its global id.
type GetIssueByIDParams struct {
	ID int64 `json:"id" jsonschema:"minimum=1" jsonschema_description:"Global id, not the iid"`
}

// GetIssueParams identifies an issue and selects its details. Offset is the number
// of characters of the description to skip.
type GetIssueParams struct {
	IssueRef
	Offset  int     `json:"offset,omitempty" jsonschema_description:"Characters to skip"`
	Include Include `json:"include,omitempty" jsonschema:"enum=comments"`
}

// CreateIssueParams describes a new issue. AssigneeIDs are numbers or usernames.
// MilestoneID is the global id of a milestone or its title.
type CreateIssueParams struct {
	ProjectRef
	Title                              string   `json:"title" jsonschema:"pattern=\\S"`
	Description                        string   `json:"description,omitempty"`
	AssigneeID                         string   `json:"assignee_id,omitempty"`
	AssigneeIDs                        []string `json:"assignee_ids,omitempty" jsonschema_description:"Usernames, numbers, me"`
	Confidential                       bool     `json:"confidential,omitempty"`
	CreatedAt                          string   `json:"created_at,omitempty" jsonschema:"format=date-time" jsonschema_description:"RFC 3339; for owners"`
	DiscussionToResolve                string   `json:"discussion_to_resolve,omitempty"`
	MergeRequestToResolveDiscussionsOf int      `json:"merge_request_to_resolve_discussions_of,omitempty"`
	CreateLabels                       bool     `json:"create_labels,omitempty"`
	DueDate                            string   `json:"due_date,omitempty" jsonschema_description:"YYYY-MM-DD"`
	EpicID                             int      `json:"epic_id,omitempty" jsonschema_description:"Premium"`
	IID                                int      `json:"iid,omitempty" jsonschema_description:"For owners"`
	IssueType                          string   `json:"issue_type,omitempty" jsonschema:"enum=issue,enum=incident,enum=test_case"`
	Labels                             []string `json:"labels,omitempty"`
	MilestoneID                        string   `json:"milestone_id,omitempty" jsonschema_description:"Title or global id"`
	Weight                             *int     `json:"weight,omitempty" jsonschema:"minimum=0" jsonschema_description:"Premium"`
}

// UpdateIssueParams describes a change of an issue. Nil and empty members are left
// unchanged.
type UpdateIssueParams struct {
	IssueRef
	Title       *string `json:"title,omitempty" jsonschema:"pattern=\\S"`
	Description *string `json:"description,omitempty" jsonschema_description:"\"\" clears"`
	textedit.Changes
	State            *string   `json:"state,omitempty" jsonschema:"enum=open,enum=closed"`
	AddLabels        []string  `json:"add_labels,omitempty"`
	RemoveLabels     []string  `json:"remove_labels,omitempty"`
	CreateLabels     bool      `json:"create_labels,omitempty"`
	Labels           *[]string `json:"labels,omitempty" jsonschema_description:"Replaces all; [] clears"`
	AssigneeIDs      *[]string `json:"assignee_ids,omitempty" jsonschema_description:"Usernames, ids, me; [] clears"`
	MilestoneID      *string   `json:"milestone_id,omitempty" jsonschema_description:"Title or global id; \"\" clears"`
	DueDate          *string   `json:"due_date,omitempty" jsonschema_description:"YYYY-MM-DD; \"\" clears"`
	Weight           *string   `json:"weight,omitempty" jsonschema_description:"Premium; \"\" clears"`
	EpicID           *int      `json:"epic_id,omitempty" jsonschema_description:"Premium; 0 clears"`
	IssueType        *string   `json:"issue_type,omitempty" jsonschema:"enum=issue,enum=incident,enum=test_case"`
	Confidential     *bool     `json:"confidential,omitempty"`
	DiscussionLocked *bool     `json:"discussion_locked,omitempty"`
	UpdatedAt        string    `json:"updated_at,omitempty" jsonschema:"format=date-time" jsonschema_description:"RFC 3339; for owners"`
}

// ReorderParams names the neighbors of an issue by their global ids.
type ReorderParams struct {
	IssueRef
	MoveAfterID  int64 `json:"move_after_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"Global id of the issue that comes before it afterwards"`
	MoveBeforeID int64 `json:"move_before_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"Global id of the issue that comes after it afterwards"`
}

// MoveIssueParams names the project to move an issue to.
type MoveIssueParams struct {
	IssueRef
	ToProjectID Project `json:"to_project_id" jsonschema_description:"Path or number"`
}

// CloneIssueParams names the project to copy an issue to.
type CloneIssueParams struct {
	IssueRef
	ToProjectID Project `json:"to_project_id" jsonschema_description:"Path or number"`
	WithNotes   bool    `json:"with_notes,omitempty" jsonschema_description:"Copy comments too"`
}

// PromoteIssueParams may explain in a comment why the issue becomes an epic. GitLab
// carries out all quick actions of Body, such as /close, besides /promote.
type PromoteIssueParams struct {
	IssueRef
	Body string `json:"body,omitempty" jsonschema_description:"Comment; /promote is added, and other quick actions in it are carried out"`
}

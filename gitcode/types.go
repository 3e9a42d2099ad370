package gitcode

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// Issue is an issue. Which members a response fills depends on the operation.
type Issue struct {
	ID         Int         `json:"id"` // global, the issue_id of the enterprise operations
	Number     Int         `json:"number"`
	HTMLURL    Text        `json:"html_url"`
	State      State       `json:"state"`
	IssueState State       `json:"issue_state"` // see Status
	IssueType  Text        `json:"issue_type"`  // see Type
	Title      Text        `json:"title"`
	Body       Text        `json:"body"`
	User       User        `json:"user"`
	Assignee   List[User]  `json:"assignee"`
	Assignees  List[User]  `json:"assignees"`
	Milestone  Milestone   `json:"milestone"`
	Labels     List[Label] `json:"labels"`
	Repository Repository  `json:"repository"`
	Comments   Count       `json:"comments"`
	Severity   Text        `json:"severity"`
	Visibility Text        `json:"visibility_reason"` // public, confidential or other
	CreatedAt  Time        `json:"created_at"`
	UpdatedAt  Time        `json:"updated_at"`
	FinishedAt Time        `json:"finished_at"`

	// Some responses contain these instead of issue_state and issue_type. A
	// priority has no other meaning: its number differs by organization.
	StateDetail    Detail `json:"issue_state_detail"`
	TypeDetail     Detail `json:"issue_type_detail"`
	PriorityDetail Detail `json:"issue_priority_detail"`

	Fields List[fieldValues] `json:"custom_fields"` // see CustomFields

	// Details are what GetIssue and ListRepoIssues read besides.
	Details *IssueDetails `json:"-"`
}

// Detail describes a status, type or priority in the repository's words.
type Detail struct {
	Title Text `json:"title"`
}

// IsEmpty reports whether a response contained no issue.
func (i *Issue) IsEmpty() bool { return i.ID == 0 && i.Number == 0 }

// Identity returns the id, or else the repository and the number.
func (i *Issue) Identity() string {
	if i.ID != 0 {
		return fmt.Sprint(i.ID)
	}
	return fmt.Sprintf("%s#%d", i.Repo(), i.Number)
}

// dropBody removes the body.
func (i *Issue) dropBody() { i.Body = "" }

// Status returns the workflow status, in the repository's words ("待办的").
func (i *Issue) Status() string {
	return cmp.Or(string(i.IssueState), string(i.StateDetail.Title))
}

// Type returns the type of the issue, in the repository's words.
func (i *Issue) Type() string {
	return cmp.Or(string(i.IssueType), string(i.TypeDetail.Title))
}

// CustomFields returns the values of the custom fields as NAME=VALUE.
func (i *Issue) CustomFields() []string {
	var all []string
	for n := range i.Fields {
		all = append(all, i.Fields[n].pairs()...)
	}
	return all
}

// AssigneeLogins returns the usernames of the assignees. GitCode returns them
// in assignee, in assignees or in both.
func (i *Issue) AssigneeLogins() []string {
	return logins(slices.Concat(i.Assignee, i.Assignees))
}

// LabelNames returns the names of the labels.
func (i *Issue) LabelNames() []string { return labelNames(i.Labels) }

// Repo returns the issue's repository as owner/repo, from the repository or else
// from the issue's address. It is empty if the response contains neither.
func (i *Issue) Repo() string {
	if name := i.Repository.FullName; name != "" {
		return strings.ReplaceAll(string(name), " ", "")
	}
	return i.repoOfAddress()
}

// repoOfAddress returns the repository in the issue's address, or "". Of one that has
// moved it is the new name.
func (i *Issue) repoOfAddress() string {
	page, _, found := strings.Cut(string(i.HTMLURL), "/issues/")
	_, afterScheme, isURL := strings.Cut(page, "://")
	_, repo, hasPath := strings.Cut(afterScheme, "/")
	if !found || !isURL || !hasPath {
		return ""
	}
	return repo
}

// User is a user. ID is a number in some responses and a hex string in others.
type User struct {
	ID    Text `json:"id"`
	Login Text `json:"login"`
	Name  Text `json:"name"`
}

// logins returns the usernames, each once.
//
//go:noinline
func logins(users []User) []string {
	var names []string
	seen := map[Text]bool{"": true}
	for _, u := range users {
		if !seen[u.Login] {
			seen[u.Login] = true
			names = append(names, string(u.Login))
		}
	}
	return names
}

// Label is a label of a repository or an issue. ID may be missing.
type Label struct {
	ID    Int  `json:"id"`
	Name  Text `json:"name"`
	Color Text `json:"color"`
}

// IsEmpty reports whether a response contained no label.
func (l *Label) IsEmpty() bool { return l.Name == "" }

// Identity returns the name.
func (l *Label) Identity() string { return string(l.Name) }

// labelNames returns the names of labels.
//
//go:noinline
func labelNames(labels []Label) []string {
	var names []string
	for _, l := range labels {
		if l.Name != "" {
			names = append(names, string(l.Name))
		}
	}
	return names
}

// Milestone is a milestone. It has a number and no id.
type Milestone struct {
	Number Int  `json:"number"`
	Title  Text `json:"title"`
}

// Repository is the repository an issue belongs to.
type Repository struct {
	ID       Int  `json:"id"`
	FullName Text `json:"full_name"` // owner/repo, in some responses with spaces around the slash
}

// Comment is a comment on an issue.
type Comment struct {
	ID        Int    `json:"id"`
	Body      Text   `json:"body"`
	User      User   `json:"user"`
	Target    Target `json:"target"`
	CreatedAt Time   `json:"created_at"`
	UpdatedAt Time   `json:"updated_at"`
}

// IsEmpty reports whether a response contained no comment.
func (c *Comment) IsEmpty() bool { return c.ID == 0 }

// Identity returns the id.
func (c *Comment) Identity() string { return fmt.Sprint(c.ID) }

// Target is the object that a comment belongs to.
type Target struct {
	Issue TargetIssue `json:"issue"`
}

// TargetIssue is the issue that a comment belongs to. Number is 0 if the
// response does not contain it.
type TargetIssue struct {
	ID     Int
	Number Int
	Title  Text
}

// UnmarshalJSON decodes the number from whichever key GitCode uses: nubmer
// (sic), iid or number. In some responses number repeats the issue's id, so it
// is ignored if it equals the id.
func (t *TargetIssue) UnmarshalJSON(data []byte) error {
	var wire struct {
		ID     Int  `json:"id"`
		Nubmer Int  `json:"nubmer"`
		IID    Int  `json:"iid"`
		Number Int  `json:"number"`
		Title  Text `json:"title"`
	}
	_ = lenient.Decode(data, &wire) // what fails is left out
	if wire.Number == wire.ID {
		wire.Number = 0
	}
	*t = TargetIssue{ID: wire.ID, Title: wire.Title}
	for _, n := range []Int{wire.Nubmer, wire.IID, wire.Number} {
		if n != 0 {
			t.Number = n
			break
		}
	}
	return nil
}

// PullRequest is a pull request linked to an issue.
type PullRequest struct {
	ID        Int         `json:"id"`
	Number    Int         `json:"number"`
	HTMLURL   Text        `json:"html_url"`
	State     State       `json:"state"`
	Title     Text        `json:"title"`
	Head      Branch      `json:"head"`
	Base      Branch      `json:"base"`
	Assignees List[User]  `json:"assignees"`
	Testers   List[User]  `json:"testers"`
	Labels    List[Label] `json:"labels"`
	CreatedAt Time        `json:"created_at"`
	UpdatedAt Time        `json:"updated_at"`
	MergedAt  Time        `json:"merged_at"`
	ClosedAt  Time        `json:"closed_at"`
	Mergeable Bool        `json:"can_merge_check"` // only if it was requested
}

// IsEmpty reports whether a response contained no pull request.
func (p *PullRequest) IsEmpty() bool { return p.ID == 0 && p.Number == 0 }

// AssigneeLogins returns the usernames of the assignees.
func (p *PullRequest) AssigneeLogins() []string { return logins(p.Assignees) }

// TesterLogins returns the usernames of the testers.
func (p *PullRequest) TesterLogins() []string { return logins(p.Testers) }

// LabelNames returns the names of the labels.
func (p *PullRequest) LabelNames() []string { return labelNames(p.Labels) }

// Branch is the source or the target branch of a pull request.
type Branch struct {
	Ref Text `json:"ref"`
	SHA Text `json:"sha"`
}

// OperateLog is an entry of an issue's history.
type OperateLog struct {
	ID         Int    `json:"id"`
	User       User   `json:"user"`
	Content    Text   `json:"content"`
	ActionType Text   `json:"action_type"`
	CreatedAt  Time   `json:"created_at"`
	Title      Text   `json:"title"` // of the linked pull request, if any
	Head       Branch `json:"head"`
	Base       Branch `json:"base"`
}

// IsEmpty reports whether a response contained no entry.
func (l *OperateLog) IsEmpty() bool { return l.ID == 0 && l.Content == "" && l.ActionType == "" }

package gitcode

import (
	"slices"
	"strings"
)

// Issue is an issue as GitCode answers it; which members an answer fills
// depends on the operation.
type Issue struct {
	ID         Int         `json:"id"` // global, as the enterprise operations take it
	Number     Int         `json:"number"`
	HTMLURL    Text        `json:"html_url"`
	State      State       `json:"state"`
	IssueState State       `json:"issue_state"` // step of the workflow, in the words of the repository ("待办的")
	IssueType  Text        `json:"issue_type"`
	Title      Text        `json:"title"`
	Body       Text        `json:"body"`
	User       User        `json:"user"`
	Assignee   List[User]  `json:"assignee"`
	Assignees  List[User]  `json:"assignees"`
	Milestone  Milestone   `json:"milestone"`
	Labels     List[Label] `json:"labels"`
	Repository Repository  `json:"repository"`
	Comments   Int         `json:"comments"`
	Priority   Int         `json:"priority"`
	Severity   Text        `json:"severity"`
	CreatedAt  Time        `json:"created_at"`
	UpdatedAt  Time        `json:"updated_at"`
	FinishedAt Time        `json:"finished_at"`
}

// UnmarshalJSON reads an issue, or nothing.
func (i *Issue) UnmarshalJSON(data []byte) error {
	type plain Issue
	return object(data, (*plain)(i))
}

// missing reports whether an answer held no issue.
func (i Issue) missing() bool { return i.ID == 0 && i.Number == 0 }

// AssigneeLogins returns who is assigned: GitCode tells it in assignee, in
// assignees or in both.
func (i Issue) AssigneeLogins() []string {
	return Logins(slices.Concat(i.Assignee, i.Assignees))
}

// Repo returns the issue's repository as owner/repo, from the repository or
// else from the issue's address; empty where the answer holds neither.
func (i Issue) Repo() string {
	if name := i.Repository.FullName; name != "" {
		return strings.ReplaceAll(string(name), " ", "")
	}
	page, _, found := strings.Cut(string(i.HTMLURL), "/issues/")
	_, afterScheme, isURL := strings.Cut(page, "://")
	_, repo, hasPath := strings.Cut(afterScheme, "/")
	if !found || !isURL || !hasPath {
		return ""
	}
	return repo
}

// User is a person. ID is an int in some answers, a hex string in others.
type User struct {
	ID    Text `json:"id"`
	Login Text `json:"login"`
	Name  Text `json:"name"`
}

// UnmarshalJSON reads a person, or nothing.
func (u *User) UnmarshalJSON(data []byte) error {
	type plain User
	return object(data, (*plain)(u))
}

// Logins returns the people's usernames, each once.
func Logins(people []User) []string {
	var logins []string
	for _, u := range people {
		if login := string(u.Login); login != "" && !slices.Contains(logins, login) {
			logins = append(logins, login)
		}
	}
	return logins
}

// Label is a label of a repository or an issue; ID can be missing.
type Label struct {
	ID    Int  `json:"id"`
	Name  Text `json:"name"`
	Color Text `json:"color"`
}

// UnmarshalJSON reads a label, or nothing.
func (l *Label) UnmarshalJSON(data []byte) error {
	type plain Label
	return object(data, (*plain)(l))
}

// LabelNames returns the labels' names.
func LabelNames(labels []Label) []string {
	var names []string
	for _, l := range labels {
		if l.Name != "" {
			names = append(names, string(l.Name))
		}
	}
	return names
}

// Milestone is a milestone; it has a number and no id.
type Milestone struct {
	Number Int  `json:"number"`
	Title  Text `json:"title"`
}

// UnmarshalJSON reads a milestone, or nothing.
func (m *Milestone) UnmarshalJSON(data []byte) error {
	type plain Milestone
	return object(data, (*plain)(m))
}

// Repository is the repository an issue belongs to.
type Repository struct {
	ID       Int  `json:"id"`
	FullName Text `json:"full_name"` // owner/repo, in some answers with blanks around the slash
}

// UnmarshalJSON reads a repository, or nothing.
func (r *Repository) UnmarshalJSON(data []byte) error {
	type plain Repository
	return object(data, (*plain)(r))
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

// UnmarshalJSON reads a comment, or nothing.
func (c *Comment) UnmarshalJSON(data []byte) error {
	type plain Comment
	return object(data, (*plain)(c))
}

// missing reports whether an answer held no comment.
func (c Comment) missing() bool { return c.ID == 0 }

// Target is what a comment stands under.
type Target struct {
	Issue TargetIssue `json:"issue"`
}

// UnmarshalJSON reads a target, or nothing.
func (t *Target) UnmarshalJSON(data []byte) error {
	type plain Target
	return object(data, (*plain)(t))
}

// TargetIssue is the issue a comment stands under. Number is 0 where the
// answer does not tell it.
type TargetIssue struct {
	ID     Int
	Number Int
	Title  Text
}

// UnmarshalJSON reads the number from the keys GitCode spells it with: nubmer
// (sic), iid or number. Under number some answers repeat the issue's id, so
// there a value that equals the id tells nothing.
func (t *TargetIssue) UnmarshalJSON(data []byte) error {
	var wire struct {
		ID     Int  `json:"id"`
		Nubmer Int  `json:"nubmer"`
		IID    Int  `json:"iid"`
		Number Int  `json:"number"`
		Title  Text `json:"title"`
	}
	if err := object(data, &wire); err != nil {
		return err
	}
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
	Mergeable *Bool       `json:"can_merge_check"` // answered only where it was asked for
}

// UnmarshalJSON reads a pull request, or nothing.
func (p *PullRequest) UnmarshalJSON(data []byte) error {
	type plain PullRequest
	return object(data, (*plain)(p))
}

// Branch is one side of a pull request.
type Branch struct {
	Ref Text `json:"ref"`
	SHA Text `json:"sha"`
}

// UnmarshalJSON reads a branch, or nothing.
func (b *Branch) UnmarshalJSON(data []byte) error {
	type plain Branch
	return object(data, (*plain)(b))
}

// OperateLog is one entry of an issue's history.
type OperateLog struct {
	ID         Int    `json:"id"`
	User       User   `json:"user"`
	Content    Text   `json:"content"`
	ActionType Text   `json:"action_type"`
	CreatedAt  Time   `json:"created_at"`
	Title      Text   `json:"title"` // of the pull request a link entry is about
	Head       Branch `json:"head"`
	Base       Branch `json:"base"`
}

// UnmarshalJSON reads an entry, or nothing.
func (l *OperateLog) UnmarshalJSON(data []byte) error {
	type plain OperateLog
	return object(data, (*plain)(l))
}

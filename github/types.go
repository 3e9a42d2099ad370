package github

import (
	"fmt"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// Issue is an issue or a pull request.
type Issue struct {
	ID                lenient.Int         `json:"id"` // global
	Number            lenient.Int         `json:"number"`
	HTMLURL           lenient.Text        `json:"html_url"`
	RepositoryURL     lenient.Text        `json:"repository_url"`
	State             lenient.Text        `json:"state"`
	StateReason       lenient.Text        `json:"state_reason"`
	Title             lenient.Text        `json:"title"`
	Body              lenient.Text        `json:"body"`
	BodyText          lenient.Text        `json:"body_text"` // if requested
	BodyHTML          lenient.Text        `json:"body_html"` // if requested
	User              User                `json:"user"`
	Assignee          User                `json:"assignee"`
	Assignees         lenient.List[User]  `json:"assignees"`
	Milestone         Milestone           `json:"milestone"`
	Labels            lenient.List[Label] `json:"labels"`
	Repository        Repository          `json:"repository"`
	Type              Type                `json:"type"`
	Locked            lenient.Bool        `json:"locked"`
	ActiveLockReason  lenient.Text        `json:"active_lock_reason"`
	Comments          lenient.Count       `json:"comments"`
	PullRequest       *PullRequest        `json:"pull_request"` // nil if it is none
	AuthorAssociation lenient.Text        `json:"author_association"`
	CreatedAt         lenient.Time        `json:"created_at"`
	UpdatedAt         lenient.Time        `json:"updated_at"`
	ClosedAt          lenient.Time        `json:"closed_at"`
	ClosedBy          User                `json:"closed_by"`

	// Details are what GetIssue and ListRepoIssues read besides; nil if nothing was
	// to be read.
	Details *IssueDetails `json:"-"`
}

// IssueDetails are the comments of an issue, the oldest first.
type IssueDetails struct {
	Comments []Comment
	Err      error // why they could not be read, or not all of them
}

// IsEmpty reports whether a response contained no issue.
func (i Issue) IsEmpty() bool { return i.ID == 0 && i.Number == 0 }

// Identity recognizes an issue that moves to another page.
func (i Issue) Identity() string {
	if i.ID != 0 {
		return fmt.Sprint(i.ID)
	}
	return fmt.Sprintf("%s#%d", i.Repo(), i.Number)
}

// IsPullRequest reports whether the issue is a pull request.
func (i Issue) IsPullRequest() bool { return i.PullRequest != nil }

// Repo returns the issue's repository as owner/repo, or "" if the response does not
// contain it.
func (i Issue) Repo() string { return string(i.Repository.FullName) }

// User is a user.
type User struct {
	ID    lenient.Int  `json:"id"`
	Login lenient.Text `json:"login"`
}

// IsEmpty reports whether a response contained no user.
func (u User) IsEmpty() bool { return u.Login == "" }

// Identity returns the login.
func (u User) Identity() string { return string(u.Login) }

// Label is a label of an issue.
type Label struct {
	Name lenient.Text `json:"name"`
}

// Milestone is a milestone of a repository.
type Milestone struct {
	Number lenient.Int  `json:"number"`
	Title  lenient.Text `json:"title"`
	DueOn  lenient.Time `json:"due_on"`
}

// IsEmpty reports whether a response contained no milestone.
func (m Milestone) IsEmpty() bool { return m.Number == 0 }

// Identity returns the number.
func (m Milestone) Identity() string { return fmt.Sprint(m.Number) }

// Repository is the repository of an issue, in lists across repositories.
type Repository struct {
	FullName lenient.Text `json:"full_name"`
}

// Type is the type of an issue, which an organization defines.
type Type struct {
	Name lenient.Text `json:"name"`
}

// PullRequest marks an issue that is a pull request.
type PullRequest struct {
	MergedAt lenient.Time `json:"merged_at"`
}

// Comment is a comment on an issue.
type Comment struct {
	ID        lenient.Int  `json:"id"`
	Body      lenient.Text `json:"body"`
	User      User         `json:"user"`
	CreatedAt lenient.Time `json:"created_at"`
}

// IsEmpty reports whether a response contained no comment.
func (c Comment) IsEmpty() bool { return c.ID == 0 }

// Identity returns the id.
func (c Comment) Identity() string { return fmt.Sprint(c.ID) }

// IssueChange is the result of a write to an issue.
type IssueChange struct {
	Issue   Issue       // afterwards, as far as a response shows it
	Ignored []Deviation // what GitHub dropped although it reported success
	Unknown []string    // requested fields that no response shows
	ReadErr error       // why the issue could not be read back, if it had to be

	Diff      string // the lines of the body that textedit.Changes changed
	Unchanged bool   // whether the body already was as requested, so that nothing was sent
}

// Deviation is a field that is not as requested.
type Deviation struct {
	Field   string   // the parameter
	Missing []string // values that were requested and are not there
	Extra   []string // values that are there instead
}

package github

import (
	"fmt"
	"net/url"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

// Issue is an issue or a pull request.
type Issue struct {
	ID                lenient.Int        `json:"id"` // global
	Number            lenient.Int        `json:"number"`
	HTMLURL           lenient.Text       `json:"html_url"`
	RepositoryURL     lenient.Text       `json:"repository_url"`
	State             lenient.Text       `json:"state"`
	StateReason       lenient.Text       `json:"state_reason"`
	Title             lenient.Text       `json:"title"`
	Body              lenient.Text       `json:"body"`
	BodyText          lenient.Text       `json:"body_text"` // if requested
	BodyHTML          lenient.Text       `json:"body_html"` // if requested
	User              User               `json:"user"`
	Assignee          User               `json:"assignee"`
	Assignees         lenient.List[User] `json:"assignees"`
	Milestone         Milestone          `json:"milestone"`
	Labels            IssueLabels        `json:"labels"`
	Repository        Repository         `json:"repository"`
	Type              Type               `json:"type"`
	Locked            lenient.Bool       `json:"locked"`
	ActiveLockReason  lenient.Text       `json:"active_lock_reason"`
	Comments          lenient.Count      `json:"comments"`
	PullRequest       *PullRequest       `json:"pull_request"` // nil unless the issue is a pull request
	AuthorAssociation lenient.Text       `json:"author_association"`
	CreatedAt         lenient.Time       `json:"created_at"`
	UpdatedAt         lenient.Time       `json:"updated_at"`
	ClosedAt          lenient.Time       `json:"closed_at"`
	ClosedBy          User               `json:"closed_by"`

	// Details are what is read besides if it is included; nil if nothing was to be
	// read.
	Details *IssueDetails `json:"-"`
}

// IssueDetails are the comments of an issue, the oldest first.
type IssueDetails struct {
	Comments []*Comment
	Err      error // why they could not be read, or not all of them
}

// IsEmpty reports whether a response contained no issue.
func (i *Issue) IsEmpty() bool { return i.ID == 0 && i.Number == 0 }

// Identity recognizes an issue that moves to another page.
func (i *Issue) Identity() string {
	if i.ID != 0 {
		return fmt.Sprint(i.ID)
	}
	return fmt.Sprintf("%s#%d", i.Repo(), i.Number)
}

// IsPullRequest reports whether the issue is a pull request.
func (i *Issue) IsPullRequest() bool { return i.PullRequest != nil }

// Repo returns the issue's repository as owner/repo, or "" if the response does not
// contain it.
func (i *Issue) Repo() string {
	if parts := strings.Split(string(i.Repository.FullName), "/"); len(parts) == 2 && isRepo(parts[0], parts[1]) {
		return string(i.Repository.FullName)
	}
	if parts := segments(i.RepositoryURL); len(parts) >= 3 {
		if parts = parts[len(parts)-3:]; parts[0] == "repos" && isRepo(parts[1], parts[2]) {
			return parts[1] + "/" + parts[2]
		}
	}
	if parts := segments(i.HTMLURL); len(parts) >= 4 {
		if parts = parts[len(parts)-4:]; (parts[2] == "issues" || parts[2] == "pull") && isRepo(parts[0], parts[1]) {
			return parts[0] + "/" + parts[1]
		}
	}
	return ""
}

// segments returns the segments of the path of an address.
func segments(address lenient.Text) []string {
	u, err := url.Parse(string(address))
	if err != nil {
		return nil
	}
	return strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
}

// isRepo reports whether two texts can be an owner and a repository.
func isRepo(owner, repo string) bool {
	isName := func(s string) bool {
		const most = 100 // characters of either
		return s != "" && len(s) <= most && !strings.ContainsFunc(s, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
		})
	}
	return isName(owner) && isName(repo) && strings.Trim(repo, ".") != "" && strings.Trim(owner, ".") != ""
}

// ref returns what identifies the issue, as far as known, and otherwise what was
// asked for.
func (i *Issue) ref(asked IssueRef) IssueRef {
	if owner, repo, found := strings.Cut(i.Repo(), "/"); found {
		asked.RepoRef = RepoRef{owner, repo}
	}
	if i.Number > 0 {
		asked.IssueNumber = int(i.Number)
	}
	return asked
}

// LabelNames returns the names of the labels.
//
//go:noinline
func (i *Issue) LabelNames() []string {
	var names []string
	for _, label := range i.Labels {
		names = append(names, string(label.Name))
	}
	return names
}

// AssigneeLogins returns the logins of the assignees, also of one that only the
// deprecated member contains.
//
//go:noinline
func (i *Issue) AssigneeLogins() []string {
	var logins []string
	for _, user := range i.Assignees {
		if user.Login != "" {
			logins = append(logins, string(user.Login))
		}
	}
	if len(logins) == 0 && i.Assignee.Login != "" {
		return []string{string(i.Assignee.Login)}
	}
	return logins
}

// User is a user.
type User struct {
	ID    lenient.Int  `json:"id"`
	Login lenient.Text `json:"login"`
}

// IsEmpty reports whether a response contained no user.
func (u *User) IsEmpty() bool { return u.Login == "" }

// Identity returns the login.
func (u *User) Identity() string { return string(u.Login) }

// Label is a label of an issue.
type Label struct {
	Name lenient.Text `json:"name"`
}

// IsEmpty reports whether a response contained no label.
func (l *Label) IsEmpty() bool { return l.Name == "" }

// Identity returns the name.
func (l *Label) Identity() string { return string(l.Name) }

// IssueLabels are the labels of an issue.
type IssueLabels []Label

// UnmarshalJSON accepts objects and, as documented, names. It drops what has no
// name.
func (l *IssueLabels) UnmarshalJSON(data []byte) error {
	*l = nil
	if lenient.First(data) != '[' {
		return nil
	}
	for i, element := range lenient.Elements(data) {
		if i == lenient.MaxList {
			break
		}
		label := Label{lenient.Text(lenient.Scalar(element))}
		_ = lenient.Decode(element, &label) // a name is no object
		if label.Name != "" {
			*l = append(*l, label)
		}
	}
	return nil
}

// Milestone is a milestone of a repository.
type Milestone struct {
	Number lenient.Int  `json:"number"`
	Title  lenient.Text `json:"title"`
	DueOn  lenient.Time `json:"due_on"`
}

// IsEmpty reports whether a response contained no milestone.
func (m *Milestone) IsEmpty() bool { return m.Number == 0 }

// Identity returns the number.
func (m *Milestone) Identity() string { return fmt.Sprint(m.Number) }

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
func (c *Comment) IsEmpty() bool { return c.ID == 0 }

// Identity returns the id.
func (c *Comment) Identity() string { return fmt.Sprint(c.ID) }

// IssueChange is the result of a write to an issue.
type IssueChange struct {
	Issue Issue // afterwards, as far as a response shows it
	readback.Result
	NotAssigned []string // users who were to be removed and were not assigned
	Done        []string // the assignees who were to be added and are there, or to be removed and are not
	ReadErr     error    // why the issue could not be read back, if it had to be

	// What an update replaced, which no later request shows.
	PreviousLabels, PreviousAssignees []string

	Diff      string // the lines of the body that textedit.Changes changed
	Unchanged bool   // whether the issue already was as requested, so that nothing was sent
}

// HasPreview reports whether the change says more than the request of a dry run.
func (c *IssueChange) HasPreview() bool {
	return c != nil && (c.Unchanged || c.Diff != "" || len(c.PreviousLabels)+len(c.PreviousAssignees) > 0)
}

// Deviation is a field that is not as requested.
type Deviation = readback.Deviation

package gitlab

import (
	"fmt"
	"strconv"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

// Issue is an issue.
type Issue struct {
	ID               lenient.Int        `json:"id"` // global
	IID              lenient.Int        `json:"iid"`
	ProjectID        lenient.Int        `json:"project_id"`
	Title            lenient.Text       `json:"title"`
	Description      lenient.Text       `json:"description"`
	State            lenient.Text       `json:"state"` // opened or closed
	Author           User               `json:"author"`
	Assignees        lenient.List[User] `json:"assignees"`
	Labels           IssueLabels        `json:"labels"`
	Milestone        Milestone          `json:"milestone"`
	Epic             Epic               `json:"epic"`      // if the edition has epics
	Iteration        Iteration          `json:"iteration"` // if the edition has iterations
	IssueType        lenient.Text       `json:"issue_type"`
	Severity         lenient.Text       `json:"severity"`
	Confidential     lenient.Bool       `json:"confidential"`
	DiscussionLocked lenient.Bool       `json:"discussion_locked"`
	DueDate          lenient.Text       `json:"due_date"`
	Weight           lenient.Count      `json:"weight"`
	HealthStatus     lenient.Text       `json:"health_status"`
	UserNotesCount   lenient.Count      `json:"user_notes_count"`
	MovedToID        lenient.Int        `json:"moved_to_id"`
	Subscribed       lenient.Bool       `json:"subscribed"` // the token's owner, in a single issue
	References       References         `json:"references"`
	TimeStats        TimeStats          `json:"time_stats"`
	WebURL           lenient.Text       `json:"web_url"`
	CreatedAt        lenient.Time       `json:"created_at"`
	UpdatedAt        lenient.Time       `json:"updated_at"`
	ClosedAt         lenient.Time       `json:"closed_at"`
	ClosedBy         User               `json:"closed_by"`

	// MovedTo is where the issue was moved to, as group/project#7, if GetIssue or
	// UpdateIssue found it.
	MovedTo string `json:"-"`

	// Details are what GetIssue and the lists read besides; nil if nothing was to be
	// read.
	Details *IssueDetails `json:"-"`
}

// IssueDetails are the comments of an issue, the oldest first.
type IssueDetails struct {
	Comments []*Note
	Err      error // why they could not be read, or not all of them
}

// IsEmpty reports whether a response contained no issue.
func (i *Issue) IsEmpty() bool { return i.ID == 0 && i.IID == 0 }

// Identity returns the id, or else the project and the iid.
func (i *Issue) Identity() string {
	if i.ID != 0 {
		return fmt.Sprint(i.ID)
	}
	return fmt.Sprintf("%d#%d", i.ProjectID, i.IID)
}

// ref returns what identifies the issue, as far as known, and otherwise what was
// asked for.
func (i *Issue) ref(asked IssueRef) IssueRef {
	if i.ProjectID > 0 {
		asked.ID = Project(strconv.FormatInt(int64(i.ProjectID), 10))
	}
	if i.IID > 0 {
		asked.IssueIID = int(i.IID)
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

// AssigneeNames returns the usernames of the assignees.
//
//go:noinline
func (i *Issue) AssigneeNames() []string {
	var names []string
	for _, user := range i.Assignees {
		if user.Username != "" {
			names = append(names, string(user.Username))
		}
	}
	return names
}

// Label is a label of an issue or a project. That of an issue has more than a name
// only if the details were asked for.
type Label struct {
	Name        lenient.Text `json:"name"`
	Color       lenient.Text `json:"color"`
	Description lenient.Text `json:"description"`
}

// IsEmpty reports whether a response contained no label.
func (l *Label) IsEmpty() bool { return l.Name == "" }

// Identity returns the name.
func (l *Label) Identity() string { return string(l.Name) }

// IssueLabels are the labels of an issue.
type IssueLabels []Label

// UnmarshalJSON accepts names and, with their details, objects. It drops what has no
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
		label := Label{Name: lenient.Text(lenient.Scalar(element))}
		_ = lenient.Decode(element, &label) // a name is no object
		if label.Name != "" {
			*l = append(*l, label)
		}
	}
	return nil
}

// Epic is the epic of an issue. ID is global.
type Epic struct {
	ID    lenient.Int  `json:"id"`
	IID   lenient.Int  `json:"iid"`
	Title lenient.Text `json:"title"`
}

// Iteration is the iteration of an issue. Those of a cadence mostly have no title.
type Iteration struct {
	ID        lenient.Int  `json:"id"`
	Title     lenient.Text `json:"title"`
	StartDate lenient.Text `json:"start_date"`
	DueDate   lenient.Text `json:"due_date"`
}

// References are the ways to refer to an issue.
type References struct {
	Full lenient.Text `json:"full"` // "group/project#7"
}

// User is a user.
type User struct {
	ID       lenient.Int  `json:"id"`
	Username lenient.Text `json:"username"`
	Name     lenient.Text `json:"name"`
}

// IsEmpty reports whether a response contained no user.
func (u *User) IsEmpty() bool { return u.ID == 0 && u.Username == "" }

// Identity returns the username.
func (u *User) Identity() string { return string(u.Username) }

// Milestone is a milestone. ID is global.
type Milestone struct {
	ID    lenient.Int  `json:"id"`
	IID   lenient.Int  `json:"iid"`
	Title lenient.Text `json:"title"`
}

// IsEmpty reports whether a response contained no milestone.
func (m *Milestone) IsEmpty() bool { return m.ID == 0 }

// Identity returns the id.
func (m *Milestone) Identity() string { return fmt.Sprint(m.ID) }

// Note is a comment, or, if it is System, an entry of the history.
type Note struct {
	ID        lenient.Int  `json:"id"`
	Body      lenient.Text `json:"body"`
	Author    User         `json:"author"`
	System    lenient.Bool `json:"system"`
	CreatedAt lenient.Time `json:"created_at"`
}

// IsEmpty reports whether a response contained no note.
func (n *Note) IsEmpty() bool { return n.ID == 0 }

// Identity returns the id.
func (n *Note) Identity() string { return fmt.Sprint(n.ID) }

// MergeRequest is a merge request.
type MergeRequest struct {
	ID           lenient.Int  `json:"id"`
	IID          lenient.Int  `json:"iid"`
	Title        lenient.Text `json:"title"`
	State        lenient.Text `json:"state"` // opened, closed, locked or merged
	Draft        lenient.Bool `json:"draft"`
	Author       User         `json:"author"`
	SourceBranch lenient.Text `json:"source_branch"`
	TargetBranch lenient.Text `json:"target_branch"`
	WebURL       lenient.Text `json:"web_url"`
	UpdatedAt    lenient.Time `json:"updated_at"`
	MergedAt     lenient.Time `json:"merged_at"`
}

// IsEmpty reports whether a response contained no merge request.
func (m *MergeRequest) IsEmpty() bool { return m.ID == 0 && m.IID == 0 }

// Identity returns the id, or else the address.
func (m *MergeRequest) Identity() string {
	if m.ID != 0 {
		return fmt.Sprint(m.ID)
	}
	return string(m.WebURL)
}

// Subscription says whether the token's owner is subscribed.
type Subscription struct {
	Subscribed bool
	Already    bool // it was so before
}

// Todo is a to-do item. Already reports that there was one before.
type Todo struct {
	ID      lenient.Int `json:"id"`
	Already bool        `json:"-"`
}

// TimeStats are the estimate and the spent time of an issue, in seconds, and as
// GitLab writes them.
type TimeStats struct {
	Estimate      lenient.Count `json:"time_estimate"`
	Spent         lenient.Count `json:"total_time_spent"`
	HumanEstimate lenient.Text  `json:"human_time_estimate"`
	HumanSpent    lenient.Text  `json:"human_total_time_spent"`

	// After a write:
	readback.Result `json:"-"`
	ReadErr         error `json:"-"` // why the times could not be read back, if they had to be
}

// IsEmpty reports whether a response contained no times.
func (s *TimeStats) IsEmpty() bool { return s.Estimate.Value == nil && s.Spent.Value == nil }

// Promotion is the result of promoting an issue to an epic.
type Promotion struct {
	Promoted *bool  // nil if the response does not say
	Summary  string // GitLab's own words, if any
	NoteID   int64  // of the comment; 0 if the body contained nothing else
}

// MetricImage is an image of an incident.
type MetricImage struct {
	ID        lenient.Int  `json:"id"`
	Filename  lenient.Text `json:"filename"`
	FilePath  lenient.Text `json:"file_path"`
	URL       lenient.Text `json:"url"`
	URLText   lenient.Text `json:"url_text"`
	CreatedAt lenient.Time `json:"created_at"`

	readback.Result `json:"-"` // after a write
}

// IsEmpty reports whether a response contained no image.
func (m *MetricImage) IsEmpty() bool { return m.ID == 0 }

// Identity returns the id.
func (m *MetricImage) Identity() string { return fmt.Sprint(m.ID) }

// UserAgentDetail says with which program an issue was created.
type UserAgentDetail struct {
	UserAgent        lenient.Text `json:"user_agent"`
	IPAddress        lenient.Text `json:"ip_address"`
	AkismetSubmitted lenient.Bool `json:"akismet_submitted"`
}

// IsEmpty reports whether a response contained neither a program nor an address.
func (d *UserAgentDetail) IsEmpty() bool { return d.UserAgent == "" && d.IPAddress == "" }

// IssueDeletion is the result of deleting an issue.
type IssueDeletion struct {
	Deleted bool
	Title   string // in a dry run
}

// HasPreview reports whether the deletion says more than the request of a dry run.
func (d *IssueDeletion) HasPreview() bool { return d != nil && d.Title != "" }

// IssueTransfer is the issue that was moved or copied to a project, and what it lacks
// of the one before, in silence: the project does not have it, or the token's owner
// may not set it there.
type IssueTransfer struct {
	Issue
	LostLabels, LostAssignees []string
	LostMilestone             string // the title
}

// IssueChange is the result of a write to an issue.
type IssueChange struct {
	Issue Issue // afterwards, as far as a response shows it
	readback.Result
	ReadErr error // why the issue could not be read back, if it had to be

	// What an update replaced, which no later request shows.
	PreviousLabels, PreviousAssignees []string

	AbsentLabels    []string // labels to remove that the issue did not have
	DisplacedLabels []string // requested labels that another requested one of the same scope displaced
	ReplacedLabels  []string // labels that the issue had, and that an added one of the same scope replaced

	Diff      string // the lines of the description that textedit.Changes changed
	Unchanged bool   // whether the issue already was as requested, so that nothing was sent
}

// HasPreview reports whether the change says more than the request of a dry run.
func (c *IssueChange) HasPreview() bool {
	return c != nil && (c.Unchanged || c.Diff != "" || len(c.PreviousLabels)+len(c.PreviousAssignees)+len(c.AbsentLabels) > 0)
}

// Deviation is a field that is not as requested.
type Deviation = readback.Deviation

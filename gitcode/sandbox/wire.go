package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// The structs named wire are the JSON of responses. They include members that
// no client needs, so that responses are about as large as the service's.

type wireUser struct {
	AvatarURL string  `json:"avatar_url"`
	EventsURL *string `json:"events_url"`
	Followers *string `json:"followers_url"`
	HTMLURL   string  `json:"html_url"`
	ID        string  `json:"id"`
	Login     string  `json:"login"`
	Name      string  `json:"name"`
	Remark    *string `json:"remark"`
	ReposURL  *string `json:"repos_url"`
	Type      string  `json:"type"`
	URL       *string `json:"url"`
}

//go:noinline
func (u *user) wire() *wireUser {
	if u == nil {
		return nil
	}
	return &wireUser{
		AvatarURL: "https://cdn-img.gitcode.com/" + u.id + ".png",
		HTMLURL:   "https://gitcode.com/" + u.login,
		ID:        u.id, Login: u.login, Name: u.name, Type: "User",
	}
}

func wireUsers(users []*user) []*wireUser {
	list := make([]*wireUser, len(users))
	for i, u := range users {
		list[i] = u.wire()
	}
	return list
}

type wireLabel struct {
	ID         int    `json:"id"`
	Name       string `json:"name"`
	Color      string `json:"color"`
	Repository int    `json:"repository_id"`
	TextColor  string `json:"text_color"`
}

func (l *label) wire(repository int) wireLabel {
	return wireLabel{ID: l.ID, Name: l.Name, Color: l.Color, Repository: repository, TextColor: "#FFFFFF"}
}

func wireLabels(labels []*label, repository int) []wireLabel {
	list := make([]wireLabel, len(labels))
	for i, l := range labels {
		list[i] = l.wire(repository)
	}
	return list
}

type wireMilestone struct {
	Number  int    `json:"number"`
	Title   string `json:"title"`
	State   string `json:"state"`
	HTMLURL string `json:"html_url"`
}

func (m *milestone) wire(r *repo) *wireMilestone {
	if m == nil {
		return nil
	}
	return &wireMilestone{
		Number: m.Number, Title: m.Title, State: m.state(),
		HTMLURL: fmt.Sprintf("https://gitcode.com/%s/milestones/%d", r.fullName(), m.PageNo),
	}
}

type wireRepository struct {
	ID       int      `json:"id"`
	FullName string   `json:"full_name"`
	Path     string   `json:"path"`
	Name     string   `json:"name"`
	Assigner struct{} `json:"assigner"`
	PaaS     string   `json:"paas"`
}

// wireWrittenIssue is an issue in the response to a create or an update. It has
// no milestone, only one assignee, and no workflow status, type or priority.
type wireWrittenIssue struct {
	ID         int            `json:"id"`
	HTMLURL    string         `json:"html_url"`
	Number     string         `json:"number"`
	State      string         `json:"state"`
	Title      string         `json:"title"`
	Body       string         `json:"body"`
	User       *wireUser      `json:"user"`
	Assignee   *wireUser      `json:"assignee"`
	Repository wireRepository `json:"repository"`
	CreatedAt  string         `json:"created_at"`
	UpdatedAt  string         `json:"updated_at"`
	FinishedAt string         `json:"finished_at"`
	Labels     []wireLabel    `json:"labels"`
}

// wireIssue is an issue in the response to a read.
type wireIssue struct {
	wireWrittenIssue
	Assignees      []*wireUser    `json:"assignees"`
	Milestone      *wireMilestone `json:"milestone"`
	IssueState     string         `json:"issue_state,omitempty"`
	IssueType      string         `json:"issue_type,omitempty"`
	Priority       int            `json:"priority"`
	StateDetail    wireState      `json:"issue_state_detail"`
	TypeDetail     wireType       `json:"issue_type_detail"`
	PriorityDetail wirePriority   `json:"issue_priority_detail"`
	Visibility     string         `json:"visibility_reason"`
	Comments       int            `json:"comments"`
	ParentID       int            `json:"parent_id"`
	CustomFields   []wireField    `json:"custom_fields"`
}

type wireState struct {
	Title  string `json:"title"`
	Serial int    `json:"serial"`
	ID     int    `json:"id"`
}

type wireType struct {
	Title    string `json:"title"`
	ID       int    `json:"id"`
	IsSystem bool   `json:"is_system"`
}

type wirePriority struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func (i *issue) wireWritten() wireWrittenIssue {
	w := wireWrittenIssue{
		ID:         i.ID,
		HTMLURL:    fmt.Sprintf("https://gitcode.com/%s/issues/%d", i.repo.fullName(), i.Number),
		Number:     strconv.Itoa(i.Number),
		State:      "open",
		Title:      i.Title,
		Body:       i.Body,
		User:       i.Author.wire(),
		Repository: wireRepository{ID: i.repo.ID, FullName: i.repo.Owner + " / " + i.repo.Path, Path: i.repo.Path, Name: i.repo.Path},
		CreatedAt:  formatTime(i.Created),
		UpdatedAt:  formatTime(i.Updated),
		FinishedAt: formatTime(i.Finished),
		Labels:     wireLabels(i.Labels, i.repo.ID),
	}
	if i.Closed {
		w.State = "closed"
	}
	if len(i.Assignees) > 0 {
		w.Assignee = i.Assignees[0].wire()
	}
	return w
}

func (i *issue) wire() wireIssue {
	w := wireIssue{
		wireWrittenIssue: i.wireWritten(),
		Assignees:        wireUsers(i.Assignees),
		Milestone:        i.Milestone.wire(i.repo),
		IssueState:       i.Status,
		IssueType:        i.IssueType,
		Priority:         i.Priority,
		StateDetail:      wireState{Title: i.Status, Serial: slices.Index(statuses, i.Status), ID: statusID(i.Status)},
		TypeDetail:       wireType{Title: i.IssueType, ID: typeID(i.IssueType), IsSystem: true},
		PriorityDetail:   wirePriority{ID: strconv.Itoa(i.Priority), Title: priorityTitle(i.Priority)},
		Visibility:       "public",
		Comments:         len(i.Comments),
		CustomFields:     i.CustomFields,
	}
	if i.Private {
		w.Visibility = "confidential"
	}
	return w
}

// wireWithoutFlat omits the status and the type but for their details, as the
// list of a user's issues does.
func (i *issue) wireWithoutFlat() wireIssue {
	w := i.wire()
	w.IssueState, w.IssueType = "", ""
	return w
}

// wireTarget misspells the key of the issue's number, as the service does.
type wireTarget struct {
	Issue struct {
		ID     int    `json:"id"`
		Title  string `json:"title"`
		Nubmer int    `json:"nubmer"`
	} `json:"issue"`
}

type wireComment struct {
	ID        int        `json:"id"`
	Body      string     `json:"body"`
	User      *wireUser  `json:"user"`
	Target    wireTarget `json:"target"`
	CreatedAt string     `json:"created_at"`
	UpdatedAt string     `json:"updated_at"`
}

func (c *comment) wire(i *issue) wireComment {
	w := wireComment{ID: c.ID, Body: c.Body, User: c.Author.wire(), CreatedAt: formatTime(c.Created), UpdatedAt: formatTime(c.Updated)}
	w.Target.Issue.ID, w.Target.Issue.Title, w.Target.Issue.Nubmer = i.ID, i.Title, i.Number
	return w
}

type wireBranch struct {
	Ref      string    `json:"ref"`
	Assigner *wireUser `json:"assigner"`
}

type wirePull struct {
	ID        int         `json:"id"`
	HTMLURL   string      `json:"html_url"`
	Number    int         `json:"number"`
	State     string      `json:"state"`
	Title     string      `json:"title"`
	CreatedAt string      `json:"created_at"`
	UpdatedAt string      `json:"updated_at"`
	Head      wireBranch  `json:"head"`
	Base      wireBranch  `json:"base"`
	Assignees []*wireUser `json:"assignees"`
	Testers   []*wireUser `json:"testers"`
	Labels    []wireLabel `json:"labels"`
	Mergeable *bool       `json:"can_merge_check,omitempty"`
}

func (p *pull) wire(mergeable bool) wirePull {
	w := wirePull{
		ID:        p.ID,
		HTMLURL:   fmt.Sprintf("https://gitcode.com/%s/merge_requests/%d", p.Repo, p.Number),
		Number:    p.Number,
		State:     p.State,
		Title:     p.Title,
		CreatedAt: formatTime(p.Created),
		UpdatedAt: formatTime(p.Updated),
		Head:      wireBranch{Ref: p.Head, Assigner: p.Author.wire()},
		Base:      wireBranch{Ref: p.Base},
		Assignees: wireUsers(p.Assignees),
		Testers:   wireUsers(p.Testers),
		Labels:    wireLabels(p.Labels, 0),
	}
	if mergeable {
		w.Mergeable = &p.Mergeable
	}
	return w
}

type wireLog struct {
	ID         int         `json:"id"`
	User       *wireUser   `json:"user"`
	Content    string      `json:"content"`
	CreatedAt  string      `json:"created_at"`
	ActionType string      `json:"action_type"`
	UpdateAt   string      `json:"update_at"` // sic
	Title      *string     `json:"title"`
	Head       *wireBranch `json:"head"`
	Base       *wireBranch `json:"base"`
	IssueID    string      `json:"issue_id"`
}

func (e *logEntry) wire(i *issue) wireLog {
	w := wireLog{
		ID: e.ID, User: e.Author.wire(), Content: e.Content, ActionType: e.Action,
		CreatedAt: formatTime(e.Created), UpdateAt: formatTime(e.Created), IssueID: strconv.Itoa(i.ID),
	}
	if p := e.Pull; p != nil {
		w.Title, w.Head, w.Base = &p.Title, &wireBranch{Ref: p.Head}, &wireBranch{Ref: p.Base}
	}
	return w
}

// formatTime formats a time as the service does. The zero time is "".
func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(beijing()).Format(time.RFC3339)
}

package sandbox

import (
	"fmt"
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

func (u *user) wire() *wireUser {
	if u == nil {
		return nil
	}
	return &wireUser{
		AvatarURL: "https://cdn-img.gitcode.com/" + u.ID + ".png",
		HTMLURL:   "https://gitcode.com/" + u.Login,
		ID:        u.ID, Login: u.Login, Name: u.Name, Type: "User",
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

func wireLabels(labels []*label, repository int) []wireLabel {
	list := make([]wireLabel, len(labels))
	for i, l := range labels {
		list[i] = wireLabel{ID: l.ID, Name: l.Name, Color: l.Color, Repository: repository, TextColor: "#FFFFFF"}
	}
	return list
}

type wireMilestone struct {
	Number int    `json:"number"`
	Title  string `json:"title"`
	State  string `json:"state"`
}

type wireRepository struct {
	ID       int      `json:"id"`
	FullName string   `json:"full_name"`
	Path     string   `json:"path"`
	Name     string   `json:"name"`
	Assigner struct{} `json:"assigner"`
	PaaS     string   `json:"paas"`
}

type wireIssue struct {
	ID         int            `json:"id"`
	HTMLURL    string         `json:"html_url"`
	Number     string         `json:"number"`
	State      string         `json:"state"`
	Title      string         `json:"title"`
	Body       string         `json:"body"`
	User       *wireUser      `json:"user"`
	Assignee   *wireUser      `json:"assignee"`
	Assignees  []*wireUser    `json:"assignees"`
	Repository wireRepository `json:"repository"`
	Milestone  *wireMilestone `json:"milestone"`
	CreatedAt  string         `json:"created_at"`
	UpdatedAt  string         `json:"updated_at"`
	FinishedAt string         `json:"finished_at"`
	Labels     []wireLabel    `json:"labels"`
	IssueState string         `json:"issue_state"`
	IssueType  string         `json:"issue_type"`
	Priority   int            `json:"priority"`
	Comments   int            `json:"comments"`
	ParentID   int            `json:"parent_id"`
}

func (i *issue) wire() wireIssue {
	w := wireIssue{
		ID:         i.ID,
		HTMLURL:    fmt.Sprintf("https://gitcode.com/%s/issues/%d", i.repo.fullName(), i.Number),
		Number:     strconv.Itoa(i.Number),
		State:      "open",
		Title:      i.Title,
		Body:       i.Body,
		User:       i.Author.wire(),
		Assignees:  wireUsers(i.Assignees),
		Repository: wireRepository{ID: i.repo.ID, FullName: i.repo.Owner + " / " + i.repo.Path, Path: i.repo.Path, Name: i.repo.Path},
		CreatedAt:  formatTime(i.Created),
		UpdatedAt:  formatTime(i.Updated),
		FinishedAt: formatTime(i.Finished),
		Labels:     wireLabels(i.Labels, i.repo.ID),
		IssueState: i.Status,
		IssueType:  i.IssueType,
		Comments:   len(i.Comments),
	}
	if i.Closed {
		w.State = "closed"
	}
	if len(i.Assignees) > 0 {
		w.Assignee = i.Assignees[0].wire()
	}
	if m := i.Milestone; m != nil {
		w.Milestone = &wireMilestone{Number: m.Number, Title: m.Title, State: "active"}
	}
	return w
}

func wireIssues(issues []*issue) []wireIssue {
	list := make([]wireIssue, len(issues))
	for n, i := range issues {
		list[n] = i.wire()
	}
	return list
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
	return t.In(beijing).Format(time.RFC3339)
}

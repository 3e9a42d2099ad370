package sandbox

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
)

// The structs named wire are the JSON of responses.

type wireUser struct {
	ID          int     `json:"id"`
	Username    string  `json:"username"`
	PublicEmail string  `json:"public_email"`
	Name        string  `json:"name"`
	State       string  `json:"state"`
	Locked      bool    `json:"locked"`
	AvatarURL   *string `json:"avatar_url"`
	WebURL      string  `json:"web_url"`
}

//go:noinline
func wireUserOf(r *request, u *user) *wireUser {
	if u == nil {
		return nil
	}
	return &wireUser{ID: u.id, Username: u.username, Name: u.name, State: "active", WebURL: r.web + "/" + u.username}
}

func wireUsers(r *request, names []string) []*wireUser {
	list := []*wireUser{}
	for _, name := range names {
		list = append(list, wireUserOf(r, findUser(name)))
	}
	return list
}

// wireProfile is the user of the token.
type wireProfile struct {
	wireUser
	Created string `json:"created_at"`
	Email   string `json:"email"`
	IsAdmin bool   `json:"is_admin,omitempty"`
}

type wireMilestone struct {
	ID          int     `json:"id"`
	IID         int     `json:"iid"`
	ProjectID   int     `json:"project_id,omitempty"`
	GroupID     int     `json:"group_id,omitempty"`
	Title       string  `json:"title"`
	Description *string `json:"description"`
	State       string  `json:"state"`
	Created     string  `json:"created_at"`
	Updated     string  `json:"updated_at"`
	Due         *string `json:"due_date"`
	Start       *string `json:"start_date"`
	Expired     bool    `json:"expired"`
	WebURL      string  `json:"web_url"`
}

// wireMilestone finds out to which project or group a milestone belongs.
func (s *Sandbox) wireMilestone(r *request, m *milestone) *wireMilestone {
	if m == nil {
		return nil
	}
	w := &wireMilestone{
		ID: m.ID, IID: m.IID, Title: m.Title, Description: optional(m.Description), State: "active",
		Created: formatTime(m.Created), Updated: formatTime(m.Updated), Due: optional(m.Due), Start: optional(m.Start),
		Expired: m.Due != "" && m.Due < time.Now().UTC().Format(time.DateOnly),
	}
	if m.Closed {
		w.State = "closed"
	}
	for _, p := range s.Projects {
		for _, other := range p.Milestones {
			if other == m {
				w.ProjectID, w.WebURL = p.ID, fmt.Sprintf("%s/%s/-/milestones/%d", r.web, p.Path, m.IID)
			}
		}
	}
	for _, g := range s.Groups {
		for _, other := range g.Milestones {
			if other == m {
				w.GroupID, w.WebURL = g.ID, fmt.Sprintf("%s/groups/%s/-/milestones/%d", r.web, g.Path, m.IID)
			}
		}
	}
	return w
}

type wireLabel struct {
	ID              int     `json:"id"`
	Name            string  `json:"name"`
	Color           string  `json:"color"`
	Description     *string `json:"description"`
	DescriptionHTML string  `json:"description_html"`
	TextColor       string  `json:"text_color"`
}

func wireLabelOf(l *label) wireLabel {
	return wireLabel{ID: l.ID, Name: l.Name, Color: l.Color, Description: optional(l.Description), DescriptionHTML: l.Description, TextColor: "#FFFFFF"}
}

func (s *Sandbox) wireLabels(i *issue) []wireLabel {
	labels := []wireLabel{}
	for _, name := range i.Labels {
		if l := s.findLabel(i.project, name); l != nil {
			labels = append(labels, wireLabelOf(l))
		}
	}
	return labels
}

// wireProject is a project, also as the sandbox abbreviates it in a to-do item.
type wireProject struct {
	ID                int     `json:"id"`
	Description       *string `json:"description"`
	Name              string  `json:"name"`
	NameWithNamespace string  `json:"name_with_namespace"`
	Path              string  `json:"path"`
	PathWithNamespace string  `json:"path_with_namespace"`
	Created           string  `json:"created_at"`
	DefaultBranch     string  `json:"default_branch"`
	WebURL            string  `json:"web_url"`
	Visibility        string  `json:"visibility"`
	Archived          bool    `json:"archived"`
	IssuesEnabled     bool    `json:"issues_enabled"`
	OpenIssues        int     `json:"open_issues_count"`
}

func (s *Sandbox) wireProject(r *request, p *project) wireProject {
	w := wireProject{
		ID: p.ID, Description: optional(p.Description), Name: p.Name, NameWithNamespace: strings.ReplaceAll(path.Dir(p.Path), "/", " / ") + " / " + p.Name,
		Path: path.Base(p.Path), PathWithNamespace: p.Path, Created: formatTime(p.Created), DefaultBranch: "main",
		WebURL: r.web + "/" + p.Path, Visibility: "public", Archived: p.Archived, IssuesEnabled: !p.NoIssues,
	}
	if p.Private {
		w.Visibility = "private"
	}
	for _, i := range p.Issues {
		if !i.Closed {
			w.OpenIssues++
		}
	}
	return w
}

type wireReferences struct {
	Short    string `json:"short"`
	Relative string `json:"relative"`
	Full     string `json:"full"`
}

type wireMergeRequest struct {
	ID            int            `json:"id"`
	IID           int            `json:"iid"`
	ProjectID     int            `json:"project_id"`
	Title         string         `json:"title"`
	Description   *string        `json:"description"`
	State         string         `json:"state"`
	Created       string         `json:"created_at"`
	Updated       string         `json:"updated_at"`
	MergedAt      *string        `json:"merged_at"`
	TargetBranch  string         `json:"target_branch"`
	SourceBranch  string         `json:"source_branch"`
	UserNotes     int            `json:"user_notes_count"`
	Upvotes       int            `json:"upvotes"`
	Downvotes     int            `json:"downvotes"`
	Author        *wireUser      `json:"author"`
	Assignees     []*wireUser    `json:"assignees"`
	SourceProject int            `json:"source_project_id"`
	TargetProject int            `json:"target_project_id"`
	Labels        []string       `json:"labels"`
	Draft         bool           `json:"draft"`
	MergeStatus   string         `json:"merge_status"`
	WebURL        string         `json:"web_url"`
	References    wireReferences `json:"references"`
}

func wireMergeRequestOf(r *request, p *project, m *mergeRequest) wireMergeRequest {
	short := "!" + strconv.Itoa(m.IID)
	return wireMergeRequest{
		ID: m.ID, IID: m.IID, ProjectID: p.ID, Title: m.Title, Description: optional(m.Description), State: m.State,
		Created: formatTime(m.Created), Updated: formatTime(m.Updated), MergedAt: optionalTime(m.MergedAt),
		TargetBranch: "main", SourceBranch: m.Branch, Author: wireUserOf(r, findUser(m.Author)), Assignees: []*wireUser{},
		SourceProject: p.ID, TargetProject: p.ID, Labels: []string{}, MergeStatus: "can_be_merged",
		WebURL:     fmt.Sprintf("%s/%s/-/merge_requests/%d", r.web, p.Path, m.IID),
		References: wireReferences{short, short, p.Path + short},
	}
}

// optional returns a text, or nil if it is empty.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// formatTime formats a time as the service does.
func formatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// optionalTime formats a time. The zero time is nil.
func optionalTime(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := formatTime(t)
	return &text
}

package sandbox

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The structs named wire are the JSON of responses, with all members that GitHub
// describes as required, so that responses are about as large as the service's.

type wireUser struct {
	Login         string `json:"login"`
	ID            int    `json:"id"`
	NodeID        string `json:"node_id"`
	Avatar        string `json:"avatar_url"`
	Gravatar      string `json:"gravatar_id"`
	URL           string `json:"url"`
	HTMLURL       string `json:"html_url"`
	Followers     string `json:"followers_url"`
	Following     string `json:"following_url"`
	Gists         string `json:"gists_url"`
	Starred       string `json:"starred_url"`
	Subscriptions string `json:"subscriptions_url"`
	Organizations string `json:"organizations_url"`
	Repos         string `json:"repos_url"`
	Events        string `json:"events_url"`
	Received      string `json:"received_events_url"`
	Type          string `json:"type"`
	SiteAdmin     bool   `json:"site_admin"`
}

func wireUserOf(r *request, u *user) *wireUser {
	if u == nil {
		return nil
	}
	api := r.baseURL() + "/users/" + u.login
	return &wireUser{
		Login: u.login, ID: u.id, NodeID: nodeID("User", u.id),
		Avatar: fmt.Sprintf("%s/avatars/u/%d", r.webURL(), u.id), URL: api, HTMLURL: r.webURL() + "/" + u.login,
		Followers: api + "/followers", Following: api + "/following{/other_user}", Gists: api + "/gists{/gist_id}",
		Starred: api + "/starred{/owner}{/repo}", Subscriptions: api + "/subscriptions", Organizations: api + "/orgs",
		Repos: api + "/repos", Events: api + "/events{/privacy}", Received: api + "/received_events", Type: "User",
	}
}

// wireOwner returns the owner of a repository, which may be the organization.
func wireOwner(r *request, login string) *wireUser {
	if login != org {
		return wireUserOf(r, findUser(login))
	}
	w := wireUserOf(r, &user{id: 5001, login: org})
	w.Type = "Organization"
	return w
}

func wireUsers(r *request, people []*user) []*wireUser {
	list := []*wireUser{}
	for _, u := range people {
		list = append(list, wireUserOf(r, u))
	}
	return list
}

type wireLabel struct {
	ID          int     `json:"id"`
	NodeID      string  `json:"node_id"`
	URL         string  `json:"url"`
	Name        string  `json:"name"`
	Color       string  `json:"color"`
	Default     bool    `json:"default"`
	Description *string `json:"description"`
}

func wireLabelOf(r *request, repo *repo, l *label) wireLabel {
	w := wireLabel{
		ID: l.ID, NodeID: nodeID("Label", l.ID), Name: l.Name, Color: l.Color, Default: l.Default,
		URL: r.baseURL() + "/repos/" + repo.fullName() + "/labels/" + url.PathEscape(l.Name),
	}
	if l.Description != "" {
		w.Description = &l.Description
	}
	return w
}

type wireMilestone struct {
	URL          string    `json:"url"`
	HTMLURL      string    `json:"html_url"`
	LabelsURL    string    `json:"labels_url"`
	ID           int       `json:"id"`
	NodeID       string    `json:"node_id"`
	Number       int       `json:"number"`
	Title        string    `json:"title"`
	Description  *string   `json:"description"`
	Creator      *wireUser `json:"creator"`
	OpenIssues   int       `json:"open_issues"`
	ClosedIssues int       `json:"closed_issues"`
	State        string    `json:"state"`
	Created      string    `json:"created_at"`
	Updated      string    `json:"updated_at"`
	DueOn        *string   `json:"due_on"`
	Closed       *string   `json:"closed_at"`
}

func wireMilestoneOf(r *request, repo *repo, m *milestone) *wireMilestone {
	if m == nil {
		return nil
	}
	number := strconv.Itoa(m.Number)
	w := &wireMilestone{
		URL:     r.baseURL() + "/repos/" + repo.fullName() + "/milestones/" + number,
		HTMLURL: r.webURL() + "/" + repo.fullName() + "/milestone/" + number,
		ID:      m.ID, NodeID: nodeID("Milestone", m.ID), Number: m.Number, Title: m.Title,
		Creator: wireUserOf(r, findUser(m.Creator)), State: stateName(m.Closed),
		Created: m.Created.Format(time.RFC3339), Updated: m.Updated.Format(time.RFC3339),
		DueOn: formatTime(m.DueOn), Closed: formatTime(m.ClosedAt),
	}
	w.LabelsURL = w.URL + "/labels"
	if m.Description != "" {
		w.Description = &m.Description
	}
	w.OpenIssues, w.ClosedIssues = repo.countIssues(m.Number)
	return w
}

// countIssues returns the numbers of open and of closed issues of a milestone.
func (r *repo) countIssues(milestone int) (open, closed int) {
	for _, i := range r.Issues {
		switch {
		case i.Milestone != milestone:
		case i.Closed:
			closed++
		default:
			open++
		}
	}
	return open, closed
}

type wireType struct {
	ID          int    `json:"id"`
	NodeID      string `json:"node_id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Color       string `json:"color"`
	IsEnabled   bool   `json:"is_enabled"`
}

// issueType is a kind of issue, which only organizations have.
type issueType struct{ name, description, color string }

var issueTypes = []issueType{
	{"Task", "A specific piece of work", "yellow"},
	{"Bug", "An unexpected problem or behavior", "red"},
	{"Feature", "A request, idea, or new functionality", "blue"},
}

func wireTypeOf(name string) *wireType {
	for n, t := range issueTypes {
		if t.name == name {
			return &wireType{ID: 71 + n, NodeID: nodeID("IssueType", 71+n), Name: t.name, Description: t.description, Color: t.color, IsEnabled: true}
		}
	}
	return nil
}

type wireReactions struct {
	URL      string `json:"url"`
	Total    int    `json:"total_count"`
	PlusOne  int    `json:"+1"`
	MinusOne int    `json:"-1"`
	Laugh    int    `json:"laugh"`
	Hooray   int    `json:"hooray"`
	Confused int    `json:"confused"`
	Heart    int    `json:"heart"`
	Rocket   int    `json:"rocket"`
	Eyes     int    `json:"eyes"`
}

// nodeID returns an opaque id, as GraphQL uses it.
func nodeID(kind string, id int) string {
	return strings.TrimRight(base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "0%d:%s%d", len(kind), kind, id)), "=")
}

func stateName(closed bool) string {
	if closed {
		return "closed"
	}
	return "open"
}

// formatTime formats a time as the service does. The zero time is nil.
func formatTime(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.Format(time.RFC3339)
	return &text
}

package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The structs named wire are the JSON of responses, with all members that GitHub
// describes as required, so that responses are about as large as the service's.

// wireUser is a user, or null.
type wireUser = json.RawMessage

// userJSON has these verbs: login, id, node_id, address of the web page, address
// in the API, address of the avatars, type.
const userJSON = `{"login":%[1]q,"id":%[2]d,"node_id":%[3]q,"avatar_url":"%[6]s/%[2]d","gravatar_id":"",
"url":%[5]q,"html_url":%[4]q,"followers_url":"%[5]s/followers","following_url":"%[5]s/following{/other_user}",
"gists_url":"%[5]s/gists{/gist_id}","starred_url":"%[5]s/starred{/owner}{/repo}","subscriptions_url":"%[5]s/subscriptions",
"organizations_url":"%[5]s/orgs","repos_url":"%[5]s/repos","events_url":"%[5]s/events{/privacy}",
"received_events_url":"%[5]s/received_events","type":%[7]q,"site_admin":false}`

func wireUserOf(r *request, u *user) wireUser {
	if u == nil {
		return nil
	}
	kind := "User"
	if u.login == org {
		kind = "Organization"
	}
	web := r.web
	return fmt.Appendf(nil, userJSON, u.login, u.id, nodeID("User", u.id), web+"/"+u.login, r.baseURL()+"/users/"+u.login, web+"/avatars/u", kind)
}

// wireOwner returns the owner of a repository, which may be the organization.
func wireOwner(r *request, login string) wireUser {
	if login == org {
		return wireUserOf(r, &user{id: 5001, login: org})
	}
	return wireUserOf(r, findUser(login))
}

func wireUsers(r *request, people []*user) []wireUser {
	list := []wireUser{}
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
	URL          string   `json:"url"`
	HTMLURL      string   `json:"html_url"`
	LabelsURL    string   `json:"labels_url"`
	ID           int      `json:"id"`
	NodeID       string   `json:"node_id"`
	Number       int      `json:"number"`
	Title        string   `json:"title"`
	Description  *string  `json:"description"`
	Creator      wireUser `json:"creator"`
	OpenIssues   int      `json:"open_issues"`
	ClosedIssues int      `json:"closed_issues"`
	State        string   `json:"state"`
	Created      string   `json:"created_at"`
	Updated      string   `json:"updated_at"`
	DueOn        *string  `json:"due_on"`
	Closed       *string  `json:"closed_at"`
}

func wireMilestoneOf(r *request, repo *repo, m *milestone) *wireMilestone {
	if m == nil {
		return nil
	}
	number := strconv.Itoa(m.Number)
	w := &wireMilestone{
		URL:     r.baseURL() + "/repos/" + repo.fullName() + "/milestones/" + number,
		HTMLURL: r.web + "/" + repo.fullName() + "/milestone/" + number,
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

// issueType is a kind of issue, which only organizations have.
type issueType struct{ name, description, color string }

var issueTypes = []issueType{
	{"Task", "A specific piece of work", "yellow"},
	{"Bug", "An unexpected problem or behavior", "red"},
	{"Feature", "A request, idea, or new functionality", "blue"},
}

// wireTypeOf returns an issue type, or null.
func wireTypeOf(name string) json.RawMessage {
	for n, t := range issueTypes {
		if t.name == name {
			return fmt.Appendf(nil, `{"id":%d,"node_id":%q,"name":%q,"description":%q,"color":%q,"is_enabled":true}`,
				71+n, nodeID("IssueType", 71+n), t.name, t.description, t.color)
		}
	}
	return nil
}

// wireReactions returns the reactions to an issue or a comment, of which there
// are none.
func wireReactions(url string) json.RawMessage {
	return fmt.Appendf(nil, `{"url":"%s/reactions","total_count":0,"+1":0,"-1":0,"laugh":0,"hooray":0,"confused":0,"heart":0,"rocket":0,"eyes":0}`, url)
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

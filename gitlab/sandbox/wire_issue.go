package sandbox

import (
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
)

type wireIssue struct {
	ID               int             `json:"id"`
	IID              int             `json:"iid"`
	ProjectID        int             `json:"project_id"`
	Title            string          `json:"title"`
	Description      *string         `json:"description"`
	State            string          `json:"state"`
	Created          string          `json:"created_at"`
	Updated          string          `json:"updated_at"`
	ClosedAt         *string         `json:"closed_at"`
	ClosedBy         *wireUser       `json:"closed_by"`
	Labels           any             `json:"labels"` // names, or details
	Milestone        *wireMilestone  `json:"milestone"`
	Assignees        []*wireUser     `json:"assignees"`
	Author           *wireUser       `json:"author"`
	Kind             string          `json:"type"`
	Assignee         *wireUser       `json:"assignee"`
	UserNotes        int             `json:"user_notes_count"`
	MergeRequests    int             `json:"merge_requests_count"`
	Upvotes          int             `json:"upvotes"`
	Downvotes        int             `json:"downvotes"`
	Due              *string         `json:"due_date"`
	Confidential     bool            `json:"confidential"`
	DiscussionLocked *bool           `json:"discussion_locked"`
	Type             string          `json:"issue_type"`
	WebURL           string          `json:"web_url"`
	TimeStats        wireTimeStats   `json:"time_stats"`
	Tasks            json.RawMessage `json:"task_completion_status"`
	BlockingIssues   int             `json:"blocking_issues_count"`
	HasTasks         bool            `json:"has_tasks"`
	Links            wireLinks       `json:"_links"`
	References       wireReferences  `json:"references"`
	Severity         string          `json:"severity"`
	MovedTo          *int            `json:"moved_to_id"`
	ServiceDesk      *string         `json:"service_desk_reply_to"`
	Subscribed       *bool           `json:"subscribed,omitempty"` // of a single issue
	*wirePlans
}

// wirePlans are the members that only an instance with Premium has.
type wirePlans struct {
	Weight    *int           `json:"weight"`
	EpicIID   *int           `json:"epic_iid"`
	Epic      *wireEpic      `json:"epic"`
	Iteration *wireIteration `json:"iteration"`
}

type wireEpic struct {
	ID      int    `json:"id"`
	IID     int    `json:"iid"`
	Title   string `json:"title"`
	URL     string `json:"url"`
	GroupID int    `json:"group_id"`
}

type wireIteration struct {
	ID      int    `json:"id"`
	IID     int    `json:"iid"`
	GroupID int    `json:"group_id"`
	Title   string `json:"title"`
	State   int    `json:"state"`
	Start   string `json:"start_date"`
	Due     string `json:"due_date"`
	WebURL  string `json:"web_url"`
}

type wireLinks struct {
	Self    string  `json:"self"`
	Notes   string  `json:"notes"`
	Emoji   string  `json:"award_emoji"`
	Project string  `json:"project"`
	Closed  *string `json:"closed_as_duplicate_of"`
}

// reference returns how an issue is referred to from a project or a group: with
// as much of the path as is needed.
func (i *issue) reference(from string) string {
	number := "#" + strconv.Itoa(i.IID)
	switch {
	case strings.EqualFold(from, i.project.Path):
		return number
	case strings.EqualFold(from, path.Dir(i.project.Path)):
		return path.Base(i.project.Path) + number
	}
	return i.project.Path + number
}

// wireIssue returns an issue as a row of a list.
func (s *Sandbox) wireIssue(r *request, i *issue) wireIssue {
	p := i.project
	project := r.baseURL() + "/projects/" + strconv.Itoa(p.ID)
	self := project + "/issues/" + strconv.Itoa(i.IID)
	w := wireIssue{
		ID: i.ID, IID: i.IID, ProjectID: p.ID, Title: i.Title, Description: optional(i.Description), State: i.state(),
		Created: formatTime(i.Created), Updated: formatTime(i.Updated), ClosedAt: optionalTime(i.ClosedAt), ClosedBy: wireUserOf(r, findUser(i.ClosedBy)),
		Labels: i.Labels, Milestone: s.wireMilestone(r, s.findMilestone(p, i.Milestone)), Assignees: wireUsers(r, i.Assignees),
		Author: wireUserOf(r, findUser(i.Author)), Kind: strings.ToUpper(i.Type), Type: i.Type,
		Upvotes: i.count("thumbsup"), Downvotes: i.count("thumbsdown"), Due: optional(i.Due), Confidential: i.Confidential, DiscussionLocked: i.Locked,
		WebURL: fmt.Sprintf("%s/%s/-/issues/%d", r.web, p.Path, i.IID), TimeStats: i.timeStats(),
		Tasks: json.RawMessage(`{"count":0,"completed_count":0}`), Severity: "UNKNOWN",
		Links:      wireLinks{Self: self, Notes: self + "/notes", Emoji: self + "/award_emoji", Project: project},
		References: wireReferences{i.reference(p.Path), i.reference(p.Path), i.reference("")},
	}
	for _, n := range i.Notes {
		if !n.System {
			w.UserNotes++
		}
	}
	for _, m := range p.MergeRequests {
		for _, iid := range m.Closes {
			if iid == i.IID {
				w.MergeRequests++
			}
		}
	}
	if len(w.Assignees) > 0 {
		w.Assignee = w.Assignees[0]
	}
	if i.MovedTo != 0 {
		w.MovedTo = &i.MovedTo
	}
	if !s.Free {
		w.wirePlans = s.wirePlans(r, i)
	}
	return w
}

func (s *Sandbox) wirePlans(r *request, i *issue) *wirePlans {
	w := &wirePlans{Weight: i.Weight}
	if e, g := s.findEpic(i.project, i.Epic); e != nil {
		w.EpicIID = &e.IID
		w.Epic = &wireEpic{e.ID, e.IID, e.Title, fmt.Sprintf("/groups/%s/-/epics/%d", g.Path, e.IID), g.ID}
	}
	if n, g := s.findIteration(i.project, i.Iteration); n != nil {
		w.Iteration = &wireIteration{n.ID, n.IID, g.ID, n.Title, 2, n.Start, n.Due, fmt.Sprintf("%s/groups/%s/-/iterations/%d", r.web, g.Path, n.ID)}
	}
	return w
}

// singleIssue returns an issue with what only a single one has.
func (s *Sandbox) singleIssue(r *request, i *issue) wireIssue {
	w := s.wireIssue(r, i)
	subscribed := i.isSubscribed(r.user)
	w.Subscribed = &subscribed
	return w
}

func (i *issue) state() string {
	if i.Closed {
		return "closed"
	}
	return "opened"
}

// count returns how many users reacted with an emoji.
func (i *issue) count(name string) int {
	n := 0
	for _, e := range i.Emoji {
		if e.Name == name {
			n++
		}
	}
	return n
}

package sandbox

import (
	"strconv"
	"time"
)

type wireIssue struct {
	URL           string         `json:"url"`
	RepositoryURL string         `json:"repository_url"`
	LabelsURL     string         `json:"labels_url"`
	CommentsURL   string         `json:"comments_url"`
	EventsURL     string         `json:"events_url"`
	HTMLURL       string         `json:"html_url"`
	ID            int            `json:"id"`
	NodeID        string         `json:"node_id"`
	Number        int            `json:"number"`
	Title         string         `json:"title"`
	User          *wireUser      `json:"user"`
	Labels        []wireLabel    `json:"labels"`
	State         string         `json:"state"`
	Locked        bool           `json:"locked"`
	Assignee      *wireUser      `json:"assignee"`
	Assignees     []*wireUser    `json:"assignees"`
	Milestone     *wireMilestone `json:"milestone"`
	Comments      int            `json:"comments"`
	Created       string         `json:"created_at"`
	Updated       string         `json:"updated_at"`
	ClosedAt      *string        `json:"closed_at"`
	Association   string         `json:"author_association"`
	Type          *wireType      `json:"type"`
	LockReason    *string        `json:"active_lock_reason"`
	Draft         *bool          `json:"draft,omitempty"`
	Pull          *wirePull      `json:"pull_request,omitempty"`
	wireText
	ClosedBy    *wireUser      `json:"closed_by"`
	Reactions   wireReactions  `json:"reactions"`
	TimelineURL string         `json:"timeline_url"`
	App         *string        `json:"performed_via_github_app"`
	StateReason *string        `json:"state_reason"`
	SubIssues   wireSubIssues  `json:"sub_issues_summary"`
	Depends     wireDepends    `json:"issue_dependencies_summary"`
	Repository  wireRepository `json:"repository,omitempty"` // in lists across repositories
}

type wirePull struct {
	URL      string  `json:"url"`
	HTMLURL  string  `json:"html_url"`
	DiffURL  string  `json:"diff_url"`
	PatchURL string  `json:"patch_url"`
	MergedAt *string `json:"merged_at"`
}

type wireSubIssues struct {
	Total     int `json:"total"`
	Completed int `json:"completed"`
	Percent   int `json:"percent_completed"`
}

type wireDepends struct {
	BlockedBy      int `json:"blocked_by"`
	TotalBlockedBy int `json:"total_blocked_by"`
	Blocking       int `json:"blocking"`
	TotalBlocking  int `json:"total_blocking"`
}

func (i *issue) url(r *request) string {
	return r.baseURL() + "/repos/" + i.repo.fullName() + "/issues/" + strconv.Itoa(i.Number)
}

// htmlURL differs for pull requests.
func (i *issue) htmlURL(r *request) string {
	kind := "/issues/"
	if i.IsPull {
		kind = "/pull/"
	}
	return r.webURL() + "/" + i.repo.fullName() + kind + strconv.Itoa(i.Number)
}

func (s *Sandbox) wireIssue(r *request, i *issue) wireIssue {
	url := i.url(r)
	w := wireIssue{
		URL: url, RepositoryURL: r.baseURL() + "/repos/" + i.repo.fullName(), LabelsURL: url + "/labels{/name}",
		CommentsURL: url + "/comments", EventsURL: url + "/events", HTMLURL: i.htmlURL(r), TimelineURL: url + "/timeline",
		ID: i.ID, NodeID: nodeID("Issue", i.ID), Number: i.Number, Title: i.Title, wireText: r.media.text(i.Body),
		User: wireUserOf(r, findUser(i.Author)), ClosedBy: wireUserOf(r, findUser(i.ClosedBy)),
		Labels: []wireLabel{}, Assignees: []*wireUser{}, Milestone: wireMilestoneOf(r, i.repo, i.repo.findMilestone(i.Milestone)),
		State: stateName(i.Closed), Locked: i.Locked, Comments: len(i.Comments), Type: wireTypeOf(i.Type),
		Created: i.Created.Format(time.RFC3339), Updated: i.Updated.Format(time.RFC3339), ClosedAt: formatTime(i.ClosedAt),
		Association: i.repo.association(i.Author), Reactions: wireReactions{URL: url + "/reactions"},
	}
	for _, name := range i.Labels {
		w.Labels = append(w.Labels, wireLabelOf(r, i.repo, i.repo.findLabel(name)))
	}
	for _, login := range i.Assignees {
		w.Assignees = append(w.Assignees, wireUserOf(r, findUser(login)))
	}
	if len(w.Assignees) > 0 {
		w.Assignee = w.Assignees[0]
	}
	if i.LockReason != "" {
		w.LockReason = &i.LockReason
	}
	if i.StateReason != "" {
		w.StateReason = &i.StateReason
	}
	if i.IsPull {
		w.Draft = &i.IsDraft
		number := strconv.Itoa(i.Number)
		w.Pull = &wirePull{
			URL:     r.baseURL() + "/repos/" + i.repo.fullName() + "/pulls/" + number,
			HTMLURL: w.HTMLURL, DiffURL: w.HTMLURL + ".diff", PatchURL: w.HTMLURL + ".patch", MergedAt: formatTime(i.MergedAt),
		}
	}
	return w
}

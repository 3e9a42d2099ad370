package sandbox

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

type wireIssue struct {
	URL           string          `json:"url"`
	RepositoryURL string          `json:"repository_url"`
	LabelsURL     string          `json:"labels_url"`
	CommentsURL   string          `json:"comments_url"`
	EventsURL     string          `json:"events_url"`
	HTMLURL       string          `json:"html_url"`
	ID            int             `json:"id"`
	NodeID        string          `json:"node_id"`
	Number        int             `json:"number"`
	Title         string          `json:"title"`
	User          wireUser        `json:"user"`
	Labels        []wireLabel     `json:"labels"`
	State         string          `json:"state"`
	Locked        bool            `json:"locked"`
	Assignee      wireUser        `json:"assignee"`
	Assignees     []wireUser      `json:"assignees"`
	Milestone     *wireMilestone  `json:"milestone"`
	Comments      int             `json:"comments"`
	Created       string          `json:"created_at"`
	Updated       string          `json:"updated_at"`
	ClosedAt      *string         `json:"closed_at"`
	Association   string          `json:"author_association"`
	Type          json.RawMessage `json:"type"`
	LockReason    *string         `json:"active_lock_reason"`
	Draft         *bool           `json:"draft,omitempty"`
	Pull          json.RawMessage `json:"pull_request,omitempty"`
	wireText
	ClosedBy    wireUser        `json:"closed_by"`
	Reactions   json.RawMessage `json:"reactions"`
	TimelineURL string          `json:"timeline_url"`
	App         *string         `json:"performed_via_github_app"`
	StateReason *string         `json:"state_reason"`
	SubIssues   json.RawMessage `json:"sub_issues_summary"`
	Depends     json.RawMessage `json:"issue_dependencies_summary"`
	Repository  json.RawMessage `json:"repository,omitempty"` // in lists across repositories
}

// The members of an issue that the sandbox does not fill.
const (
	noSubIssues    = `{"total":0,"completed":0,"percent_completed":0}`
	noDependencies = `{"blocked_by":0,"total_blocked_by":0,"blocking":0,"total_blocking":0}`
)

func (i *issue) url(r *request) string {
	return r.baseURL() + "/repos/" + i.repo.fullName() + "/issues/" + strconv.Itoa(i.Number)
}

// htmlURL differs for pull requests.
func (i *issue) htmlURL(r *request) string {
	kind := "/issues/"
	if i.IsPull {
		kind = "/pull/"
	}
	return r.web + "/" + i.repo.fullName() + kind + strconv.Itoa(i.Number)
}

func (s *Sandbox) wireIssue(r *request, i *issue) wireIssue {
	url := i.url(r)
	w := wireIssue{
		URL: url, RepositoryURL: r.baseURL() + "/repos/" + i.repo.fullName(), LabelsURL: url + "/labels{/name}",
		CommentsURL: url + "/comments", EventsURL: url + "/events", HTMLURL: i.htmlURL(r), TimelineURL: url + "/timeline",
		ID: i.ID, NodeID: nodeID("Issue", i.ID), Number: i.Number, Title: i.Title, wireText: r.media.text(i.Body),
		User: wireUserOf(r, findUser(i.Author)), ClosedBy: wireUserOf(r, findUser(i.ClosedBy)),
		Labels: []wireLabel{}, Assignees: []wireUser{}, Milestone: wireMilestoneOf(r, i.repo, i.repo.findMilestone(i.Milestone)),
		State: stateName(i.Closed), Locked: i.Locked, Comments: len(i.Comments), Type: wireTypeOf(i.Type),
		Created: i.Created.Format(time.RFC3339), Updated: i.Updated.Format(time.RFC3339), ClosedAt: formatTime(i.ClosedAt),
		Association: i.repo.association(i.Author), Reactions: wireReactions(url),
		SubIssues: json.RawMessage(noSubIssues), Depends: json.RawMessage(noDependencies),
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
		mergedAt := "null"
		if !i.MergedAt.IsZero() {
			mergedAt = strconv.Quote(i.MergedAt.Format(time.RFC3339))
		}
		w.Pull = fmt.Appendf(nil, `{"url":"%s/pulls/%d","html_url":%[3]q,"diff_url":"%[3]s.diff","patch_url":"%[3]s.patch","merged_at":%[4]s}`,
			w.RepositoryURL, i.Number, w.HTMLURL, mergedAt)
	}
	return w
}

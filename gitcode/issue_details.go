package gitcode

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// Include names what a result contains besides an issue's usual members.
type Include []string

var includable = Include{"body", "comments", "pull_requests", "logs", "issue_state", "type", "priority", "visibility", "id", "url"}

// Has reports whether a member is included.
func (i Include) Has(member string) bool { return slices.Contains(i, member) }

func (i Include) check(endpoint string) error {
	for _, member := range i {
		if !includable.Has(member) {
			return rest.InvalidArguments(endpoint, fmt.Sprintf("include must not contain %.40q; it takes %s", member, strings.Join(includable, ", ")))
		}
	}
	return nil
}

// IssueDetails are what GitCode returns about an issue in responses of their own.
type IssueDetails struct {
	Comments     []*Comment // oldest first
	CommentsRead bool       // false if they were not requested, or none of them could be read
	PullRequests []*PullRequest
	Logs         []*OperateLog
	Unread       []Unread
}

// Unread is a part of an issue that could not be read, in whole or in part.
type Unread struct {
	Part string // comments, pull_requests or logs
	Err  error
}

// detailReader reads the details of issues. It is used once.
type detailReader struct {
	client *Client
	repo   RepoRef

	mu          sync.Mutex // guards what follows, and the Unread of the issues
	issues      []*Issue   // with their Details
	unseen      int        // comments of the repository's list that could not be assigned
	done, total int        // requests, for the progress
}

// read reads the included details of issues.
func (r *detailReader) read(ctx context.Context, issues []*Issue, include Include) {
	r.issues = issues
	for _, issue := range issues {
		issue.Details = &IssueDetails{}
	}
	var tasks []func()
	if include.Has("comments") {
		for _, i := range r.readRepoComments(ctx) {
			tasks = append(tasks, func() { r.readIssueComments(ctx, i) })
		}
	}
	for i, issue := range issues {
		ref := IssueRef{RepoRef: r.repo, Number: int(issue.Number)}
		if include.Has("pull_requests") {
			tasks = append(tasks, func() {
				page, err := r.client.ListIssuePullRequests(ctx, &ListIssuePullRequestsParams{IssueRef: ref})
				if err != nil {
					r.check("pull_requests", i, 0, err)
					return
				}
				issue.Details.PullRequests = page.Items
				r.check("pull_requests", i, page.Unreadable, nil)
			})
		}
		if include.Has("logs") {
			tasks = append(tasks, func() {
				page, err := r.client.GetOperateLogs(ctx, &GetOperateLogsParams{IssueRef: ref})
				if err != nil {
					r.check("logs", i, 0, err)
					return
				}
				issue.Details.Logs = page.Items
				r.check("logs", i, page.Unreadable, nil)
			})
		}
	}
	r.mu.Lock()
	r.total = r.done + len(tasks)
	r.mu.Unlock()
	rest.InParallel(len(tasks), func(i int) {
		tasks[i]()
		r.step(ctx)
	})
	r.checkComments()
}

// step reports that a request, or those for the comments of an issue, ended.
func (r *detailReader) step(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	rest.ReportStep(ctx, rest.Step{Done: r.done, Total: max(r.total, r.done)})
}

// check reports a part of an issue that could not be read.
func (r *detailReader) check(part string, i, unreadable int, err error) {
	if err == nil && unreadable > 0 {
		err = fmt.Errorf("%d of them are not in the documented form", unreadable)
	}
	if err != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		d := r.issues[i].Details
		d.Unread = append(d.Unread, Unread{part, err})
	}
}

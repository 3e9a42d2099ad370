package gitcode

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

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
			return invalid(endpoint, fmt.Sprintf("include must not contain %.40q; it takes %s", member, strings.Join(includable, ", ")))
		}
	}
	return nil
}

// IssueDetails are what GitCode returns about an issue in responses of their own.
type IssueDetails struct {
	Comments     []Comment // oldest first
	CommentsRead bool      // false if they were not requested, or none of them could be read
	PullRequests []PullRequest
	Logs         []OperateLog
}

// Unread is a part of some issues that could not be read.
type Unread struct {
	Part    string // comments, pull_requests, logs, or issue for all of it
	Numbers []int
	Err     error // that of the first of them
}

// ListDetailedIssuesParams selects issues of a repository, either by the filters
// of a list or by their numbers, and their details.
type ListDetailedIssuesParams struct {
	ListRepoIssuesParams
	Numbers []int   `json:"numbers,omitempty" jsonschema_description:"Exactly these issues, in any state; not with filters"`
	Include Include `json:"include,omitempty" jsonschema:"enum=body,enum=comments,enum=pull_requests,enum=logs,enum=issue_state,enum=type,enum=priority,enum=visibility,enum=id,enum=url" jsonschema_description:"Extra members of each row"`
}

// Included returns the members to include: those that were asked for, and those
// of Fields that rows have only if they are included.
func (p ListDetailedIssuesParams) Included() Include {
	include := p.Include
	for _, field := range p.Fields.Fields {
		if field != "comments" && includable.Has(field) { // rows always have the number of comments
			include = append(slices.Clip(include), field)
		}
	}
	return include
}

// RowFields returns the members of the rows; none means all.
func (p ListDetailedIssuesParams) RowFields() []string {
	if len(p.Fields.Fields) == 0 {
		return nil
	}
	return slices.Concat(p.Fields.Fields, p.Include)
}

// DetailedIssues is a page of issues with their details.
type DetailedIssues struct {
	rest.Page[Issue]
	Details []IssueDetails // of the Items, in their order
	Unread  []Unread
}

// ListDetailedIssues lists issues of a repository, with details. Those that
// cannot be read are Unread; it fails only if it reads no issue.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues,
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-comments,
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-comments,
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-pull-requests and
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-issues-number-operate-logs
func (c *Client) ListDetailedIssues(ctx context.Context, p ListDetailedIssuesParams) (DetailedIssues, error) {
	if err := p.Include.check(repoIssuesEndpoint); err != nil {
		return DetailedIssues{}, err
	}
	r := detailReader{client: c, ctx: ctx, repo: p.RepoRef}
	var page rest.Page[Issue]
	var err error
	var done atomic.Int64 // the progress of reading the issues, to go on from
	counting := rest.WithSteps(ctx, func(s rest.Step) {
		done.Store(int64(s.Done))
		rest.ReportStep(ctx, s)
	})
	if p.Numbers != nil {
		page, err = r.numbered(counting, p)
	} else {
		page, err = c.ListRepoIssues(counting, p.ListRepoIssuesParams)
	}
	if err != nil {
		return DetailedIssues{}, err
	}
	r.done = int(done.Load())
	include := p.Included()
	if !include.Has("body") {
		for i := range page.Items {
			page.Items[i].Body = "" // not held while the details are read
		}
	}
	r.read(page.Items, include)
	return DetailedIssues{Page: page, Details: r.details, Unread: r.unread}, nil
}

// GetDetailedIssueParams identifies an issue and selects its details. Offset is
// the number of characters of the body to skip.
type GetDetailedIssueParams struct {
	IssueRef
	Offset  int     `json:"offset,omitempty" jsonschema_description:"Characters of the body to skip"`
	Include Include `json:"include,omitempty" jsonschema_description:"Also return these: comments, pull_requests, logs"`
}

// DetailedIssue is an issue with its details.
type DetailedIssue struct {
	Issue
	Details IssueDetails
	Unread  []Unread
}

// GetDetailedIssue returns an issue with details, and its body from an offset. It
// makes the requests of [Client.GetIssue] and [Client.ListDetailedIssues].
func (c *Client) GetDetailedIssue(ctx context.Context, p GetDetailedIssueParams) (DetailedIssue, error) {
	if err := p.Include.check(issueEndpoint); err != nil {
		return DetailedIssue{}, err
	}
	issue, err := c.GetIssue(ctx, p.IssueRef)
	if err != nil {
		return DetailedIssue{}, err
	}
	if issue.Body, err = skip(issue.Body, p.Offset, issueEndpoint); err != nil {
		return DetailedIssue{}, err
	}
	r := detailReader{client: c, ctx: ctx, repo: p.RepoRef}
	r.read([]Issue{{ID: issue.ID, Number: Int(p.Number), Comments: issue.Comments, CreatedAt: issue.CreatedAt}}, p.Include)
	return DetailedIssue{Issue: issue, Details: r.details[0], Unread: r.unread}, nil
}

// skip returns a text without its first characters.
func skip(text Text, characters int, endpoint string) (Text, error) {
	if characters == 0 {
		return text, nil
	}
	n := 0
	for i := range text {
		if n == characters {
			return text[i:], nil
		}
		n++
	}
	if characters < 0 {
		return "", invalid(endpoint, fmt.Sprintf("offset must be at least 0, not %d", characters))
	}
	return "", &rest.Error{Class: rest.Invalid, Endpoint: endpoint, Message: fmt.Sprintf("offset %d is past the end: the body has %d characters", characters, utf8.RuneCountInString(string(text)))}
}

// detailReader reads the details of issues. It is used once.
type detailReader struct {
	client *Client
	ctx    context.Context // of the call
	repo   RepoRef

	mu          sync.Mutex // guards what follows
	issues      []Issue
	details     []IssueDetails
	unread      []Unread
	unseen      int // comments of the repository's list that could not be assigned
	done, total int // requests, for the progress
}

// read reads the included details of issues.
func (r *detailReader) read(issues []Issue, include Include) {
	r.issues, r.details = issues, make([]IssueDetails, len(issues))
	var tasks []func()
	if include.Has("comments") {
		for _, i := range r.readRepoComments() {
			tasks = append(tasks, func() { r.readIssueComments(i) })
		}
	}
	for i := range issues {
		ref := IssueRef{RepoRef: r.repo, Number: int(issues[i].Number)}
		if include.Has("pull_requests") {
			tasks = append(tasks, func() {
				page, err := r.client.ListIssuePullRequests(r.ctx, ListIssuePullRequestsParams{IssueRef: ref})
				r.details[i].PullRequests = page.Items
				r.check("pull_requests", ref.Number, page.Unreadable, err)
			})
		}
		if include.Has("logs") {
			tasks = append(tasks, func() {
				page, err := r.client.GetOperateLogs(r.ctx, GetOperateLogsParams{IssueRef: ref})
				r.details[i].Logs = page.Items
				r.check("logs", ref.Number, page.Unreadable, err)
			})
		}
	}
	r.mu.Lock()
	r.total = r.done + len(tasks)
	r.mu.Unlock()
	inParallel(len(tasks), func(i int) {
		tasks[i]()
		r.step()
	})
	slices.SortStableFunc(r.unread, func(a, b Unread) int { return strings.Compare(a.Part, b.Part) })
	for _, u := range r.unread {
		slices.Sort(u.Numbers)
	}
}

// step reports that a request, or those for the comments of an issue, ended.
func (r *detailReader) step() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	rest.ReportStep(r.ctx, rest.Step{Done: r.done, Total: max(r.total, r.done)})
}

// check reports a part of an issue that could not be read.
func (r *detailReader) check(part string, number, unreadable int, err error) {
	if err == nil && unreadable > 0 {
		err = fmt.Errorf("%d of them are not in the documented form", unreadable)
	}
	if err != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.fail(part, number, err)
	}
}

// fail is check for callers that hold r.mu. It groups errors of a class.
func (r *detailReader) fail(part string, number int, err error) {
	for i, u := range r.unread {
		if u.Part == part && rest.ErrorClass(u.Err) == rest.ErrorClass(err) {
			r.unread[i].Numbers = append(u.Numbers, number)
			return
		}
	}
	r.unread = append(r.unread, Unread{Part: part, Numbers: []int{number}, Err: err})
}

package gitcode

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// The parts of a repository that GetRepo can return.
const (
	PartLabels     = "labels"
	PartMilestones = "milestones"
	PartAssignees  = "assignees"
	PartCounts     = "counts"
	PartTypes      = "types"
	PartStatuses   = "statuses"
)

// maxRepoRequests is the maximum number of requests of GetRepo, besides retries.
const maxRepoRequests = 4

// MaxPartItems is the number of items of a part from which on GetRepo requests no
// further pages.
const MaxPartItems = 1000

// GetRepoParams identifies a repository and selects parts of it; all if Fields
// is empty.
type GetRepoParams struct {
	RepoRef
	Fields []string `json:"fields,omitempty" jsonschema:"enum=labels,enum=milestones,enum=assignees,enum=counts,enum=types,enum=statuses" jsonschema_description:"Default all"`
}

// Wants reports whether a part is requested.
func (p *GetRepoParams) Wants(part string) bool {
	return len(p.Fields) == 0 || slices.Contains(p.Fields, part)
}

// RepoParts is what a repository offers for issues.
type RepoParts struct {
	Labels     RepoPart[*RepoLabel]
	Milestones RepoPart[*RepoMilestone] // open
	Assignees  RepoPart[*Collaborator]
	Counts     RepoPart[*IssueCounts] // one
	Types      RepoPart[*IssueType]   // with the statuses; none if the owner defines none
}

// RepoPart is a part of a repository. It has neither items nor an error if it
// was not requested. The items are those that the client remembers, so they must
// not be changed.
type RepoPart[T any] struct {
	Items      []T  // not nil if the part was read
	Unreadable int  // number of items that could not be decoded
	Total      *int // number of items in the repository; nil if unknown
	More       bool // whether the repository has more than these items
	Err        error
}

// ErrTooManyRequests is the Err of a part that was not requested because the
// others took four requests.
var ErrTooManyRequests = errors.New("would take a fifth request")

// GetRepo returns what a repository offers for issues: its labels, open
// milestones and members, the numbers of its issues, and the types and statuses
// that its owner defines. It keeps each part for five minutes, requests the
// others at the same time, and uses at most four requests. Requests that are
// left go to further pages of long lists, which the next call continues up to MaxPartItems.
//
// A part that cannot be read has an error. GetRepo fails if this is true of all,
// or if the repository does not exist or a policy forbids it.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-labels,
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-milestones,
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-collaborators,
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues and
// https://docs.gitcode.com/docs/apis/get-api-v-5-orgs-org-issue-extend-settings
func (c *Client) GetRepo(ctx context.Context, p *GetRepoParams) (*RepoParts, error) {
	r := repoRead{since: time.Now().Add(-cacheTime)}
	repo, owner := c.cached(ctx, p.RepoRef), c.cached(ctx, RepoRef{Owner: p.Owner})
	result := &RepoParts{}
	r.left.Store(maxRepoRequests)
	if p.Wants(PartLabels) {
		addPart(&r, &result.Labels, repo.labels, pagesOf(c.ListRepoLabels, p.RepoRef))
	}
	if p.Wants(PartMilestones) {
		addPart(&r, &result.Milestones, repo.milestones, pagesOf(c.ListOpenMilestones, p.RepoRef))
	}
	if p.Wants(PartAssignees) {
		addPart(&r, &result.Assignees, repo.people, pagesOf(c.ListCollaborators, p.RepoRef))
	}
	if p.Wants(PartCounts) {
		addPart(&r, &result.Counts, repo.counts, single(func(ctx context.Context) (*IssueCounts, error) { return c.countIssues(ctx, p.RepoRef) }))
	}
	if p.Wants(PartTypes) || p.Wants(PartStatuses) {
		addPart(&r, &result.Types, owner.types, c.typesOf(p.Owner))
	}
	r.run(ctx)
	if err := result.failure(); err != nil {
		return nil, err
	}
	return result, nil
}

// repoRead is the reading of a repository.
type repoRead struct {
	since time.Time
	left  atomic.Int32 // number of requests that may still be sent
	steps []func(context.Context)

	mu   sync.Mutex
	done int
}

// take reports whether another request may be sent, and counts it.
func (r *repoRead) take() bool { return r.left.Add(-1) >= 0 }

// addPart adds a part to what will be read. It takes a request for the first
// page, unless that is cached.
func addPart[T any](r *repoRead, result *RepoPart[T], p *part[T], fetch fetcher[T]) {
	if !p.isFresh(r.since) && !r.take() {
		result.Err = ErrTooManyRequests
		return
	}
	r.steps = append(r.steps, func(ctx context.Context) {
		read, err := p.read(ctx, r.since, fetch, func(items []T) bool { return len(items) >= MaxPartItems || !r.take() })
		if read.pages == 0 && err != nil {
			result.Err = err
			return
		}
		result.Items = append([]T{}, read.items...) // the caller's own, and not nil
		result.Unreadable, result.Total, result.More = read.unreadable, read.total, read.more
	})
}

// run reads the parts at the same time.
func (r *repoRead) run(ctx context.Context) {
	var group sync.WaitGroup
	for _, step := range r.steps {
		group.Go(func() {
			step(ctx)
			r.mu.Lock()
			defer r.mu.Unlock()
			r.done++
			rest.ReportStep(ctx, rest.Step{Done: r.done, Total: len(r.steps)})
		})
	}
	group.Wait()
}

// typesOf returns the fetcher of the types that an owner defines. GitCode's
// error for an owner who defines none means an empty list.
func (c *Client) typesOf(owner string) fetcher[*IssueType] {
	return func(ctx context.Context, _ int) (*rest.Page[*IssueType], error) {
		return orNone(c.ListIssueTypes(ctx, &OrgRef{owner}))
	}
}

// failure returns the error of the first part if no part was read, or if the
// repository does not exist or a policy forbids it.
func (r *RepoParts) failure() error {
	var failed, exists, read bool
	var first error
	for _, p := range []struct {
		read bool
		err  error
	}{
		{r.Labels.Items != nil, r.Labels.Err}, {r.Milestones.Items != nil, r.Milestones.Err},
		{r.Assignees.Items != nil, r.Assignees.Err}, {r.Counts.Items != nil, r.Counts.Err},
	} {
		if rest.ErrorClass(p.err) == rest.ForbiddenByPolicy {
			return p.err
		}
		read, failed = read || p.read, failed || p.err != nil
		exists = exists || p.read || p.err != nil && rest.ErrorClass(p.err) != rest.NotFound
		first = cmp.Or(first, p.err)
	}
	if failed && !exists || !read && r.Types.Items == nil {
		return cmp.Or(first, r.Types.Err)
	}
	return nil
}

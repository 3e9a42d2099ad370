package gitcode

import (
	"context"
	"slices"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// RecentRepos returns the repositories that the token's owner works with: those of
// the open issues assigned to them or created by them, the most recently updated
// first, and those of recent calls, which are all if the issues cannot be read. It
// takes at most one request.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-user-issues
func (c *Client) RecentRepos(ctx context.Context) ([]*RepoRef, error) {
	since := time.Now().Add(-cacheTime)
	recent, err := c.cached(ctx, RepoRef{}).recent.suggest(ctx, c.reposOfIssues, nil)
	used := c.usedRepos(ctx, since)
	if err != nil && len(used) == 0 {
		return nil, err
	}
	return append(slices.Clip(recent.items), used...), nil
}

// reposOfIssues returns the repositories of the issues of the token's owner.
func (c *Client) reposOfIssues(ctx context.Context, _ int) (*rest.Page[*RepoRef], error) {
	issues, err := c.ListUserIssues(ctx, &ListUserIssuesParams{Filter: "all", Listing: Listing{Sort: "updated", Paging: Paging{PerPage: lenient.MaxPage}}})
	if err != nil {
		return nil, err
	}
	page := &rest.Page[*RepoRef]{}
	for _, issue := range issues.Items {
		if owner, repo, ok := strings.Cut(issue.Repo(), "/"); ok {
			page.Items = append(page.Items, &RepoRef{owner, repo})
		}
	}
	return page, nil
}

// restAfterFailure is how long nothing is requested for suggestions after a failure:
// clients ask for them at each keystroke.
const restAfterFailure = time.Minute

// suggest is like read for a part that is suggested to somebody who types. Until
// restAfterFailure has passed since a failure, it returns what there is, or the error.
// It finishes its requests if ctx is canceled, as it is at the next keystroke, so that
// the next call has their result.
func (p *part[T]) suggest(ctx context.Context, fetch fetcher[T], enough func([]T) bool) (content[T], error) {
	start := time.Now()
	fresh := p.isFresh(start.Add(-cacheTime))
	p.mu.Lock()
	have, failure, isResting := p.content, p.failure, start.Sub(p.failed) < restAfterFailure
	p.mu.Unlock()
	switch {
	case isResting && fresh:
		return have, nil
	case isResting:
		return content[T]{}, failure
	}
	done := make(chan struct{})
	var read content[T]
	var err error
	go func() {
		defer close(done)
		if read, err = p.read(context.WithoutCancel(ctx), start.Add(-cacheTime), fetch, enough); err != nil {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.failure, p.failed = err, start
		}
	}()
	select {
	case <-done:
		return read, err
	case <-ctx.Done():
		return content[T]{}, context.Cause(ctx)
	}
}

// usedRepos returns the repositories of which calls have read something.
func (c *Client) usedRepos(ctx context.Context, since time.Time) (used []*RepoRef) {
	token := c.keyOf(ctx, RepoRef{}).token
	c.repos.mu.Lock()
	defer c.repos.mu.Unlock()
	for key, e := range c.repos.repos {
		if key.token == token && (e.counts.isFresh(since) || e.labels.isFresh(since)) {
			used = append(used, &key.repo)
		}
	}
	slices.SortFunc(used, func(a, b *RepoRef) int { return strings.Compare(a.Target(), b.Target()) })
	return used
}

// RepoNames returns the names of the labels, the titles of the open milestones or
// the usernames of the members of a repository. It reads at most two pages, and goes
// on with the next ones when it is called again.
func (c *Client) RepoNames(ctx context.Context, repo RepoRef, part string) ([]string, error) {
	parts := c.cached(ctx, repo)
	switch part {
	case PartLabels:
		return namesOf(ctx, parts.labels, pagesOf(c.ListRepoLabels, repo), (*RepoLabel).name)
	case PartMilestones:
		return namesOf(ctx, parts.milestones, pagesOf(c.ListOpenMilestones, repo), (*RepoMilestone).title)
	default:
		return namesOf(ctx, parts.people, pagesOf(c.ListCollaborators, repo), (*Collaborator).login)
	}
}

func namesOf[T any](ctx context.Context, p *part[T], fetch fetcher[T], name func(T) Text) ([]string, error) {
	pages := 0
	read, err := p.suggest(ctx, func(ctx context.Context, page int) (*rest.Page[T], error) {
		pages++
		return fetch(ctx, page)
	}, func(items []T) bool { return pages >= 2 || len(items) >= MaxPartItems })
	return texts(read.items, name), err
}

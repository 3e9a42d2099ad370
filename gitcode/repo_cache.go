package gitcode

import (
	"cmp"
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

const (
	cacheTime    = 5 * time.Minute // how long a part of a repository is kept
	cachedRepos  = 200             // the maximum number of repositories, of all tokens
	maxPartPages = 100             // the maximum number of pages of a part
)

// repoCache holds what repositories offer for issues, for each token by its
// hash: what one user may see, another may not. A repository that was not used
// for cacheTime is dropped, so the rate limit bounds how much the cache holds.
type repoCache struct {
	mu    sync.Mutex
	repos map[repoKey]*repoParts
}

// repoKey identifies a repository as a token's owner sees it. An owner alone
// stands for the owner, and neither for the token's owner. Names are in lower
// case: GitCode ignores it.
type repoKey struct {
	token [sha256.Size]byte
	repo  RepoRef
}

func (c *Client) keyOf(ctx context.Context, repo RepoRef) repoKey {
	return repoKey{sha256.Sum256([]byte(c.Token(ctx))), repo.lower()}
}

func (r RepoRef) lower() RepoRef { return RepoRef{strings.ToLower(r.Owner), strings.ToLower(r.Repo)} }

// repoParts holds the parts of a repository or an owner. A part that changes is
// replaced, so that a request in flight cannot bring back what it was.
type repoParts struct {
	labels     *part[*RepoLabel]
	milestones *part[*RepoMilestone]
	people     *part[*Collaborator]
	counts     *part[*IssueCounts]
	comments   *part[*commentTotal]
	types      *part[*IssueType]   // of an owner
	fields     *part[*CustomField] // of an owner
	user       *part[*User]        // of a token
	recent     *part[*RepoRef]     // repositories of a token

	used time.Time
}

// cached returns the parts of a repository as the token of ctx sees it.
func (c *Client) cached(ctx context.Context, repo RepoRef) repoParts {
	c.repos.mu.Lock()
	defer c.repos.mu.Unlock()
	return *c.repos.entry(c.keyOf(ctx, repo))
}

// entry returns the entry of a repository. The caller must hold rc.mu.
func (rc *repoCache) entry(key repoKey) *repoParts {
	now := time.Now()
	e := rc.repos[key]
	if e == nil {
		rc.makeRoom(now)
		e = &repoParts{
			labels: &part[*RepoLabel]{}, milestones: &part[*RepoMilestone]{}, people: &part[*Collaborator]{},
			counts: &part[*IssueCounts]{}, comments: &part[*commentTotal]{}, types: &part[*IssueType]{}, fields: &part[*CustomField]{}, user: &part[*User]{},
			recent: &part[*RepoRef]{},
		}
		rc.repos[key] = e
	}
	e.used = now
	return e
}

// makeRoom drops the repositories that were not used for cacheTime, and the
// least recently used one if there are still too many.
func (rc *repoCache) makeRoom(now time.Time) {
	var oldest repoKey
	oldestUse := now
	for key, e := range rc.repos {
		if now.Sub(e.used) > cacheTime {
			delete(rc.repos, key)
		} else if !e.used.After(oldestUse) {
			oldest, oldestUse = key, e.used
		}
	}
	if len(rc.repos) >= cachedRepos {
		delete(rc.repos, oldest)
	}
}

// forgetLabels drops the labels of a repository, for all tokens.
func (c *Client) forgetLabels(repo RepoRef) {
	c.forget(repo, func(e *repoParts) { e.labels = &part[*RepoLabel]{} })
}

// forgetMilestones drops the milestones of a repository, for all tokens.
func (c *Client) forgetMilestones(repo RepoRef) {
	c.forget(repo, func(e *repoParts) { e.milestones = &part[*RepoMilestone]{} })
}

// forgetCounts drops the counts of a repository's issues, for all tokens.
func (c *Client) forgetCounts(repo RepoRef) {
	c.forget(repo, func(e *repoParts) { e.counts = &part[*IssueCounts]{} })
}

func (c *Client) forget(repo RepoRef, drop func(*repoParts)) {
	c.repos.mu.Lock()
	defer c.repos.mu.Unlock()
	for key, e := range c.repos.repos {
		if key.repo == repo.lower() {
			drop(e)
		}
	}
}

// rememberCounts keeps the counts that come with a list of a repository's
// issues. GitCode does not document whether filters other than the state affect
// them, so those of a filtered list are ignored.
func (c *Client) rememberCounts(ctx context.Context, req *rest.Request, header http.Header) {
	open, closed := intHeader(header, "open_issues"), intHeader(header, "close_issues")
	if req.Endpoint != repoIssuesEndpoint || open == nil || closed == nil {
		return
	}
	for name := range req.Query {
		if !slices.Contains([]string{"state", "sort", "direction", "page", "per_page"}, name) {
			return
		}
	}
	segments := strings.Split(req.Path, "/") // "", repos, owner, repo, issues
	owner, _ := url.PathUnescape(segments[2])
	repo, _ := url.PathUnescape(segments[3])
	key := c.keyOf(ctx, RepoRef{Owner: owner, Repo: repo})
	c.repos.mu.Lock()
	defer c.repos.mu.Unlock()
	c.repos.entry(key).counts = readNow(&IssueCounts{*open, *closed})
}

// commentTotal is the number of comments of a repository that were updated since
// a time, which is zero for all of them.
type commentTotal struct {
	since time.Time
	total int
}

// rememberComments keeps the number of comments that were updated since a time.
func (c *Client) rememberComments(ctx context.Context, repo RepoRef, since time.Time, total int) {
	key := c.keyOf(ctx, repo)
	c.repos.mu.Lock()
	defer c.repos.mu.Unlock()
	c.repos.entry(key).comments = readNow(&commentTotal{since, total})
}

// knownComments returns how many comments are known to have been updated since a
// time, at least.
func (c *Client) knownComments(ctx context.Context, repo RepoRef, since time.Time) int {
	known := c.cached(ctx, repo).comments
	if !known.isFresh(time.Now().Add(-cacheTime)) || since.After(known.items[0].since) {
		return 0
	}
	return known.items[0].total
}

// readNow returns a part that another request has just read.
func readNow[T any](item T) *part[T] {
	return &part[T]{content: content[T]{items: []T{item}, pages: 1}, since: time.Now()}
}

// part is a list that is read page by page, as far as its readers need it. Its
// zero value has not been read. Its items are pointers, which its readers share, so
// that the code exists once.
type part[T any] struct {
	mu     sync.Mutex
	flight *flight
	since  time.Time // when the first page was requested
	content[T]

	failure error // of the last suggest that failed, which began at failed
	failed  time.Time
}

// content is what was read of a part.
type content[T any] struct {
	items      []T
	unreadable int  // number of items that could not be decoded
	total      *int // number of items on all pages; nil if unknown
	pages      int  // number of pages read
	more       bool // whether there are further pages
}

// flight is a request for a page. done is closed when it has ended.
type flight struct {
	done chan struct{}
	err  error
}

// fetcher requests a page of a part.
type fetcher[T any] func(ctx context.Context, page int) (*rest.Page[T], error)

// isFresh reports whether a part was read, and not before a time.
func (p *part[T]) isFresh(since time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pages > 0 && !p.since.Before(since)
}

// read returns a part that was read since a time. It requests pages until enough
// reports true for the items, which it does not ask before the first page; nil
// means all pages. Readers that need the same page wait for one request, and
// share its error unless it was canceled. After an error read also returns the
// pages that it has, and the next call continues with them.
func (p *part[T]) read(ctx context.Context, since time.Time, fetch fetcher[T], enough func([]T) bool) (content[T], error) {
	for {
		f, isOwn, have := p.join(since, enough)
		if f == nil {
			return have, nil
		}
		if isOwn {
			if err := p.fetch(ctx, f, fetch, have.pages+1); err != nil {
				return have, err
			}
			continue
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return have, &rest.Error{Class: rest.Canceled, NotSent: true, Message: "canceled", Err: context.Cause(ctx)}
		}
		if f.err != nil && rest.ErrorClass(f.err) != rest.Canceled {
			return have, f.err
		}
	}
}

// join returns the request that a reader needs, and whether the reader has to
// send it; nil if the part has what the reader needs.
func (p *part[T]) join(since time.Time, enough func([]T) bool) (f *flight, isOwn bool, have content[T]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	stale := p.pages == 0 || p.since.Before(since)
	switch {
	case stale && p.flight != nil:
		return p.flight, false, content[T]{}
	case stale:
		p.content, p.since = content[T]{}, time.Now()
	case !p.more || p.pages >= maxPartPages || enough != nil && enough(p.items):
		return nil, false, p.content
	case p.flight != nil:
		return p.flight, false, p.content
	}
	p.flight = &flight{done: make(chan struct{})}
	return p.flight, true, p.content
}

// fetch requests a page and ends the flight. Items that the part already has are
// dropped: pages overlap if something was added meanwhile. A page without any
// other is the last one, because a service may ignore the page number.
func (p *part[T]) fetch(ctx context.Context, f *flight, fetch fetcher[T], page int) (err error) {
	var result *rest.Page[T]
	defer func() { // also if fetch panics, so that nobody waits forever
		p.mu.Lock()
		defer p.mu.Unlock()
		if err == nil && result != nil {
			known := map[string]bool{}
			for _, item := range p.items {
				known[identity(item)] = true
			}
			delete(known, "") // is equal to none
			items := slices.DeleteFunc(result.Items, func(item T) bool { return known[identity(item)] })
			p.items, p.unreadable = append(p.items, items...), p.unreadable+result.Unreadable
			p.total, p.pages, p.more = cmp.Or(result.Total, p.total), page, result.Next > 0 && len(items) > 0
		}
		p.flight, f.err = nil, err
		close(f.done)
	}()
	result, err = fetch(ctx, page)
	return err
}

// identity returns the Identity of an item that has pages.
func identity(item any) string {
	if row, ok := item.(rest.Row); ok {
		return row.Identity()
	}
	return ""
}

// single adapts a method that returns one value to a part.
func single[T any](method func(context.Context) (T, error)) fetcher[T] {
	return func(ctx context.Context, _ int) (*rest.Page[T], error) {
		v, err := method(ctx)
		if err != nil {
			return nil, err
		}
		return &rest.Page[T]{Items: []T{v}}, nil
	}
}

// pagesOf adapts the list of a repository to a part, with the largest pages.
//
//go:noinline
func pagesOf[T any](list func(context.Context, *RepoPage) (*rest.Page[T], error), repo RepoRef) fetcher[T] {
	return func(ctx context.Context, page int) (*rest.Page[T], error) {
		return list(ctx, &RepoPage{repo, Paging{Page: rest.NewPageNumber(page, 0), PerPage: lenient.MaxPage}})
	}
}

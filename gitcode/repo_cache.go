package gitcode

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
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

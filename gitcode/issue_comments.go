package gitcode

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// maxCommentPages is the maximum number of pages that are read of the comments
// of an issue, from the newest on.
const maxCommentPages = 10

// readRepoComments reads comments from the list of all comments of the
// repository if that takes fewer requests than reading them issue by issue. It
// returns the indexes of the issues whose comments must be read by themselves.
//
// An issue without comments takes no request, any other at least one, and one
// for each 100 comments. The list of the repository has 100 on a page, but also
// those of other issues, as far as they were updated since the oldest of these
// issues was created. So it is read only if the comments of these issues alone
// would fit on fewer pages than there are requests otherwise. Then its first page
// has the total: if reading on takes more requests than reading the issues that
// are not complete yet by themselves, these are read by themselves.
//
// This never takes more requests than the cheaper way, with one exception: the
// first page is an extra request if it completes no issue and the total turns
// out too large. Of a total that was seen in the last few minutes this is known
// in advance. Requests that fail or that GitCode's totals did not announce come
// on top.
//
// An issue is complete when as many of its comments were seen as it is said to
// have. A wrong number can hide comments only if it is too small: of an issue
// that is said to have none, or of one that is complete before the last page.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-comments
func (r *detailReader) readRepoComments() []int {
	var pending []int
	for i, issue := range r.issues {
		r.details[i].CommentsRead = issue.Comments.Value != nil && *issue.Comments.Value == 0
		if !r.details[i].CommentsRead {
			pending = append(pending, i)
		}
	}
	params := ListRepoCommentsParams{RepoRef: r.repo, Sort: "created", Direction: "desc", Since: r.oldest(pending), Paging: Paging{PerPage: maxPage}}
	total := 0
	for _, i := range pending {
		total += r.issues[i].Comments.Known()
	}
	if known := r.client.totals.atLeast(r.client.keyOf(r.ctx, r.repo), params.Since); max(pages(total), pages(known), 1) >= r.requests(pending) {
		return pending
	}
	first, err := r.client.ListRepoComments(r.ctx, params)
	r.step()
	if err != nil {
		if !stops(err) {
			return pending
		}
		r.failAll(pending, err)
		return nil
	}
	r.assign(first)
	if first.Total != nil {
		r.client.totals.remember(r.client.keyOf(r.ctx, r.repo), params.Since, *first.Total)
	}
	left := r.incomplete(pending)
	if first.Next == 0 || len(left) == 0 {
		return r.finish(pending, nil)
	}
	if first.Total == nil || pages(*first.Total)-1 > r.requests(left) {
		return r.finish(pending, left)
	}
	more := pages(*first.Total) - 1
	r.mu.Lock()
	r.total = r.done + more
	r.mu.Unlock()
	errs := make([]error, more)
	inParallel(more, func(i int) {
		p := params
		p.Page = rest.NewPageNumber(i+2, 0)
		page, err := r.client.ListRepoComments(r.ctx, p)
		if errs[i] = err; err == nil {
			r.assign(page)
			if i == more-1 && page.Next != 0 {
				r.miss(1) // new comments moved old ones to another page
			}
		}
		r.step()
	})
	for _, err := range errs {
		if err != nil {
			left, r.unseen = r.incomplete(pending), 0
			r.finish(pending, nil)
			r.failAll(left, err)
			return nil
		}
	}
	return r.finish(pending, nil)
}

// finish ends the reading of the repository's list, and returns the issues to
// read by themselves: those given, or else, if comments of the list could not be
// assigned to an issue, those that lack some.
func (r *detailReader) finish(pending, alone []int) []int {
	if alone == nil && r.unseen > 0 {
		alone = r.incomplete(pending)
	}
	for _, i := range pending {
		if slices.Contains(alone, i) {
			r.details[i].Comments = nil // read again
			continue
		}
		r.details[i].sort()
		r.details[i].CommentsRead = true
	}
	return alone
}

// failAll reports the comments of issues that could not be read, and keeps those
// that were.
func (r *detailReader) failAll(indexes []int, err error) {
	for _, i := range indexes {
		r.details[i].CommentsRead = len(r.details[i].Comments) > 0
		r.check("comments", int(r.issues[i].Number), 0, err)
	}
}

// miss counts comments of the repository's list that cannot be assigned.
func (r *detailReader) miss(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unseen += n
}

// assign adds comments to the issues that they belong to.
func (r *detailReader) assign(page rest.Page[Comment]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unseen += page.Unreadable
	for _, comment := range page.Items {
		target := comment.Target.Issue
		if target.Number == 0 && target.ID == 0 {
			r.unseen++
			continue
		}
		i := slices.IndexFunc(r.issues, func(issue Issue) bool {
			return target.Number != 0 && target.Number == issue.Number || target.Number == 0 && target.ID == issue.ID
		})
		if i >= 0 && !slices.ContainsFunc(r.details[i].Comments, func(c Comment) bool { return c.ID == comment.ID }) {
			r.details[i].Comments = append(r.details[i].Comments, comment)
		}
	}
}

// readIssueComments reads the comments of an issue, the newest first.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-comments
func (r *detailReader) readIssueComments(i int) {
	number, d := int(r.issues[i].Number), &r.details[i]
	p := ListIssueCommentsParams{IssueRef: IssueRef{RepoRef: r.repo, Number: number}, Order: "desc", Paging: Paging{PerPage: maxPage}}
	unreadable := 0
	var err error
	for read := 1; ; read++ {
		var page rest.Page[Comment]
		if page, err = r.client.ListIssueComments(r.ctx, p); err != nil {
			break
		}
		d.CommentsRead, unreadable = true, unreadable+page.Unreadable
		d.Comments = append(d.Comments, page.Items...)
		if page.Next == 0 {
			break
		}
		if read == maxCommentPages {
			err = fmt.Errorf("only the newest %d were read; list_issue_comments has the others", len(d.Comments))
			break
		}
		p.Page = rest.NewPageNumber(read+1, 0)
	}
	d.sort()
	r.check("comments", number, unreadable, err)
}

// sort puts comments in order, and drops those that a page repeats because new
// ones came in between.
func (d *IssueDetails) sort() {
	slices.SortStableFunc(d.Comments, func(a, b Comment) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
	d.Comments = slices.CompactFunc(d.Comments, func(a, b Comment) bool { return a.ID == b.ID })
}

// incomplete returns those of the issues that may have more comments than were
// seen.
func (r *detailReader) incomplete(indexes []int) []int {
	var left []int
	for _, i := range indexes {
		if n := r.issues[i].Comments.Value; n == nil || len(r.details[i].Comments) < *n {
			left = append(left, i)
		}
	}
	return left
}

// requests returns how many requests it takes to read the comments of issues by
// themselves.
func (r *detailReader) requests(indexes []int) int {
	n := 0
	for _, i := range indexes {
		n += max(pages(r.issues[i].Comments.Known()), 1)
	}
	return n
}

// oldest returns the earliest creation of the issues, or "" if one is unknown.
func (r *detailReader) oldest(indexes []int) string {
	var oldest time.Time
	for _, i := range indexes {
		created := r.issues[i].CreatedAt
		if created.IsZero() {
			return ""
		}
		if oldest.IsZero() || created.Before(oldest) {
			oldest = created.Time
		}
	}
	if oldest.IsZero() {
		return ""
	}
	return oldest.Format(time.RFC3339)
}

// pages returns the number of pages that rows fill.
func pages(rows int) int { return ceilDiv(rows, maxPage) }

// commentTotals remembers for some minutes how many comments repositories have,
// as a user sees them.
type commentTotals struct {
	mu     sync.Mutex
	totals map[repoKey]commentTotal
}

type commentTotal struct {
	since   time.Time // zero for all comments
	total   int
	expires time.Time
}

const (
	totalAge  = 5 * time.Minute
	maxTotals = 1000
)

// remember remembers a total of the comments updated since a time, or of all if
// it is "".
func (t *commentTotals) remember(key repoKey, since string, total int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.totals == nil || len(t.totals) >= maxTotals {
		t.totals = map[repoKey]commentTotal{}
	}
	from, _ := time.Parse(time.RFC3339, since) // zero for ""
	t.totals[key] = commentTotal{from, total, time.Now().Add(totalAge)}
}

// atLeast returns how many comments there are at least since a time.
func (t *commentTotals) atLeast(key repoKey, since string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	known := t.totals[key]
	from, _ := time.Parse(time.RFC3339, since)
	if time.Now().After(known.expires) || from.After(known.since) {
		return 0
	}
	return known.total
}

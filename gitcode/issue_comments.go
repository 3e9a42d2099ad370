package gitcode

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
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
// have. Those of which the whole list has no comment are read by themselves, on
// top of it. If an issue lacks comments after that, its Unread says so. A number
// that is too small can hide comments: of an issue that is said to have none, or
// of one that is complete before the last page.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-comments
func (r *detailReader) readRepoComments(ctx context.Context) []int {
	var pending []int
	for i, issue := range r.issues {
		r.issues[i].Details.CommentsRead = issue.Comments.Value != nil && *issue.Comments.Value == 0
		if !r.issues[i].Details.CommentsRead {
			pending = append(pending, i)
		}
	}
	params := &ListRepoCommentsParams{RepoRef: r.repo, Sort: "created", Direction: "desc", Paging: Paging{PerPage: lenient.MaxPage}}
	since := r.oldest(pending)
	if !since.IsZero() {
		params.Since = since.Format(time.RFC3339)
	}
	total := 0
	for _, i := range pending {
		total += r.readable(i)
	}
	if known := r.client.knownComments(ctx, r.repo, since); max(pages(total), pages(known), 1) >= r.requests(pending) {
		return pending
	}
	first, err := r.client.ListRepoComments(ctx, params)
	r.step(ctx)
	if err != nil {
		if !stops(err) {
			return pending
		}
		r.failAll(pending, err)
		return nil
	}
	r.assign(first)
	if first.Total != nil {
		r.client.rememberComments(ctx, r.repo, since, *first.Total)
	}
	left := r.incomplete(pending)
	if first.Next == 0 || len(left) == 0 {
		return r.finish(pending, r.unlisted(pending))
	}
	nameless := r.unseen == len(first.Items)+first.Unreadable // further pages will hardly be better
	if nameless || first.Total == nil || pages(*first.Total)-1 > r.requests(left) {
		return r.finish(pending, left)
	}
	more := pages(*first.Total) - 1
	r.mu.Lock()
	r.total = r.done + more
	r.mu.Unlock()
	errs := make([]error, more)
	var failed atomic.Bool
	rest.InParallel(more, func(i int) {
		if failed.Load() {
			return // the requests for the others would be in vain
		}
		p := *params
		p.Page = rest.NewPageNumber(i+2, 0)
		page, err := r.client.ListRepoComments(ctx, &p)
		if errs[i] = err; err != nil {
			failed.Store(true)
		} else {
			r.assign(page)
			if i == more-1 && page.Next != 0 {
				r.miss(1) // new comments moved old ones to another page
			}
		}
		r.step(ctx)
	})
	for _, err := range errs {
		if err != nil {
			left, r.unseen = r.incomplete(pending), 0
			r.finish(pending, nil)
			r.failAll(left, err)
			return nil
		}
	}
	return r.finish(pending, r.unlisted(pending))
}

// unlisted returns the issues that have comments of which the whole list of the
// repository has none or, if comments of it could not be assigned to an issue,
// not all.
func (r *detailReader) unlisted(pending []int) []int {
	return slices.DeleteFunc(r.incomplete(pending), func(i int) bool {
		return r.unseen == 0 && (r.issues[i].Comments.Known() == 0 || len(r.issues[i].Details.Comments) > 0)
	})
}

// TooFewCommentsError says that an issue has more comments than GitCode returned.
type TooFewCommentsError struct{ Returned, Count int }

func (e *TooFewCommentsError) Error() string {
	return fmt.Sprintf("GitCode returned %d of %d comments", e.Returned, e.Count)
}

// checkComments reports issues that lack comments for no other reason.
func (r *detailReader) checkComments() {
	for i, issue := range r.issues {
		d := issue.Details
		known := slices.ContainsFunc(d.Unread, func(u Unread) bool { return u.Part == "comments" })
		if returned, count := len(d.Comments), issue.Comments.Known(); d.CommentsRead && !known && returned < count {
			d.CommentsRead = returned > 0
			r.check("comments", i, 0, &TooFewCommentsError{returned, count})
		}
	}
}

// finish ends the reading of the repository's list, and returns the issues to
// read by themselves.
func (r *detailReader) finish(pending, alone []int) []int {
	for _, i := range pending {
		if slices.Contains(alone, i) {
			r.issues[i].Details.Comments = nil // read again
			continue
		}
		r.issues[i].Details.sort()
		r.issues[i].Details.CommentsRead = true
	}
	return alone
}

// failAll reports the comments of issues that could not be read, and keeps those
// that were.
func (r *detailReader) failAll(indexes []int, err error) {
	for _, i := range indexes {
		r.issues[i].Details.CommentsRead = len(r.issues[i].Details.Comments) > 0
		r.check("comments", i, 0, err)
	}
}

// miss counts comments of the repository's list that cannot be assigned.
func (r *detailReader) miss(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unseen += n
}

// assign adds comments to the issues that they belong to.
func (r *detailReader) assign(page *rest.Page[*Comment]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unseen += page.Unreadable
	for _, comment := range page.Items {
		target := comment.Target.Issue
		if target.Number == 0 && target.ID == 0 {
			r.unseen++
			continue
		}
		i := slices.IndexFunc(r.issues, func(issue *Issue) bool {
			return target.Number != 0 && target.Number == issue.Number || target.Number == 0 && target.ID == issue.ID
		})
		if i >= 0 && !slices.ContainsFunc(r.issues[i].Details.Comments, func(c *Comment) bool { return c.ID == comment.ID }) {
			r.issues[i].Details.Comments = append(r.issues[i].Details.Comments, comment)
		}
	}
}

// readIssueComments reads the comments of an issue, the newest first.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-comments
func (r *detailReader) readIssueComments(ctx context.Context, i int) {
	d := r.issues[i].Details
	p := &ListIssueCommentsParams{IssueRef: IssueRef{RepoRef: r.repo, Number: int(r.issues[i].Number)}, Order: "desc", Paging: Paging{PerPage: lenient.MaxPage}}
	seen := map[Int]bool{}
	unreadable := 0
	var err error
	for read := 1; ; read++ {
		var page *rest.Page[*Comment]
		if page, err = r.client.ListIssueComments(ctx, p); err != nil {
			break
		}
		d.CommentsRead, unreadable = true, unreadable+page.Unreadable
		before := len(d.Comments)
		for _, comment := range page.Items {
			if !seen[comment.ID] { // new comments move others to a later page
				seen[comment.ID] = true
				d.Comments = append(d.Comments, comment)
			}
		}
		if page.Next == 0 || len(d.Comments) == before {
			break // a service that ignores the page number repeats its comments
		}
		if read == maxCommentPages {
			err = fmt.Errorf("only the newest %d were read; list_issue_comments has the others", len(d.Comments))
			break
		}
		p.Page = rest.NewPageNumber(read+1, 0)
	}
	d.sort()
	r.check("comments", i, unreadable, err)
}

// sort puts comments in order.
func (d *IssueDetails) sort() {
	slices.SortStableFunc(d.Comments, func(a, b *Comment) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
}

// incomplete returns those of the issues that may have more comments than were
// seen.
//
//go:noinline
func (r *detailReader) incomplete(indexes []int) []int {
	var left []int
	for _, i := range indexes {
		if n := r.issues[i].Comments.Value; n == nil || len(r.issues[i].Details.Comments) < *n {
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
		n += max(pages(r.readable(i)), 1)
	}
	return n
}

// readable returns the number of comments that an issue is said to have, as far as
// they would be read.
func (r *detailReader) readable(i int) int {
	return min(r.issues[i].Comments.Known(), maxCommentPages*lenient.MaxPage)
}

// oldest returns the earliest creation of the issues, or zero if one is unknown.
func (r *detailReader) oldest(indexes []int) time.Time {
	var oldest time.Time
	for _, i := range indexes {
		created := r.issues[i].CreatedAt
		if created.IsZero() {
			return time.Time{}
		}
		if oldest.IsZero() || created.Before(oldest) {
			oldest = created.Time
		}
	}
	return oldest
}

// pages returns the number of pages that rows fill.
func pages(rows int) int { return (rows + lenient.MaxPage - 1) / lenient.MaxPage }

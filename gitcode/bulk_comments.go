package gitcode

import (
	"context"
	"net/http"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

const (
	// resumeWindow is how far back a comment counts as posted by an earlier
	// attempt.
	resumeWindow = time.Hour
	// clockSkew is how far the clock of GitCode may differ from this one without
	// a Date header to compare them.
	clockSkew = 10 * time.Minute
	// maxRecentPages is the maximum number of pages of a list.
	maxRecentPages = 100
)

// newestComments selects the newest comments of an issue or, without a number,
// of a repository. The two lists have different parameters.
type newestComments struct {
	RepoRef
	Number    int    `json:"number,omitempty"`
	Sort      string `json:"sort,omitempty"`
	Direction string `json:"direction,omitempty"`
	Order     string `json:"order,omitempty"`
	Since     string `json:"since"`
	Page      int    `json:"page"`
	PerPage   int    `json:"per_page"`
}

// commentPage is a page of the comments since a time.
type commentPage struct {
	comments []*Comment
	since    time.Time // by GitCode's clock
	pages    int       // in all; 0 if GitCode does not say
	last     bool
}

// commentsSince returns a page of the comments that were created within the last
// age, by GitCode's clock. Number is 0 for those of the whole repository.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-number-comments and
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues-comments
func (c *Client) commentsSince(ctx context.Context, ref IssueRef, age time.Duration, page int) (*commentPage, error) {
	p := newestComments{RepoRef: ref.RepoRef, Number: ref.Number, Order: "desc", Page: page, PerPage: lenient.MaxPage}
	endpoint := issueCommentsEndpoint
	if ref.Number == 0 {
		endpoint, p.Sort, p.Direction, p.Order = repoCommentsEndpoint, "created", "desc", ""
	}
	now := time.Now()
	for again := false; ; again = true {
		p.Since = now.Add(-age - clockSkew).Format(time.RFC3339)
		req, err := rest.NewRequest(endpoint, p)
		if err != nil {
			return nil, err
		}
		result, response, err := rest.Do[lenient.PageRows[*Comment]](ctx, c.Client, req)
		if err != nil {
			return nil, err
		}
		date, err := http.ParseTime(response.Header.Get("Date"))
		if err == nil && date.Before(now.Add(-clockSkew)) && !again {
			now = date // GitCode's clock is so slow that since left out too much
			continue
		}
		list := &commentPage{comments: result.Items, since: now.Add(-age - clockSkew), last: len(result.Items)+result.Unreadable < lenient.MaxPage}
		if err == nil {
			list.since = date.Add(-age - time.Second) // both have whole seconds
		}
		if pages := intHeader(response.Header, "total_page"); pages != nil {
			list.pages, list.last = *pages, page >= *pages
		}
		return list, nil
	}
}

// posted calls found with each comment that the token's owner created within the
// last age.
func (c *Client) posted(ctx context.Context, ref IssueRef, age time.Duration, found func(*Comment)) error {
	me, err := c.login(ctx, "me")
	if err != nil {
		return err
	}
	for page := 1; page <= maxRecentPages; page++ {
		list, err := c.commentsSince(ctx, ref, age, page)
		if err != nil {
			return err
		}
		list.mine(me, found)
		if list.last {
			break
		}
	}
	return nil
}

// mine calls found with each comment of a user. A comment without a readable
// time counts, because GitCode returned it.
func (l *commentPage) mine(me string, found func(*Comment)) {
	for _, comment := range l.comments {
		if strings.EqualFold(string(comment.User.Login), me) && (comment.CreatedAt.IsZero() || !comment.CreatedAt.Before(l.since)) {
			found(comment)
		}
	}
}

// hasPosted reports whether the token's owner has posted a comment since a time.
func (c *Client) hasPosted(ctx context.Context, ref IssueRef, text string, since time.Time) (bool, error) {
	posted := false
	err := c.posted(ctx, ref, time.Since(since), func(comment *Comment) {
		posted = posted || sameText(string(comment.Body), text)
	})
	return posted, err
}

// skipPosted removes the comments that the token's owner has posted within the
// last hour. It reads the repository's list, or the lists of the issues if that
// takes fewer requests.
func (b *bulk) skipPosted(ctx context.Context) error {
	var open []*bulkIssue
	for _, i := range b.issues {
		if len(i.todo.comments) > 0 {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return nil
	}
	me, err := b.client.login(ctx, "me")
	if err != nil {
		return err
	}
	complete := true
	skip := func(comment *Comment) {
		target := comment.Target.Issue
		complete = complete && target != TargetIssue{}
		for _, i := range open {
			if target.Number != 0 && int(target.Number) == i.Number || target.Number == 0 && target.ID != 0 && target.ID == i.seen.ID {
				i.skip(comment)
			}
		}
	}
	for page := 1; page < len(open) && complete; page++ {
		list, err := b.client.commentsSince(ctx, IssueRef{RepoRef: b.repo}, resumeWindow, page)
		if err != nil {
			return err
		}
		if page == 1 && list.pages-1 > len(open) {
			break
		}
		list.mine(me, skip)
		if list.last && complete {
			return nil
		}
	}
	for _, i := range open {
		if err := b.client.posted(ctx, i.IssueRef, resumeWindow, i.skip); err != nil {
			return err
		}
	}
	return nil
}

// skip removes a comment that was posted already.
func (i *bulkIssue) skip(posted *Comment) {
	var left []string
	for _, text := range i.todo.comments {
		if !sameText(text, string(posted.Body)) {
			left = append(left, text)
		}
	}
	i.todo.comments = left
}

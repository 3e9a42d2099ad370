package gitcode

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// maxNumbers is the maximum number of issues that a call reads by their numbers.
const maxNumbers = 200

const (
	pagesAtOnce = 10 // pages that are requested before it is checked whether they help
	probes      = 3  // issues that are read if the list cannot be
)

// numberedIssues returns the issues with the requested numbers, in that order and
// without details.
func (c *Client) numberedIssues(ctx context.Context, p *ListRepoIssuesParams) (*IssuePage, error) {
	if err := p.checkNumbers(); err != nil {
		return nil, err
	}
	found, failed := c.issuesByNumber(ctx, p.RepoRef, p.Numbers, maxNumbers)
	page := &IssuePage{Page: &rest.Page[*Issue]{}}
	seen := map[int]bool{}
	for _, number := range p.Numbers {
		if seen[number] {
			continue
		}
		seen[number] = true
		if issue, ok := found[number]; ok {
			page.Items = append(page.Items, &issue.Issue)
		} else {
			page.Unread = append(page.Unread, UnreadIssue{number, failed[number]})
		}
	}
	if len(page.Items) == 0 {
		return nil, namingIssue(p.Numbers[0], failed[p.Numbers[0]])
	}
	return page, nil
}

func (p *ListRepoIssuesParams) checkNumbers() error {
	encoded, err := rest.Marshal(p)
	if err != nil {
		return err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &members); err != nil {
		return err
	}
	var names []string
	for name := range members {
		if !slices.Contains([]string{"owner", "repo", "fields", "numbers", "include"}, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	switch {
	case len(names) > 0:
		return rest.InvalidArguments(repoIssuesEndpoint, "numbers selects exactly these issues and cannot be combined with "+strings.Join(names, ", "))
	case len(p.Numbers) == 0 || len(p.Numbers) > maxNumbers:
		return rest.InvalidArguments(repoIssuesEndpoint, fmt.Sprintf("numbers must have 1 to %d elements, not %d", maxNumbers, len(p.Numbers)))
	case slices.Min(p.Numbers) < 1:
		return rest.InvalidArguments(repoIssuesEndpoint, fmt.Sprintf("numbers must be at least 1, not %d", slices.Min(p.Numbers)))
	}
	return nil
}

// issuesByNumber reads issues of a repository, in any state, with as few
// requests as possible. An issue that could not be read has an error instead.
// It reads at most the given number of issues one by one, the first ones; the
// others have neither.
//
// One or two issues are read one by one. For more, the newest 100 issues of the
// repository often contain them all. Numbers are assigned in order, so that page
// also shows on which other pages the rest is. Such a page is requested if it
// should contain at least two of them. What no page contains is read one by one:
// issues that are missing in the list, because they are gone or private, move
// the others to earlier pages. When pages contain fewer of them than there are
// pages, no more are requested.
//
// If the list is forbidden or not found, three issues show whether it helps to read
// them one by one.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-issues
func (c *Client) issuesByNumber(ctx context.Context, repo RepoRef, numbers []int, most int) (map[int]*issueResponse, map[int]error) {
	found, failed := map[int]*issueResponse{}, map[int]error{}
	wanted := slices.Compact(slices.Sorted(slices.Values(numbers)))
	read := 0 // issues that were found or failed, for the progress
	report := func(n int) {
		read += n
		rest.ReportStep(ctx, rest.Step{Done: read, Total: len(wanted)})
	}
	var mu sync.Mutex // guards found, failed and read
	missing := wanted
	take := func(page *rest.Page[*issueResponse]) {
		mu.Lock()
		defer mu.Unlock()
		before := len(found)
		for _, issue := range page.Items {
			if number := int(issue.Number); slices.Contains(missing, number) {
				found[number] = issue
			}
		}
		report(len(found) - before)
	}
	drop := func() {
		missing = slices.DeleteFunc(slices.Clone(missing), func(n int) bool { _, ok := found[n]; return ok })
	}

	alone := func(numbers []int) {
		rest.InParallel(len(numbers), func(i int) {
			number := numbers[i]
			issue, err := c.readIssue(ctx, IssueRef{RepoRef: repo, Number: number})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed[number] = err
			} else {
				issue.Number = Int(number)
				found[number] = issue
			}
			report(1)
		})
	}

	if len(missing) > 2 {
		first, err := c.newestIssues(ctx, repo, 1)
		switch class := rest.ErrorClass(err); {
		case err == nil:
			take(first)
		case class == rest.MalformedResponse:
		case class == rest.Forbidden, class == rest.NotFound:
			alone(missing[:probes])
			missing = missing[probes:]
			if len(found) > 0 {
				break
			}
			fallthrough
		default:
			for _, number := range missing {
				failed[number] = err
			}
			return found, failed
		}
		drop()
		for pages := range slices.Chunk(pagesWith(missing, first), pagesAtOnce) {
			before := len(missing)
			rest.InParallel(len(pages), func(i int) {
				if page, err := c.newestIssues(ctx, repo, pages[i]); err == nil {
					take(page)
				}
			})
			drop()
			if before-len(missing) < len(pages) {
				break // the issues are elsewhere
			}
		}
	}
	order := make(map[int]int, len(numbers))
	for i, number := range numbers {
		order[number] = i
	}
	places := make([]int, len(missing))
	for i, number := range missing {
		places[i] = order[number]
	}
	slices.Sort(places)
	for i, place := range places {
		missing[i] = numbers[place]
	}
	alone(missing[:min(len(missing), most)])
	return found, failed
}

// newestIssues returns a page with 100 issues of a repository, the newest first.
func (c *Client) newestIssues(ctx context.Context, repo RepoRef, page int) (*rest.Page[*issueResponse], error) {
	return list[*issueResponse](ctx, c, repoIssuesEndpoint, &ListRepoIssuesParams{
		RepoRef: repo, State: "all", Sort: "created", Direction: "desc", Include: Include{"body"}, Paging: Paging{Page: rest.NewPageNumber(page, 0), PerPage: lenient.MaxPage},
	})
}

// pagesWith returns the pages after the first of newestIssues that should contain
// at least two of the numbers. It assumes that the issues which the list lacks
// are spread evenly over those after the first page.
func pagesWith(numbers []int, first *rest.Page[*issueResponse]) []int {
	if first == nil || first.Next == 0 || first.Total == nil || len(first.Items) == 0 {
		return nil
	}
	listed, last := len(first.Items)+first.Unreadable, int(first.Items[len(first.Items)-1].Number)
	count := map[int]int{}
	var pages []int
	for _, number := range numbers {
		if number >= last {
			continue // it would be on the first page
		}
		// The issues 1 to last-1 fill the rest of the list, the newest first.
		row := listed + (last-1-number)*(*first.Total-listed)/(last-1)
		page := row/lenient.MaxPage + 1
		if count[page]++; count[page] == 2 && page > 1 {
			pages = append(pages, page)
		}
	}
	return pages
}

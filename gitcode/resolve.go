package gitcode

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// recently is how old a part of a repository may be if a name is not in it: it
// may have been added since.
const recently = 5 * time.Second

// checkLabels rejects names that are not labels of the repository, and names the
// closest ones. GitCode would create them without a word. If create allows new
// labels, nothing is checked; the labels are read again when they are needed
// next.
func (c *Client) checkLabels(ctx context.Context, repo RepoRef, names []string, create bool) error {
	if create {
		c.forgetLabels(repo)
		return nil
	}
	known, unknown, err := c.findLabels(ctx, repo, names)
	switch {
	case err != nil:
		err = fmt.Errorf("not sent: the labels could not be checked: %w", err)
		if e, ok := errors.AsType[*rest.Error](err); !ok || e.Class != rest.Unauthenticated { // with which nothing else succeeds either
			err = fmt.Errorf("%w; create_labels=true skips this check", err)
		}
		return err
	case len(unknown) == 0:
		return nil
	}
	them := "it"
	if len(unknown) > 1 {
		them = "them"
	}
	return &rest.Error{Class: rest.Invalid, NotSent: true, Message: closest.NoneAmong("label", unknown, repo.Target(), known) + " Pass create_labels=true to create " + them + "."}
}

// findLabels returns the labels of a repository, as far as needed to find all of
// the names, and the names that it lacks. If one is not found, labels read
// earlier are read again.
func (c *Client) findLabels(ctx context.Context, repo RepoRef, names []string) (known, unknown []string, err error) {
	if len(names) == 0 {
		return nil, nil, nil
	}
	start := time.Now()
	for _, age := range []time.Duration{cacheTime, recently} {
		labels, err := c.labelsWith(ctx, repo, start.Add(-age), names)
		if err != nil {
			return nil, nil, err
		}
		known = texts(labels, (*RepoLabel).name)
		if unknown = withoutExact(names, known); len(unknown) == 0 {
			break
		}
	}
	return known, unknown, nil
}

// labelsWith returns the labels of a repository that were read since a time, as far
// as needed to find all of the names.
func (c *Client) labelsWith(ctx context.Context, repo RepoRef, since time.Time, names []string) ([]*RepoLabel, error) {
	labels, err := c.cached(ctx, repo).labels.read(ctx, since, pagesOf(c.ListRepoLabels, repo), func(labels []*RepoLabel) bool {
		return len(withoutExact(names, texts(labels, (*RepoLabel).name))) == 0
	})
	return labels.items, err
}

func (p *Collaborator) login() Text { return p.Login }

func texts[T any](items []T, text func(T) Text) []string {
	values := make([]string, len(items))
	for i, item := range items {
		values[i] = string(text(item))
	}
	return values
}

// longestTitle is the maximum number of digits that may be the title of a
// milestone: a year. The numbers of milestones are global, and most are longer.
const longestTitle = 4

// milestoneNumber returns the number of a milestone that is given by its number
// or by the title of an open one. It is 0 for "" and "0", which clear a
// milestone. A few digits are the number of an open milestone, else the title of
// one. A number is not rejected if no open milestone has it: a closed one may.
func (c *Client) milestoneNumber(ctx context.Context, repo RepoRef, milestone string) (MilestoneNumber, error) {
	if milestone = strings.TrimSpace(milestone); milestone == "" {
		return 0, nil
	}
	isNumber, number := isDigits(milestone), MilestoneNumber(0)
	if isNumber {
		n, err := strconv.ParseInt(milestone, 10, 32)
		if err != nil {
			return 0, &rest.Error{Class: rest.Invalid, NotSent: true, Message: "the milestone's number is out of range"}
		}
		if number = MilestoneNumber(n); n == 0 || len(milestone) > longestTitle {
			return number, nil
		}
	}
	var open content[*RepoMilestone]
	start := time.Now()
	for _, age := range []time.Duration{cacheTime, recently} {
		var err error
		open, err = c.openMilestones(ctx, repo, start.Add(-age))
		if isNumber && (err != nil || slices.ContainsFunc(open.items, func(m *RepoMilestone) bool { return MilestoneNumber(m.Number) == number })) {
			return number, nil
		}
		if err != nil {
			return 0, err
		}
		found := withTitle(open.items, milestone)
		if len(found) > 1 {
			return 0, &rest.Error{Class: rest.Invalid, NotSent: true, Message: fmt.Sprintf("%d open milestones have the title %s; pass the number of one, such as %d", len(found), closest.Quoted(milestone), found[0].Number)}
		}
		if len(found) == 1 {
			return MilestoneNumber(found[0].Number), nil
		}
	}
	if isNumber {
		return number, nil
	}
	return 0, &rest.Error{Class: rest.Invalid, NotSent: true, Message: closest.NotAmong("open milestone", milestone, repo.Target(), texts(open.items, (*RepoMilestone).title))}
}

// withTitle returns the milestones with a title, or else those with the title in
// another case.
func withTitle(milestones []*RepoMilestone, title string) []*RepoMilestone {
	for _, equal := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		var found []*RepoMilestone
		for _, m := range milestones {
			if equal(strings.TrimSpace(string(m.Title)), title) {
				found = append(found, m)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// milestoneTitle returns the title of the open milestone with a number, or with a
// title in another case, for the filters of lists, which take titles. Digits that
// are a title are one. It returns any other text unchanged, which may be the title
// of a closed milestone, and every text if the milestones cannot be read.
func (c *Client) milestoneTitle(ctx context.Context, repo RepoRef, milestone string) string {
	trimmed := strings.TrimSpace(milestone)
	if isMilestoneWord(trimmed) {
		return milestone
	}
	open, err := c.openMilestones(ctx, repo, time.Now().Add(-cacheTime))
	if err != nil {
		return milestone
	}
	if found := withTitle(open.items, trimmed); len(found) > 0 {
		return string(found[0].Title)
	}
	for _, m := range open.items {
		if strconv.FormatInt(int64(m.Number), 10) == trimmed && m.Title != "" {
			return string(m.Title)
		}
	}
	return milestone
}

// isMilestoneWord reports whether the milestone of a filter is not a title.
func isMilestoneWord(milestone string) bool {
	return slices.Contains([]string{"", "none", "*"}, strings.ToLower(milestone))
}

// checkFilters looks for names that may be why a list of a repository's issues is
// empty. It rejects labels that the repository lacks. It returns a note if no open
// milestone has the title: it may be that of a closed one. Names that cannot be
// checked are none.
func (c *Client) checkFilters(ctx context.Context, p *ListRepoIssuesParams) (note string, err error) {
	if known, unknown, err := c.findLabels(ctx, p.RepoRef, trimmed(p.Labels)); err == nil && len(unknown) > 0 {
		return "", &rest.Error{Class: rest.Invalid, Endpoint: repoIssuesEndpoint, Message: closest.NoneAmong("label", unknown, p.Target(), known)}
	}
	if isMilestoneWord(strings.TrimSpace(p.Milestone)) {
		return "", nil
	}
	open, err := c.openMilestones(ctx, p.RepoRef, time.Now().Add(-cacheTime))
	if err != nil || len(withTitle(open.items, strings.TrimSpace(p.Milestone))) > 0 {
		return "", nil
	}
	sentence := closest.NotAmong("open milestone", p.Milestone, p.Target(), texts(open.items, (*RepoMilestone).title))
	return closest.Ended(strings.ToUpper(sentence[:1]) + sentence[1:]), nil
}

func (c *Client) openMilestones(ctx context.Context, repo RepoRef, since time.Time) (content[*RepoMilestone], error) {
	return c.cached(ctx, repo).milestones.read(ctx, since, pagesOf(c.ListOpenMilestones, repo), nil)
}

// isDigits reports whether a text that is not empty consists of digits.
func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// login returns a comma-separated list of usernames with that of the token's
// owner instead of "me", and names without the @ that people write before them.
// It returns any other list unchanged.
func (c *Client) login(ctx context.Context, names string) (string, error) {
	split := strings.Split(names, ",")
	for i, name := range split {
		if bare, ok := strings.CutPrefix(strings.TrimSpace(name), "@"); ok && bare != "" {
			name, split[i] = bare, bare
		}
		if !strings.EqualFold(strings.TrimSpace(name), "me") {
			continue
		}
		user, err := c.cached(ctx, RepoRef{}).user.read(ctx, time.Now().Add(-cacheTime), single(c.GetUser), nil)
		if err != nil {
			return "", err
		}
		split[i] = string(user.items[0].Login)
	}
	return strings.Join(split, ","), nil
}

// resolveLogins replaces "me" in each of the names.
func (c *Client) resolveLogins(ctx context.Context, names ...*string) error {
	for _, name := range names {
		resolved, err := c.login(ctx, *name)
		if err != nil {
			return err
		}
		*name = resolved
	}
	return nil
}

// collaborators returns the members of a repository, up to 500, that were read
// since a time.
func (c *Client) collaborators(ctx context.Context, repo RepoRef, since time.Time) ([]*Collaborator, error) {
	const enough = 5 * lenient.MaxPage
	people, err := c.cached(ctx, repo).people.read(ctx, since, pagesOf(c.ListCollaborators, repo),
		func(people []*Collaborator) bool { return len(people) >= enough })
	return people.items, err
}

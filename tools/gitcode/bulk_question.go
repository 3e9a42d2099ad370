package gitcode

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// unaskedBulk is the maximum number of issues that a call changes without asking its
// user.
const unaskedBulk = 10

// bulkQuestion says how many issues change, and in which ways. It counts before
// it shows the first changes, so that nothing is hidden behind them.
func bulkQuestion(p *api.UpdateIssuesParams) tools.Question {
	all := issueSet{}
	var kinds []string
	sets := map[string]issueSet{}
	count := func(kind string, given bool, numbers []int) {
		if !given {
			return
		}
		if sets[kind] == nil {
			sets[kind] = issueSet{}
			kinds = append(kinds, kind)
		}
		sets[kind].add(numbers)
	}
	for _, change := range p.Changes {
		all.add(change.Numbers)
		count("close", change.State == "closed", change.Numbers)
		count("reopen", change.State == "open", change.Numbers)
		count("add labels to", len(change.AddLabels) > 0, change.Numbers)
		count("remove labels from", len(change.RemoveLabels) > 0, change.Numbers)
		count("set the assignees of", change.Assignee != nil, change.Numbers)
		count("set the milestone of", change.Milestone != nil, change.Numbers)
		count("set the status of", change.Status != "", change.Numbers)
		count("comment on", change.Comment != "", change.Numbers)
	}
	if len(all) <= unaskedBulk {
		return nil
	}
	for i, kind := range kinds {
		kinds[i] = fmt.Sprintf("%s %d", kind, len(sets[kind]))
	}
	return tools.Asking(fmt.Sprintf("Change %d issues (%s) of %s? %s", len(all), strings.Join(kinds, ", "), p.Target(), bulkExamples(p, all)))
}

// bulkExamples returns the first of what a call changes.
func bulkExamples(p *api.UpdateIssuesParams, all issueSet) string {
	var labels, removed, assignees, statuses, comments []string
	for _, change := range p.Changes {
		labels, removed = append(labels, change.AddLabels...), append(removed, change.RemoveLabels...)
		if change.Assignee != nil {
			assignees = append(assignees, *change.Assignee)
		}
		if change.Status != "" {
			statuses = append(statuses, change.Status)
		}
		if change.Comment != "" {
			comments = append(comments, change.Comment)
		}
	}
	const mostNumbers = 5
	numbers := slices.Sorted(maps.Keys(all))
	var b strings.Builder
	b.WriteString("Issues " + strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers[:min(len(numbers), mostNumbers)]), " ", ", "), "[]") + " …")
	for _, kind := range []struct {
		name   string
		values []string
		most   int
	}{{"add", labels, 3}, {"remove", removed, 2}, {"assign", assignees, 1}, {"status", statuses, 1}, {"comment", comments, 1}} {
		slices.Sort(kind.values)
		values := slices.Compact(kind.values)
		var shown []string
		for _, value := range values[:min(len(values), kind.most)] {
			shown = append(shown, tools.FirstWords(value))
		}
		if len(shown) > 0 {
			b.WriteString("; " + kind.name + " " + strings.Join(shown, ", "))
		}
		if len(values) > kind.most {
			fmt.Fprintf(&b, " and %d more", len(values)-kind.most)
		}
	}
	return b.String()
}

// deleteCommentQuestion says whose comment is deleted, and how it begins.
func deleteCommentQuestion(c *api.Client) func(*api.CommentRef) tools.Question {
	return func(p *api.CommentRef) tools.Question {
		return func(ctx context.Context) (string, error) {
			comment, err := c.GetComment(ctx, &api.GetCommentParams{CommentRef: *p})
			if err != nil {
				return "", err
			}
			of := ""
			if comment.Target.Issue.Number != 0 {
				of = fmt.Sprintf(" on issue #%d", comment.Target.Issue.Number)
			}
			return fmt.Sprintf("Permanently delete %s by %s%s? It begins %s", p.Target(), tools.FirstWords(string(comment.User.Login)), of, tools.FirstWords(string(comment.Body))), nil
		}
	}
}

// deleteMilestoneQuestion says which milestone is deleted, and how many issues it has.
func deleteMilestoneQuestion(c *api.Client) func(*api.MilestoneRef) tools.Question {
	return func(p *api.MilestoneRef) tools.Question {
		return func(ctx context.Context) (string, error) {
			m, err := c.GetMilestone(ctx, p)
			if err != nil {
				return "", err
			}
			issues := ""
			if open, closed := m.OpenIssues.Value, m.ClosedIssues.Value; open != nil && closed != nil {
				issues = fmt.Sprintf(" with %d open and %d closed issues", *open, *closed)
			}
			return fmt.Sprintf("Permanently delete %s %s%s?", p.Target(), tools.FirstWords(string(m.Title)), issues), nil
		}
	}
}

// issueSet is a set of issue numbers.
type issueSet map[int]struct{}

func (s issueSet) add(numbers []int) {
	for _, n := range numbers {
		s[n] = struct{}{}
	}
}

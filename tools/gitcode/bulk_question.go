package gitcode

import (
	"fmt"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
)

// unaskedBulk is the maximum number of issues that a call changes without asking its
// user.
const unaskedBulk = 10

// bulkQuestion says how many issues change, and in which ways. It counts instead of
// listing the changes, so that nothing is hidden behind what comes first.
func bulkQuestion(p *api.UpdateIssuesParams) string {
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
		return ""
	}
	for i, kind := range kinds {
		kinds[i] = fmt.Sprintf("%s %d", kind, len(sets[kind]))
	}
	return fmt.Sprintf("Change %d issues (%s) of %s?", len(all), strings.Join(kinds, ", "), p.Target())
}

// issueSet is a set of issue numbers.
type issueSet map[int]struct{}

func (s issueSet) add(numbers []int) {
	for _, n := range numbers {
		s[n] = struct{}{}
	}
}

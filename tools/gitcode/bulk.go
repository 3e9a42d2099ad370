package gitcode

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// IssuesWritten is the result of changing several issues.
type IssuesWritten struct {
	Rows      []OutcomeRow       `json:"rows,omitzero" jsonschema_description:"The issues that were begun"`
	Counts    OutcomeCounts      `json:"counts,omitzero" jsonschema_description:"Number of issues by outcome"`
	Stopped   string             `json:"stopped,omitempty" jsonschema_description:"Why the call ended early, and when to go on"`
	Remaining []api.IssuesChange `json:"remaining,omitempty" jsonschema_description:"Changes not known to be made, failed ones included; pass them as changes, with resume=true"`
	tools.Written

	finished string // the issues of which nothing remains
}

// Exact returns what remains: no other text than the one requested may be posted.
func (v *IssuesWritten) Exact() any { return v.Remaining }

// Drop leaves out what remains.
func (v *IssuesWritten) Drop(reason string) {
	if len(v.Remaining) == 0 {
		return
	}
	v.Remaining, v.Cut = nil, "remaining is left out "+reason+"; make the same call again, with resume=true"
	if v.finished != "" {
		v.Cut += " and without the issues that are done: " + v.finished
	}
	v.Cut += "."
	v.Stopped = strings.ReplaceAll(v.Stopped, passRemaining, "make the same call again, with resume=true (see cut)")
}

// OutcomeRow is what became of an issue.
type OutcomeRow struct {
	Number  int              `json:"number" jsonschema_description:"Issue number"`
	Outcome api.IssueOutcome `json:"outcome" jsonschema_description:"done (in a dry run planned), unchanged, failed or unknown"`
	Error   string           `json:"error,omitempty" jsonschema_description:"Why, or the issue with the same error"`

	PreviousAssignees []string `json:"previous_assignees,omitempty" jsonschema_description:"Assignees that were replaced"`
}

// OutcomeCounts counts issues.
type OutcomeCounts struct {
	Done      int `json:"done,omitempty" jsonschema_description:"Changed as requested"`
	Planned   int `json:"planned,omitempty" jsonschema_description:"To be changed as dry_run shows"`
	Unchanged int `json:"unchanged,omitempty" jsonschema_description:"Everything was in place already"`
	Failed    int `json:"failed,omitempty" jsonschema_description:"At least a part did not happen"`
	Unknown   int `json:"unknown,omitempty" jsonschema_description:"A part may have happened"`
	NotBegun  int `json:"not_begun,omitempty" jsonschema_description:"Left for another call"`
}

func issuesUpdated(p *api.UpdateIssuesParams, u *api.IssuesUpdate) *IssuesWritten {
	v := &IssuesWritten{Rows: make([]OutcomeRow, len(u.Issues)), Remaining: u.Remaining}
	first := map[string]int{} // the first issue with an error
	for n := range u.Issues {
		i := &u.Issues[n]
		v.Rows[n] = OutcomeRow{Number: i.Number, Outcome: i.Outcome, PreviousAssignees: i.PreviousAssignees}
		if i.Err == nil {
			continue
		}
		text := issueError(i)
		if same, known := first[text]; known {
			text = fmt.Sprintf("as #%d", same)
		} else {
			first[text] = i.Number
		}
		v.Rows[n].Error = text
	}
	v.Counts = outcomeCounts(p, u)
	v.Warnings = bulkWarnings(u.Issues)
	v.finished = finished(p, u)
	if u.Stopped != nil {
		v.Stopped = fmt.Sprintf("%v; %s", u.Stopped, goOn(u))
	}
	v.Outcome = tools.Unchanged // the audit log has the steps that wrote something
	return v
}

// issueError returns the error of an issue without what differs from issue to
// issue.
func issueError(i *api.IssueUpdate) string {
	e, ok := errors.AsType[*rest.Error](i.Err)
	if !ok {
		return i.Err.Error()
	}
	plain := *e
	plain.TraceID = ""
	text := plain.Error()
	switch {
	case i.Outcome == api.Unknown:
		text += "; wait a minute before you send what remains, with resume=true"
	case e.Class == rest.Forbidden:
		text += "; " + askMember
	}
	return text
}

// finished names the issues of a call of which nothing remains. A range contains
// no other issue of the call.
func finished(p *api.UpdateIssuesParams, u *api.IssuesUpdate) string {
	open := remainingNumbers(u)
	done := map[int]bool{}
	for _, i := range u.Issues {
		done[i.Number] = !open[i.Number]
	}
	var numbers []int
	for _, change := range p.Changes {
		numbers = append(numbers, change.Numbers...)
	}
	slices.Sort(numbers)
	var ranges []string
	for n, numbers := 0, slices.Compact(numbers); n < len(numbers); n++ {
		first := n
		for n < len(numbers) && done[numbers[n]] {
			n++
		}
		switch last := n - 1; {
		case last > first:
			ranges = append(ranges, fmt.Sprintf("#%d-#%d", numbers[first], numbers[last]))
		case last == first:
			ranges = append(ranges, fmt.Sprintf("#%d", numbers[first]))
		}
	}
	return strings.Join(ranges, ", ")
}

// remainingNumbers returns the issues of which something remains.
func remainingNumbers(u *api.IssuesUpdate) map[int]bool {
	numbers := map[int]bool{}
	for _, change := range u.Remaining {
		for _, n := range change.Numbers {
			numbers[n] = true
		}
	}
	return numbers
}

func outcomeCounts(p *api.UpdateIssuesParams, u *api.IssuesUpdate) OutcomeCounts {
	var c OutcomeCounts
	for _, i := range u.Issues {
		switch i.Outcome {
		case api.Done:
			c.Done++
		case api.Planned:
			c.Planned++
		case api.Unchanged:
			c.Unchanged++
		case api.Failed:
			c.Failed++
		case api.Unknown:
			c.Unknown++
		}
	}
	numbers := map[int]bool{}
	for _, change := range p.Changes {
		for _, n := range change.Numbers {
			numbers[n] = true
		}
	}
	c.NotBegun = len(numbers) - len(u.Issues)
	return c
}

const passRemaining = "pass remaining as changes, with resume=true"

// goOn says when to request what remains.
func goOn(u *api.IssuesUpdate) string {
	e, ok := errors.AsType[*rest.Error](u.Stopped)
	switch {
	case !ok:
		return passRemaining
	case e.Class == rest.Unauthenticated:
		return "the user has to give the server a valid token (see Personal Settings, Access Tokens, on gitcode.com); then " + passRemaining
	case e.RetryAfter > 0:
		return fmt.Sprintf("in %v %s%s", tools.Wait(e), passRemaining, checkComments(e.RetryAfter, u))
	case e.Class == rest.RateLimited:
		return "in a minute " + passRemaining
	}
	return "then " + passRemaining
}

// checkComments names the issues whose comments may have been posted already,
// if resume will not find them after the wait.
func checkComments(wait time.Duration, u *api.IssuesUpdate) string {
	if wait <= 50*time.Minute {
		return ""
	}
	var numbers []string
	for _, i := range u.Issues {
		if slices.ContainsFunc(u.Remaining, func(c api.IssuesChange) bool { return c.Comment != "" && slices.Contains(c.Numbers, i.Number) }) {
			numbers = append(numbers, fmt.Sprintf("#%d", i.Number))
		}
	}
	if len(numbers) == 0 {
		return ""
	}
	return "; resume looks back one hour: first check whether the comments of " + strings.Join(numbers, ", ") + " were posted"
}

// bulkWarnings names the issues of each deviation.
func bulkWarnings(issues []api.IssueUpdate) []string {
	var texts []string
	numbers := map[string][]string{}
	for _, i := range issues {
		for _, d := range i.Deviations {
			text := ignored(&api.IssueChange{}, d)
			switch {
			case !d.Requested && !d.Unknown:
				text = changedUnasked(d)
			case d.Unknown:
				text = tools.Unverified("GitCode", []string{unverified(d)}, i.ReadErr) + "; check again later"
			}
			if !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
			numbers[text] = append(numbers[text], fmt.Sprintf("#%d", i.Number))
		}
	}
	for n, text := range texts {
		texts[n] = strings.Join(numbers[text], ", ") + ": " + text
	}
	return texts
}

package gitcode

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// IssuesWritten is the result of changing several issues.
type IssuesWritten struct {
	Rows      []OutcomeRow       `json:"rows,omitzero" jsonschema_description:"The issues that were begun"`
	Counts    OutcomeCounts      `json:"counts,omitzero" jsonschema_description:"Number of issues by outcome"`
	Stopped   string             `json:"stopped,omitempty" jsonschema_description:"Why the call ended early, and when to go on"`
	Remaining []api.IssuesChange `json:"remaining,omitempty" jsonschema_description:"Changes not known to be made; pass them as changes, with resume=true"`
	tools.Written
}

// Drop leaves out what remains: part of a comment must not be posted.
func (v *IssuesWritten) Drop() {
	if len(v.Remaining) > 0 {
		v.Remaining, v.Cut = nil, "remaining is left out because of its size; make the same call again, with resume=true."
		v.Stopped = strings.ReplaceAll(v.Stopped, passRemaining, "make the same call again, with resume=true")
	}
}

// OutcomeRow is what became of an issue.
type OutcomeRow struct {
	Number  int              `json:"number" jsonschema_description:"Issue number"`
	Outcome api.IssueOutcome `json:"outcome" jsonschema_description:"done, unchanged, failed or unknown"`
	Error   string           `json:"error,omitempty" jsonschema_description:"Why, or the issue with the same error"`
}

// OutcomeCounts counts issues.
type OutcomeCounts struct {
	Done      int `json:"done,omitempty" jsonschema_description:"Changed as requested"`
	Unchanged int `json:"unchanged,omitempty" jsonschema_description:"Everything was in place already"`
	Failed    int `json:"failed,omitempty" jsonschema_description:"At least a part did not happen"`
	Unknown   int `json:"unknown,omitempty" jsonschema_description:"A part may have happened"`
	NotBegun  int `json:"not_begun,omitempty" jsonschema_description:"Left for another call"`
}

func issuesUpdated(p api.UpdateIssuesParams, u api.IssuesUpdate) IssuesWritten {
	v := IssuesWritten{Rows: make([]OutcomeRow, len(u.Issues)), Remaining: u.Remaining}
	first := map[string]int{} // the first issue with an error
	for n, i := range u.Issues {
		v.Rows[n] = OutcomeRow{Number: i.Number, Outcome: i.Outcome}
		if i.Err == nil {
			continue
		}
		text := issueError(i.Err)
		if same, known := first[text]; known {
			text = fmt.Sprintf("as #%d", same)
		} else {
			first[text] = i.Number
		}
		v.Rows[n].Error = text
	}
	v.Counts = outcomeCounts(p, u)
	v.Warnings = bulkWarnings(u.Issues)
	if u.Stopped != nil {
		v.Stopped = fmt.Sprintf("%v; %s", u.Stopped, goOn(u.Stopped))
	}
	switch {
	case v.Counts.Failed+v.Counts.NotBegun > 0:
		v.Outcome = tools.Partial
	case v.Counts.Unknown > 0:
		v.Outcome = string(rest.OutcomeUnknown)
	case v.Counts.Done == 0:
		v.Outcome = tools.Unchanged
	}
	return v
}

// issueError returns an error without what differs from issue to issue.
func issueError(err error) string {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok {
		return err.Error()
	}
	plain := *e
	plain.TraceID = ""
	text := plain.Error()
	if e.Class == rest.Forbidden {
		text += "; " + askMember
	}
	return text
}

func outcomeCounts(p api.UpdateIssuesParams, u api.IssuesUpdate) OutcomeCounts {
	var c OutcomeCounts
	for _, i := range u.Issues {
		switch i.Outcome {
		case api.Done:
			c.Done++
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
func goOn(err error) string {
	e, ok := errors.AsType[*rest.Error](err)
	switch {
	case !ok:
		return passRemaining
	case e.RetryAfter > 0:
		return fmt.Sprintf("in %v %s", tools.Wait(e), passRemaining)
	case e.Class == rest.RateLimited:
		return "in a minute " + passRemaining
	}
	return "then " + passRemaining
}

// bulkWarnings names the issues of each deviation.
func bulkWarnings(issues []api.IssueUpdate) []string {
	var texts []string
	numbers := map[string][]string{}
	for _, i := range issues {
		for _, d := range i.Deviations {
			text := ignored(api.IssueChange{}, d)
			if d.Unknown {
				text = fmt.Sprintf("could not verify %s: %s; check again later", unverified(d), whyUnknown(i.ReadErr))
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

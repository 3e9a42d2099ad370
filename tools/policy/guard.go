package policy

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/command"
)

// Guard enforces the rules on the requests of a client. It counts writes in memory.
type Guard struct {
	rules  *Rules
	writes counter
	places places
}

// Guard returns a guard of the rules.
func (r *Rules) Guard() *Guard { return &Guard{rules: r} }

// Check refuses a request that breaks a rule, and counts a write that is about to be
// sent.
func (g *Guard) Check(ctx context.Context, c *rest.Client, a *rest.Action) *rest.Error {
	r := g.rules
	if refusal := r.check(a); refusal != nil {
		return refusal
	}
	if r.restrictsRepos(a.Write) {
		for _, repo := range a.Repos {
			place, err := g.places.find(ctx, c, repo)
			if err != nil {
				return err
			}
			if refusal := r.checkRepo(place, a.Write); place != "" && refusal != nil {
				refusal.Message += fmt.Sprintf(" (%.100s has moved there)", repo)
				return refusal
			}
		}
	}
	if a.Write && !c.IsDryRun(ctx) {
		return g.count(ctx, c, a)
	}
	return nil
}

// refuse returns the error of a request that breaks a rule.
func (r *Rules) refuse(rule, format string, args ...any) *rest.Error {
	return &rest.Error{Class: rest.ForbiddenByPolicy, Rule: rule, NotSent: true, Message: r.quote(rule) + ": " + fmt.Sprintf(format, args...)}
}

// check refuses an action that breaks a rule about a single request.
func (r *Rules) check(a *rest.Action) *rest.Error {
	if a.Unknown && (a.Write || r.restrictsRepos(false)) {
		return r.refuse(cmp.Or(r.read.rule, r.write.rule, "write"), "it is unclear to which repository the request goes, or what it does")
	}
	for _, repo := range a.Repos {
		if refusal := r.checkRepo(repo, a.Write); refusal != nil {
			return refusal
		}
	}
	if refusal := r.checkAcross(a); refusal != nil {
		return refusal
	}
	if project, _, _ := strings.Cut(a.Issue, " "); r.writesPerIssue.rule != "" && isNumber(project) {
		return r.refuse(r.writesPerIssue.rule, "a number does not show which project it is; pass its path instead of %.40s", project)
	}
	for _, check := range []func(*rest.Action) *rest.Error{r.checkFields, r.checkLabels, r.checkPeople, r.checkTexts} {
		if refusal := check(a); refusal != nil {
			return refusal
		}
	}
	return nil
}

// checkRepo refuses a repository that may not be read or written.
func (r *Rules) checkRepo(repo string, write bool) *rest.Error {
	rules := []struct {
		list
		verb string
	}{{r.read, "read"}, {r.write, "written to"}}
	if !write {
		rules = rules[:1]
	}
	for _, rule := range rules {
		switch {
		case rule.rule == "":
		case isNumber(repo):
			return r.refuse(rule.rule, "a number does not show which project it is; pass its path instead of %.40s", repo)
		case !isName(repo):
			return r.refuse(rule.rule, "%.100q is not the plain name of a repository or project", repo)
		case !rule.patterns.allow(repo):
			return r.refuse(rule.rule, "%.100s may not be %s; allowed: %s", repo, rule.verb, rule.patterns)
		}
	}
	return nil
}

// checkAcross refuses a read whose rows can belong to repositories that may not be
// read.
func (r *Rules) checkAcross(a *rest.Action) *rest.Error {
	if r.read.rule == "" {
		return nil
	}
	if base := strings.TrimRight(strings.TrimRight(a.Across, "*"), "/"); a.Across != "" && (base != "" && !isName(base+"/x") || isNumber(base) || !r.read.patterns.cover(a.Across)) {
		return r.refuse(r.read.rule, "this call can return issues of any repository in %.100s; list or search those of one repository. Allowed: %s", cmp.Or(strings.Trim(a.Across, "/*"), "the service"), r.read.patterns)
	}
	if a.Owner != "" && (!isSegment(a.Owner) || !r.read.patterns.allowOwner(a.Owner)) {
		return r.refuse(r.read.rule, "%.100s has no repository that may be read; allowed: %s", a.Owner, r.read.patterns)
	}
	return nil
}

// checkFields refuses changes of an issue besides those of labels, states and assignees.
func (r *Rules) checkFields(a *rest.Action) *rest.Error {
	for _, name := range a.Fields {
		if r.fields.rule != "" && !r.fields.patterns.allow(name) {
			return r.refuse(r.fields.rule, "%.100q may not be changed; allowed: %s", name, r.fields.patterns)
		}
	}
	return nil
}

// checkLabels refuses labels and states.
func (r *Rules) checkLabels(a *rest.Action) *rest.Error {
	for _, rule := range []struct {
		list
		names []string
		what  string
	}{
		{r.addLabels, a.AddLabels, "the label %.100q may not be added; allowed: %s"},
		{r.removeLabels, a.RemoveLabels, "the label %.100q may not be removed; allowed: %s"},
		{r.states, a.States, "the state %.100q may not be set; allowed: %s"},
	} {
		for _, name := range rule.names {
			if rule.rule != "" && !rule.patterns.allow(name) {
				return r.refuse(rule.rule, rule.what, name, rule.patterns)
			}
		}
	}
	if a.RemovesAnyLabel && r.removeLabels.rule != "" && !r.removeLabels.patterns.allowAll() {
		return r.refuse(r.removeLabels.rule, "replacing all labels could remove any; add and remove single ones. Allowed: %s", r.removeLabels.patterns)
	}
	return nil
}

// checkPeople refuses assignees.
func (r *Rules) checkPeople(a *rest.Action) *rest.Error {
	if r.assignees.rule == "" {
		return nil
	}
	for _, name := range a.Assignees {
		switch {
		case isNumber(name) && !r.assignees.patterns.allowNumber(name):
			return r.refuse(r.assignees.rule, "the number %.40s does not show who it is; pass the username", name)
		case !isNumber(name) && !r.assignees.patterns.allow(name):
			return r.refuse(r.assignees.rule, "%.100q may not be assigned or unassigned; allowed: %s", name, r.assignees.patterns)
		}
	}
	if a.ChangesAnyAssignee && !r.assignees.patterns.allowAll() {
		return r.refuse(r.assignees.rule, "it is unknown who is assigned now, so replacing all assignees could unassign anyone; allowed: %s", r.assignees.patterns)
	}
	return nil
}

// checkTexts refuses commands and mentions that a text did not have before.
func (r *Rules) checkTexts(a *rest.Action) *rest.Error {
	if r.commands.rule != "" && !r.commands.on {
		for _, text := range a.Texts {
			if lines := command.New(text, a.TextBefore); len(lines) > 0 {
				return r.refuse(r.commands.rule, "a line must not start with a command: %s", command.Quoted(lines))
			}
		}
	}
	if r.mentions.rule == "" {
		return nil
	}
	before := map[string]bool{}
	for _, name := range command.Mentions(a.TextBefore) {
		before[name] = true
	}
	for _, text := range slices.Concat(a.Titles, a.Texts) {
		names := slices.DeleteFunc(command.Mentions(text), func(name string) bool { return before[name] })
		if len(names) > r.mentions.most {
			return r.refuse(r.mentions.rule, "the text mentions %d users (%s); at most %d are allowed", len(names), command.Quoted(names), r.mentions.most)
		}
	}
	return nil
}

// user identifies the user of a call without keeping the token.
type user [sha256.Size]byte

func userOf(ctx context.Context, c *rest.Client) user { return sha256.Sum256([]byte(c.Token(ctx))) }

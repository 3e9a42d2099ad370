package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Rules are those that apply to a forge.
type Rules struct {
	file string

	read, write, tools, addLabels, removeLabels, states, fields, assignees list
	commands                                                               flag
	mentions, writesPerHour, writesPerIssue                                limit
}

// list, flag and limit are rules with their names. Without a name the rule is not set.
type (
	list struct {
		rule     string
		patterns patterns
	}
	flag struct {
		rule string
		on   bool
	}
	limit struct {
		rule string
		most int
	}
)

// For returns the rules for a forge.
func (p *Policy) For(forge string) *Rules {
	forge = strings.ToLower(forge)
	own := p.forges[forge]
	if own == nil {
		own = &ruleset{}
	}
	general, r := &p.general, &Rules{file: p.name}
	lists := func(to *list, rule string, own, general []string, isPath bool) {
		switch {
		case own != nil:
			*to = list{forge + "." + rule, patterns{own, isPath}}
		case general != nil:
			*to = list{rule, patterns{general, isPath}}
		}
	}
	lists(&r.read, "read", own.Read, general.Read, true)
	lists(&r.write, "write", own.Write, general.Write, true)
	lists(&r.tools, "tools", own.Tools, general.Tools, false)
	lists(&r.addLabels, "labels.add", own.Labels.Add, general.Labels.Add, false)
	lists(&r.removeLabels, "labels.remove", own.Labels.Remove, general.Labels.Remove, false)
	lists(&r.states, "states", own.States, general.States, false)
	lists(&r.fields, "fields", own.Fields, general.Fields, false)
	lists(&r.assignees, "assignees", own.Assignees, general.Assignees, false)
	limits := func(to *limit, rule string, own, general *uint) {
		switch {
		case own != nil:
			*to = limit{forge + "." + rule, int(*own)}
		case general != nil:
			*to = limit{rule, int(*general)}
		}
	}
	limits(&r.mentions, "mentions", own.Mentions, general.Mentions)
	limits(&r.writesPerHour, "writes_per_hour", own.WritesPerHour, general.WritesPerHour)
	limits(&r.writesPerIssue, "writes_per_issue", own.WritesPerIssue, general.WritesPerIssue)
	switch {
	case own.Commands != nil:
		r.commands = flag{forge + ".commands", *own.Commands}
	case general.Commands != nil:
		r.commands = flag{"commands", *general.Commands}
	default:
		// Services and bots do on a command, such as /label or /move, what these rules restrict.
		r.commands.rule = cmp.Or(r.addLabels.rule, r.removeLabels.rule, r.states.rule, r.assignees.rule, r.write.rule, r.read.rule)
	}
	return r
}

// restrictsRepos reports whether not every repository may be read, or written to.
func (r *Rules) restrictsRepos(write bool) bool {
	return r.read.rule != "" || write && r.write.rule != ""
}

// Tool returns why a tool is not offered, or "" if it is.
func (r *Rules) Tool(name string) string {
	if r.tools.rule == "" || r.tools.patterns.allow(name) {
		return ""
	}
	return r.quote(r.tools.rule) + " excludes it"
}

// UnknownTool returns a pattern without * that names no tool, or "".
func (r *Rules) UnknownTool(names []string) string {
	for _, pattern := range r.tools.patterns.list {
		name := strings.TrimPrefix(pattern, "!")
		if !strings.Contains(name, "*") && !slices.Contains(names, name) {
			return name
		}
	}
	return ""
}

// quote returns how errors name a rule.
func (r *Rules) quote(rule string) string { return fmt.Sprintf("policy rule %q of %s", rule, r.file) }

// Useless returns the patterns of repositories that may be written of which none may be
// read.
func (r *Rules) Useless() []string {
	if r.read.rule == "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.write.patterns.list), func(pattern string) bool {
		if strings.HasPrefix(pattern, "!") {
			return true
		}
		if !strings.Contains(pattern, "*") {
			return r.read.patterns.allow(pattern)
		}
		return r.read.patterns.decide(func(string) bool { return false }, func(read string) bool { return overlap(lower(read), lower(pattern)) })
	})
}

// String returns the rules, one on a line, for people.
func (r *Rules) String() string {
	var b strings.Builder
	line := func(what, value string) { fmt.Fprintf(&b, "  %-16s %s\n", what, value) }
	lists := func(what string, l list, unset string) {
		if l.rule == "" {
			line(what, unset)
		} else {
			line(what, fmt.Sprintf("%s (%s)", l.patterns.String(), l.rule))
		}
	}
	limits := func(what string, l limit) {
		if l.rule == "" {
			line(what, "any number")
		} else {
			line(what, fmt.Sprintf("at most %d (%s)", l.most, l.rule))
		}
	}
	lists("read", r.read, "everything")
	if r.write.rule == "" {
		line("write", "whatever may be read")
	} else {
		lists("write", r.write, "")
	}
	lists("tools", r.tools, "all")
	lists("add labels", r.addLabels, "all")
	lists("remove labels", r.removeLabels, "all")
	lists("set states", r.states, "all")
	lists("change fields", r.fields, "all")
	lists("assignees", r.assignees, "all")
	switch {
	case r.commands.rule == "":
		line("commands", "no rule")
	case r.commands.on:
		line("commands", "allowed ("+r.commands.rule+")")
	default:
		line("commands", "no line may start with one ("+r.commands.rule+")")
	}
	limits("mentions", r.mentions)
	limits("writes per hour", r.writesPerHour)
	limits("per issue", r.writesPerIssue)
	return b.String()
}

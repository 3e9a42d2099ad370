// Package policy restricts what calls may do by rules that an operator writes in a
// file. A model cannot talk its way around them: they are enforced on the requests
// themselves, whatever tool or argument they come from.
//
// # The file
//
// The file is TOML. Rules at its beginning apply to every forge; a section for a forge
// replaces single ones of them. A rule that is not set restricts nothing.
//
//	read  = ["openharbor/*"]          # repositories or projects
//	write = ["openharbor/cli"]        # among those that read allows
//	tools = ["*", "!*delete*"]
//	labels.add = ["bug", "priority/*"]
//	labels.remove = ["needs-info"]
//	states = ["open", "closed"]       # that issues may get; workflow statuses by their names
//	fields = ["milestone"]            # that may change besides: title, body, visibility, milestone, type, severity and so on
//	assignees = ["*", "!bot-*"]       # who may be assigned or unassigned
//	commands = false                  # whether a line may start with a command such as /close;
//	                                  # by default only if labels, states, assignees and repositories are not restricted
//	mentions = 3                      # in a text
//	writes_per_hour = 60              # requests of a user to a forge
//	writes_per_issue = 10             # in an hour
//
//	[gitlab]
//	read = ["harborlab/**"]
//
// # Patterns
//
// In a pattern * stands for any characters; of a repository or a project, for those of
// one segment of its path, and ** as a segment for any number of segments. Names that
// match a pattern after ! are excluded, wherever that stands in the list. A list with
// only such patterns allows all other names, and an empty list none.
//
// Names are compared exactly, but for the case of ASCII letters. Patterns after ! are
// compared without regard to any case, to invisible characters and to compatibility
// forms of Unicode, so that no other spelling of a name escapes them.
//
// # Requests
//
// A request whose effect is unknown is refused: to an endpoint without a
// [rest.Meaning], of which nothing can be checked, or for a project by its number. One
// that replaces a list counts as removing whatever may be in it. Reads whose rows can
// belong to several repositories, such as a search, are refused unless a pattern covers
// all of them. Pull requests that are linked to an issue count as a part of it.
//
// A repository can have moved without a redirect. So if repositories are restricted, it
// is looked up every five minutes where one is now, as far as its issues show that.
// Redirects are followed only to addresses that name a repository that may be read.
//
// # Writes
//
// A call that writes is rehearsed first, so that it is refused as a whole: a dry run
// shows the guard all of its requests, and their number is reserved. Writes are counted
// in memory, so the counts restart with the process.
package policy

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/command"
)

// Policy is the rules of a file.
type Policy struct {
	name    string // of the file
	general ruleset
	forges  map[string]*ruleset // by their names in lower case
}

// ruleset is a part of the file: the rules for every forge, or for one.
type ruleset struct {
	Read   []string `toml:"read"`
	Write  []string `toml:"write"`
	Tools  []string `toml:"tools"`
	Labels struct {
		Add    []string `toml:"add"`
		Remove []string `toml:"remove"`
	} `toml:"labels"`
	States         []string `toml:"states"`
	Fields         []string `toml:"fields"`
	Assignees      []string `toml:"assignees"`
	Commands       *bool    `toml:"commands"`
	Mentions       *uint    `toml:"mentions"`
	WritesPerHour  *uint    `toml:"writes_per_hour"`
	WritesPerIssue *uint    `toml:"writes_per_issue"`
}

// Load reads the rules in a file. Its errors name the line.
func Load(file string) (*Policy, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	p, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", file, err)
	}
	p.name = filepath.Base(file)
	return p, nil
}

func parse(text []byte) (*Policy, error) {
	var content struct {
		ruleset
		GitCode ruleset `toml:"gitcode"`
		GitHub  ruleset `toml:"github"`
		GitLab  ruleset `toml:"gitlab"`
	}
	decoder := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := decoder.Decode(&content); err != nil {
		if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok {
			first := unknown.Errors[0]
			line, _ := first.Position()
			return nil, fmt.Errorf("line %d: %s", line, closest.NotAmong("rule", strings.Join(first.Key(), "."), "a policy", names))
		}
		if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, _ := wrong.Position()
			message, rule := strings.TrimPrefix(wrong.Error(), "toml: "), strings.Join(wrong.Key(), ".")
			switch { // the messages go on with the types of Go
			case strings.HasPrefix(message, "cannot decode"):
				message = rule + " must be " + kindOf(rule)
			case strings.HasPrefix(message, "negative integer"):
				message = rule + " is less than 0"
			}
			return nil, fmt.Errorf("line %d: %s", line, message)
		}
		return nil, err
	}
	var all map[string]any
	if err := toml.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	if name := notLower(all); name != "" {
		return nil, fmt.Errorf("there is no rule %s; names are in lower case", name)
	}
	p := &Policy{general: content.ruleset, forges: map[string]*ruleset{"gitcode": &content.GitCode, "github": &content.GitHub, "gitlab": &content.GitLab}}
	for _, rules := range []*ruleset{&p.general, p.forges["gitcode"], p.forges["github"], p.forges["gitlab"]} {
		if pattern, err := rules.check(); err != nil {
			if line := lineWith(text, pattern); line > 0 {
				err = fmt.Errorf("line %d: %w", line, err)
			}
			return nil, err
		}
	}
	return p, nil
}

// notLower returns a name that is not in lower case, or "": go-toml v2 takes it for the
// one in lower case, so that a second rule of a name would replace the first.
func notLower(members map[string]any) string {
	for name, value := range members {
		if name != strings.ToLower(name) {
			return name
		}
		if section, ok := value.(map[string]any); ok {
			if name := notLower(section); name != "" {
				return name
			}
		}
	}
	return ""
}

// names are those of the rules and the forges.
var names = []string{
	"read", "write", "tools", "labels.add", "labels.remove", "states", "fields", "assignees", "commands", "mentions", "writes_per_hour", "writes_per_issue",
	"gitcode", "github", "gitlab",
}

// kindOf returns what kind of value a rule has.
func kindOf(rule string) string {
	switch rule = rule[strings.LastIndex(rule, ".")+1:]; rule {
	case "commands":
		return "true or false"
	case "mentions", "writes_per_hour", "writes_per_issue":
		return "a number without quotes, such as 3"
	case "labels", "gitcode", "github", "gitlab":
		return "a section of rules"
	}
	return `a list of texts, such as ["a", "b"]`
}

// lineWith returns the number of the first line that contains a pattern in quotes, or
// 0.
func lineWith(text []byte, pattern string) int {
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if strings.Contains(line, `"`+pattern+`"`) || strings.Contains(line, "'"+pattern+"'") {
			return number
		}
	}
	return 0
}

// check rejects patterns that match nothing, and returns the first one.
func (r *ruleset) check() (pattern string, err error) {
	for _, rule := range []struct {
		name     string
		patterns []string
	}{
		{"read", r.Read}, {"write", r.Write}, {"tools", r.Tools}, {"labels.add", r.Labels.Add}, {"labels.remove", r.Labels.Remove},
		{"states", r.States}, {"fields", r.Fields}, {"assignees", r.Assignees},
	} {
		for _, pattern := range rule.patterns {
			if message := checkPattern(rule.name, strings.TrimPrefix(pattern, "!")); message != "" {
				return pattern, fmt.Errorf("%s: %q %s", rule.name, pattern, message)
			}
		}
	}
	return "", nil
}

func checkPattern(rule, pattern string) string {
	isPath := rule == "read" || rule == "write"
	switch {
	case pattern == "" || strings.TrimSpace(pattern) != pattern:
		return "is empty or has blanks around it"
	case !command.IsPlain(pattern):
		return "has invisible characters, or is not in the Unicode normal form NFC"
	case strings.HasPrefix(rule, "labels.") && strings.Contains(pattern, ","):
		return "has a comma, which no label has"
	case rule == "states" && (pattern == "close" || pattern == "reopen" || pattern == "opened"):
		return "is no state; write open or closed"
	case isPath && pattern != "**" && !strings.Contains(pattern, "/"):
		return "is no repository; write owner/* for all of an owner, or ** for all"
	}
	if isPath {
		for segment := range strings.SplitSeq(pattern, "/") {
			if segment != "**" && (strings.Contains(segment, "**") || !isSegment(strings.ReplaceAll(segment, "*", "x"))) {
				return "is no path of a repository or project"
			}
		}
	}
	return ""
}

package rest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Meaning says which arguments of a request a policy can restrict. An argument is named
// alike wherever it is: in the path, the query or the body. "[]" names a body that is an
// array, or empty. A pattern has the names in braces.
type Meaning struct {
	Repo   string // pattern of the repository that is read or written: "{owner}/{repo}"; "" for none
	Across string // without a Repo, pattern of all repositories that the response may show: "{org}/*"
	Owner  string // pattern of the owner whose settings or members the response shows: "{org}"
	Target string // argument with the number of another project, whose path is Known.Project

	Issue string // pattern of what a write is counted for, within Repo: "{number}"
	Title string // argument with a text in which no bot looks for commands
	Texts []string

	Labels       string // all labels of the issue afterwards
	AddLabels    string
	RemoveLabels string
	States       []string
	IsUpdate     bool // of an issue: what it sets besides labels, states and assignees are Action.Fields

	Assignees       string // all assignees of the issue afterwards
	AddAssignees    string
	RemoveAssignees string
}

// Known is what a client knows of a write that the request does not show.
type Known struct {
	Labels, Assignees []string          // of the issue before; nil if unknown
	Displaced         []string          // labels that the service removes because of those that are added
	Text              string            // that is replaced
	Repeated          []string          // members of the body that change nothing
	Usernames         map[string]string // by the numbers of users in the request
	Project           string            // path of the project whose number is in Meaning.Target
}

// Action is what a request does.
type Action struct {
	Endpoint string
	Unknown  bool // the endpoint has no Meaning: only Write is known
	Write    bool
	Repos    []string // that are read or written
	Across   string   // pattern of the repositories that the response may show
	Owner    string   // whose settings or members the response shows
	Issue    string   // that is written to, with its repository; "" for a new one or none

	AddLabels, RemoveLabels []string
	RemovesAnyLabel         bool // labels besides RemoveLabels may be removed
	States                  []string
	Fields                  []string // of an issue that are changed besides, as fieldOf names them
	Assignees               []string // who are assigned or unassigned; numbers if their names are unknown
	ChangesAnyAssignee      bool     // others may be unassigned
	Titles, Texts           []string
	TextBefore              string // that is replaced
}

// IsWrite reports whether a request changes something.
func (r *Request) IsWrite() bool { return r.Method != http.MethodGet }

// action returns what a request to an endpoint with a meaning does.
func (r *Request) action(m *Meaning) *Action {
	args := arguments{request: r}
	_ = json.Unmarshal(r.Body, &args.body) // anything but an object has none
	if r.form != nil {
		args.body = r.form.members
	}
	a := &Action{Endpoint: r.Endpoint, Write: r.IsWrite(), Owner: args.expand(m.Owner), TextBefore: r.Known.Text}
	if repo := args.expand(m.Repo); repo != "" {
		a.Repos = append(a.Repos, repo)
	} else {
		a.Across = args.expand(m.Across)
	}
	if m.Issue != "" && a.Write {
		a.Issue = strings.Join(a.Repos, " ") + " " + args.expand(m.Issue)
	}
	if m.Target != "" {
		project := r.Known.Project
		if project == "" {
			project = strings.Join(args.all(m.Target), ",")
		}
		a.Repos = append(a.Repos, project)
	}
	a.AddLabels, a.RemoveLabels = args.names(m.AddLabels), append(args.names(m.RemoveLabels), r.Known.Displaced...)
	if args.has(m.Labels) {
		after := args.names(m.Labels)
		a.AddLabels = append(a.AddLabels, lacking(after, r.Known.Labels)...)
		a.RemoveLabels = append(a.RemoveLabels, lacking(r.Known.Labels, after)...)
		a.RemovesAnyLabel = r.Known.Labels == nil
	}
	a.Assignees = append(args.users(m.AddAssignees), args.users(m.RemoveAssignees)...)
	if args.has(m.Assignees) {
		after := args.users(m.Assignees)
		a.Assignees = slices.Concat(a.Assignees, lacking(after, r.Known.Assignees), lacking(r.Known.Assignees, after))
		a.ChangesAnyAssignee = r.Known.Assignees == nil
	}
	for _, name := range m.States {
		for _, state := range args.all(name) {
			a.States = append(a.States, stateAfter(state))
		}
	}
	if m.IsUpdate {
		a.Fields = args.fields(m)
	}
	a.Titles = args.all(m.Title)
	for _, name := range m.Texts {
		a.Texts = append(a.Texts, args.all(name)...)
	}
	return a
}

// fieldOf names members of requests alike for all forges. Other members are named as
// they are.
var fieldOf = map[string]string{
	"description": "body", "milestone_id": "milestone", "issue_type": "type", "issue_severity": "severity",
	"security_hole": "visibility", "confidential": "visibility",
}

// fields returns what an update of an issue changes besides its labels, state and
// assignees.
func (a *arguments) fields(m *Meaning) []string {
	others := slices.Concat(a.request.Known.Repeated, m.States,
		[]string{m.Labels, m.AddLabels, m.RemoveLabels, m.Assignees, m.AddAssignees, m.RemoveAssignees, "state_reason"})
	var fields []string
	for name := range a.body {
		if !slices.Contains(others, name) && !strings.Contains(m.Repo, "{"+name+"}") {
			fields = append(fields, cmp.Or(fieldOf[name], name))
		}
	}
	slices.Sort(fields)
	return fields
}

// stateAfter returns the state that a value of a request leads to.
func stateAfter(value string) string {
	switch value {
	case "close":
		return "closed"
	case "reopen", "opened":
		return "open"
	}
	return value
}

// lacking returns the names that are not in others, ignoring case.
func lacking(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(others, func(other string) bool { return strings.EqualFold(name, other) })
	})
}

// arguments finds the arguments of a request.
type arguments struct {
	request *Request
	body    map[string]json.RawMessage
}

// has reports whether the request has an argument.
func (a *arguments) has(name string) bool {
	if name == "[]" {
		return true
	}
	return name != "" && (a.request.Query.Has(name) || a.body[name] != nil)
}

// all returns the values of an argument: an array has several.
func (a *arguments) all(name string) []string {
	if name == "" {
		return nil
	}
	if name == "[]" {
		return valuesOf(a.request.Body)
	}
	values := slices.Concat(a.request.Query[name], valuesOf(a.body[name]))
	if value, found := a.request.pathArgument(name); found {
		values = append(values, value)
	}
	return values
}

// names returns the names in an argument, which are separated by commas.
func (a *arguments) names(argument string) []string {
	var names []string
	for _, value := range a.all(argument) {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// users returns the usernames in an argument. The number 0 is nobody.
func (a *arguments) users(argument string) []string {
	var users []string
	for _, name := range a.names(argument) {
		if known, ok := a.request.Known.Usernames[name]; ok {
			name = known
		}
		if name != "0" {
			users = append(users, name)
		}
	}
	return users
}

// expand replaces the names in braces by the values of arguments. A value that is only
// a part of a repository's name must not add segments to it, so its slashes are escaped.
func (a *arguments) expand(pattern string) string {
	var b strings.Builder
	isPart := strings.Contains(pattern, "}/{")
	for {
		before, after, found := strings.Cut(pattern, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, tail, _ := strings.Cut(after, "}")
		value := strings.Join(a.all(name), ",")
		if isPart {
			value = strings.ReplaceAll(value, "/", "%2F")
		}
		b.WriteString(value)
		pattern = tail
	}
}

// pathArgument returns an argument in the path.
func (r *Request) pathArgument(name string) (string, bool) {
	_, pattern, _ := strings.Cut(r.Endpoint, " ")
	segments := strings.Split(r.Path, "/")
	for i, segment := range strings.Split(pattern, "/") {
		if segment == "{"+name+"}" && i < len(segments) {
			value, err := url.PathUnescape(segments[i])
			return value, err == nil
		}
	}
	return "", false
}

// valuesOf returns the texts in a JSON value, which is an array or one of them.
func valuesOf(value json.RawMessage) []string {
	if len(value) == 0 || string(value) == "null" {
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil {
		return []string{textOf(value)}
	}
	values := make([]string, len(list))
	for i, element := range list {
		values[i] = textOf(element)
	}
	return values
}

// matches reports whether a path, escaped and relative to the base URL, has the form
// of an endpoint.
func matches(endpoint, path string) bool {
	_, pattern, _ := strings.Cut(endpoint, " ")
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i, segment := range want {
		if segment != got[i] && (got[i] == "" || !strings.HasPrefix(segment, "{")) {
			return false
		}
	}
	return true
}

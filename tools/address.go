package tools

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Addresses describes the addresses that users paste for a repository, an issue or
// a comment. Without hosts, addresses are not understood.
type Addresses struct {
	Hosts []string // without "www.", the usual one first: "gitcode.com"
	// API is what the path of an address of the API has before the owner or the
	// project: "api/v5/repos/".
	API string
	// Groups, if not empty, is what the path of an address of the API has before a
	// group: "api/v4/groups/". Repositories are then projects in groups of any depth.
	// Their tools have the arguments id, which is the path of the project or the
	// group, and issue_iid, and some have to_project_id.
	Groups string
	// Root is what the paths of pages have before the groups if the forge is not
	// served at the root of its host: "gitlab/". It is only used with Groups.
	Root string
	// Pages are the names of the pages of an issue, the usual one first: "issues".
	Pages []string
	// Comment is an example of a fragment that leads to a comment: "#note_345".
	Comment string
}

// address is what the address of a repository, an issue or a comment contains.
// Its members are the arguments of tools with the same names; the number is also
// the argument issue_number. A project is the argument id, and the number then
// issue_iid.
type address struct {
	text        string // as given
	owner, repo string
	project     string // instead of owner and repo: with its groups, or a group alone
	number, id  int64  // of the issue and the comment; 0 if the address has none
	dotted      bool   // whether the owner may be another host, as in github.com/o
	host        string // what may be the host of another forge: the first name of a project without one
}

var (
	errNoAddress    = errors.New("not an address")              // for a text that does not look like one
	errWrongAddress = errors.New("not an address of the forge") // for one of anything else
)

var shortAddress = pattern{expr: `^([^\s/#?:]+)/([^\s/#?:]+)(?:#([0-9]+))?$`}

// pattern is a regular expression that is compiled on its first use, and needs nothing
// when the program starts.
type pattern struct {
	expr     string
	once     sync.Once
	compiled *regexp.Regexp
}

// find returns the text that p matches and those of its groups, or nil.
func (p *pattern) find(text string) []string {
	p.once.Do(func() { p.compiled = regexp.MustCompile(p.expr) })
	return p.compiled.FindStringSubmatch(text)
}

// parseAddress parses an address of the forge: that of a page or of the API, with
// or without a scheme, OWNER/REPO or OWNER/REPO#12, or that of a page in groups
// without a host: GROUP/PROJECT/-/issues/12. It fails with errNoAddress or
// errWrongAddress.
func (f *Forge) parseAddress(text string) (address, error) {
	text = strings.TrimSpace(text)
	grouped := f.Addresses.Groups != ""
	if grouped && !strings.Contains(text, "://") {
		text = strings.NewReplacer("%2F", "/", "%2f", "/").Replace(text)
	}
	if !strings.Contains(text, "/") {
		return address{}, errNoAddress
	}
	if grouped {
		if a, ok, err := f.Addresses.parseShortGroups(text); err != nil {
			return a, errWrongAddress
		} else if ok {
			return a, nil
		}
	} else if m := shortAddress.find(text); m != nil && !f.Addresses.isHost(m[1]) {
		number, err := strconv.ParseInt("0"+m[3], 10, 64)
		if err != nil {
			return address{}, errWrongAddress
		}
		return address{text: text, owner: m[1], repo: m[2], number: number, dotted: strings.Contains(m[1], ".")}, nil
	}
	full, host := text, ""
	if m := pathAddress.find(text); grouped && m != nil && !f.Addresses.isHost(m[1]) {
		full, host = "https:///"+f.Addresses.Root+text, m[1]
	} else if !strings.Contains(text, "://") {
		full = "https://" + text
	}
	u, err := url.Parse(full)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || host == "" && !f.Addresses.isHost(u.Hostname()) {
		return address{}, errWrongAddress
	}
	parse := f.Addresses.parsePath
	if grouped {
		parse = f.Addresses.parseGroupPath
	}
	a, err := parse(u)
	if err != nil {
		return address{}, errWrongAddress
	}
	a.text, a.host = text, host
	return a, nil
}

// isHost reports whether the forge has addresses on a host.
func (as Addresses) isHost(host string) bool {
	return slices.Contains(as.Hosts, strings.TrimPrefix(strings.ToLower(host), "www."))
}

// wrongAddress is the error for an address of anything else, which may be another
// of the forges that a server has tools of.
func (f *Forge) wrongAddress(text string, forges []*Forge) error {
	for _, other := range forges {
		if a, err := other.parseAddress(text); other != f && err == nil && !a.dotted && a.host == "" {
			return fmt.Errorf("%.200q is an address of %s; use a tool of %[2]s", text, other.Name)
		}
	}
	as := f.Addresses
	variants := strings.Join(append(slices.Clone(as.Pages[1:]), as.Comment), " or ")
	if as.Groups != "" {
		return fmt.Errorf("%.200q is not the address of a project, a group or an issue of %s; accepted are https://%s/%sGROUP/PROJECT/-/%s/12, the same with %s, GROUP/PROJECT#12 and GROUP/PROJECT",
			text, f.Name, as.Hosts[0], as.Root, as.Pages[0], variants)
	}
	return fmt.Errorf("%.200q is not the address of a repository, an issue or a comment of %s; accepted are https://%s/OWNER/REPO/%s/12, the same with %s, OWNER/REPO#12 and OWNER/REPO",
		text, f.Name, as.Hosts[0], as.Pages[0], variants)
}

// parsePath parses the path and the fragment of an address.
func (as Addresses) parsePath(u *url.URL) (a address, err error) {
	path := strings.TrimPrefix(strings.Trim(u.EscapedPath(), "/"), as.API)
	segments := strings.Split(path, "/")
	if len(segments) > 2 && segments[2] == "-" { // between the repository and its pages, on old hosts
		segments = slices.Delete(segments, 2, 3)
	}
	for i, segment := range segments {
		if segments[i], err = url.PathUnescape(segment); err != nil || strings.ContainsAny(segments[i], "/\x00") {
			return a, errNoAddress
		}
	}
	if len(segments) < 2 || segments[0] == "" || segments[1] == "" {
		return a, errNoAddress
	}
	a.owner, a.repo = segments[0], strings.TrimSuffix(segments[1], ".git")
	page := segments[2:]
	switch {
	case len(page) == 0, len(page) == 1 && slices.Contains(as.Pages, page[0]):
		return a, nil
	case len(page) == 2 && slices.Contains(as.Pages, page[0]):
		if a.number, err = positive(page[1]); err != nil {
			return a, err
		}
		a.id, err = commentIn(u)
		return a, err
	case len(page) == 3 && page[0] == "issues" && page[1] == "comments":
		a.id, err = positive(page[2])
		return a, err
	}
	return a, errNoAddress
}

// commentIn returns the id of the comment that the fragment of an address leads to,
// or 0 if it leads to none.
func commentIn(u *url.URL) (int64, error) {
	if digits := u.Fragment[len(strings.TrimRight(u.Fragment, "0123456789")):]; digits != "" {
		return positive(digits)
	}
	return 0, nil
}

// positive parses a number of an issue or a comment.
func positive(digits string) (int64, error) {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 {
		return 0, errNoAddress
	}
	return n, nil
}

// value returns the JSON of the member that an argument stands for, or nil if
// the address has none.
func (a address) value(name string) json.RawMessage {
	switch {
	case a.project != "" && (name == "id" || name == "to_project_id"):
		return quote(a.project)
	case a.project != "" && name != "issue_iid":
		return nil
	case name == "owner":
		return quote(a.owner)
	case name == "repo":
		return quote(a.repo)
	case slices.Contains([]string{"number", "issue_number", "issue_iid"}, name) && a.number > 0:
		return strconv.AppendInt(nil, a.number, 10)
	case name == "id" && a.id > 0:
		return strconv.AppendInt(nil, a.id, 10)
	}
	return nil
}

func quote(text string) json.RawMessage {
	raw, _ := json.Marshal(text) // cannot fail
	return raw
}

package tools

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// shortGroupAddress is the path of a project with its groups, perhaps with the
// number of an issue. A segment is not only dots and does not begin with a hyphen.
var shortGroupAddress = pattern{expr: `^((?:\.*[^\s/#?:.-][^\s/#?:]*/)+\.*[^\s/#?:.-][^\s/#?:]*)(?:#([0-9]+))?$`}

// pathAddress is the beginning of the path of a page in a project. Its first name has
// no dot: it may be a host then.
var pathAddress = pattern{expr: `^([^\s/#?:.-][^\s/#?:.]*)/(?:[^\s/#?:]+/)+-/`}

// parseShortGroups parses GROUP/SUBGROUP/PROJECT or the same with #12. A text that
// begins with one of the forge's hosts is none.
func (as Addresses) parseShortGroups(text string) (a address, ok bool, err error) {
	m := shortGroupAddress.find(text)
	if m == nil {
		return a, false, nil
	}
	host, _, _ := strings.Cut(m[1], "/")
	if as.isHost(host) {
		return a, false, nil
	}
	a = address{text: text, project: m[1], host: host}
	if m[2] != "" {
		a.number, err = positive(m[2])
	}
	return a, true, err
}

// parseGroupPath is parsePath for projects in groups.
func (as Addresses) parseGroupPath(u *url.URL) (a address, err error) {
	path := strings.Trim(u.EscapedPath(), "/")
	for _, api := range []string{as.API, as.Groups} {
		rest, found := strings.CutPrefix(path, api)
		if !found {
			continue
		}
		project, page, _ := strings.Cut(rest, "/")
		if a.project, err = url.PathUnescape(project); err != nil || a.project == "" || strings.Contains(a.project, "\x00") {
			return a, errNoAddress
		}
		if page == "" || page == "issues" {
			return a, nil
		}
		number, found := strings.CutPrefix(page, "issues/")
		if !found || api == as.Groups {
			return a, errNoAddress
		}
		a.number, err = positive(number)
		return a, err
	}
	path, found := strings.CutPrefix(path+"/", as.Root)
	segments := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for i, segment := range segments {
		segments[i], err = url.PathUnescape(segment)
		if err != nil || segments[i] == "" || segments[i] == "." || segments[i] == ".." || strings.ContainsAny(segments[i], "/\x00") {
			return a, errNoAddress
		}
	}
	isGroup := segments[0] == "groups"
	if isGroup {
		segments = segments[1:]
	}
	names, page := splitPage(segments, as.Pages)
	if !found || len(names) == 0 || names[0] == "api" || names[0] == "-" {
		return a, errNoAddress
	}
	a.project = strings.TrimSuffix(strings.Join(names, "/"), ".git")
	switch {
	case len(page) == 0, len(page) == 1 && slices.Contains(as.Pages, page[0]):
		return a, nil
	case len(page) == 2 && slices.Contains(as.Pages, page[0]) && len(names) > 1 && !isGroup:
		if a.number, err = positive(page[1]); err == nil {
			a.id, err = commentIn(u)
		}
		return a, err
	}
	return a, errNoAddress
}

// splitPage divides the segments of a path into the names of the groups and the
// project, and their page. Between them is a hyphen, except in old addresses: there
// the page is recognized by its name, behind a group and a project at least. The
// page issues/incident/12 is that of an incident.
func splitPage(segments, pages []string) (names, page []string) {
	if i := len(segments) - 2; i > 2 && segments[i-1] == "issues" && segments[i] == "incident" {
		if _, err := positive(segments[i+1]); err == nil {
			segments = slices.Delete(segments, i, i+1)
		}
	}
	if i := slices.Index(segments, "-"); i >= 0 {
		return segments[:i], segments[i+1:]
	}
	for _, i := range []int{len(segments) - 2, len(segments) - 1} {
		if i < 2 || !slices.Contains(pages, segments[i]) {
			continue
		}
		if _, err := strconv.ParseUint(segments[len(segments)-1], 10, 64); i == len(segments)-1 || err == nil {
			return segments[:i], segments[i:]
		}
	}
	return segments, nil
}

package sandbox

import (
	"cmp"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// listRepoLabels returns the labels of a repository, the latest first, and 100
// on a page by default.
func (s *Sandbox) listRepoLabels(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	query := r.URL.Query()
	if query.Get("per_page") == "" {
		query.Set("per_page", "100")
	}
	labels := slices.Clone(repo.Labels)
	slices.Reverse(labels)
	return respondPage(query, labels, func(l *label) any { return l.wireInRepo(repo.ID) })
}

// membersRepo is like pathRepo for changes that only members may make.
func (s *Sandbox) membersRepo(r *request) (*repo, response) {
	repo, errResponse := s.pathRepo(r)
	if repo != nil && !repo.isMember(r.user) {
		return nil, forbidden()
	}
	return repo, errResponse
}

// pathLabel is like membersRepo for the label that a part of the path names.
func (s *Sandbox) pathLabel(r *request, part string) (*repo, *label, response) {
	repo, errResponse := s.membersRepo(r)
	if repo == nil {
		return nil, nil, errResponse
	}
	if l := repo.findLabel(r.PathValue(part)); l != nil {
		return repo, l, response{}
	}
	return nil, nil, notFound("Label")
}

// createRepoLabel takes a form or the query, but not JSON.
func (s *Sandbox) createRepoLabel(r *request) response {
	repo, errResponse := s.membersRepo(r)
	if repo == nil {
		return errResponse
	}
	param := func(name string) string { return strings.TrimSpace(cmp.Or(r.URL.Query().Get(name), r.form.Get(name))) }
	l := &label{Name: param("name"), Color: param("color")}
	switch {
	case !isLabelName(l.Name):
		return badParameter("name")
	case !isColor(l.Color):
		return badParameter("color")
	case repo.findLabel(l.Name) != nil:
		return exists("Label")
	}
	l.ID = s.newID()
	repo.Labels = append(repo.Labels, l)
	return created(l.wireWritten())
}

// updateRepoLabel takes the query and ignores the body.
func (s *Sandbox) updateRepoLabel(r *request) response {
	repo, l, errResponse := s.pathLabel(r, "original_name")
	if l == nil {
		return errResponse
	}
	name, color := strings.TrimSpace(r.URL.Query().Get("name")), r.URL.Query().Get("color")
	other := repo.findLabel(name)
	switch {
	case name == "" && color == "", name != "" && !isLabelName(name):
		return badParameter("name")
	case color != "" && !isColor(color):
		return badParameter("color")
	case other != nil && other != l:
		return exists("Label")
	}
	l.Name, l.Color = cmp.Or(name, l.Name), cmp.Or(color, l.Color)
	repo.replaceLabel(l.ID, l)
	return ok(l.wireWritten())
}

func (s *Sandbox) deleteRepoLabel(r *request) response {
	repo, l, errResponse := s.pathLabel(r, "name")
	if l == nil {
		return errResponse
	}
	repo.Labels = fake.Select(repo.Labels, func(other *label) bool { return other != l })
	repo.replaceLabel(l.ID, nil)
	return noContent()
}

// replaceLabel replaces a label of the repository's issues and their pull requests,
// or removes it if the other one is nil. A state that was read from a file has a copy
// of a label wherever it is set.
func (r *repo) replaceLabel(id int, other *label) {
	replaced := func(labels []*label) []*label {
		list := []*label{}
		for _, l := range labels {
			if l.ID == id {
				l = other
			}
			if l != nil {
				list = append(list, l)
			}
		}
		return list
	}
	for _, i := range r.Issues {
		i.Labels = replaced(i.Labels)
		for _, p := range i.Pulls {
			p.Labels = replaced(p.Labels)
		}
	}
}

// isLabelName reports whether a label can have a name. A comma would separate two.
func isLabelName(name string) bool { return name != "" && !strings.Contains(name, ",") }

func isColor(color string) bool {
	digits, found := strings.CutPrefix(color, "#")
	return found && (len(digits) == 3 || len(digits) == 6) && strings.Trim(digits, "0123456789abcdefABCDEF") == ""
}

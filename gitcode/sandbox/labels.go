package sandbox

import (
	"net/http"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// labelableIssue is like pathIssue for changes of labels, which only members may
// make.
func (s *Sandbox) labelableIssue(r *request) (*issue, response) {
	i, errResponse := s.pathIssue(r)
	if i != nil && !i.repo.isMember(r.user) {
		return nil, forbidden()
	}
	return i, errResponse
}

func (s *Sandbox) addLabels(r *request) response {
	i, errResponse := s.labelableIssue(r)
	if i == nil {
		return errResponse
	}
	var names []string
	if !r.decodeBody(&names) {
		return badParameter("labels")
	}
	labels := s.ensureLabels(i.repo, names)
	for _, l := range labels {
		if !i.hasLabel(l.Name) {
			i.Labels = append(i.Labels, l)
			s.record(r.user, i, "label", "added label "+l.Name)
		}
	}
	return created(wireLabels(labels, i.repo.ID))
}

// replaceLabels responds with an empty object, as documented.
func (s *Sandbox) replaceLabels(r *request) response {
	i, errResponse := s.labelableIssue(r)
	if i == nil {
		return errResponse
	}
	var names []string
	if !r.decodeBody(&names) || len(names) == 0 {
		return badParameter("labels")
	}
	i.Labels = s.ensureLabels(i.repo, names)
	s.record(r.user, i, "label", "replaced all labels by "+strings.Join(names, ", "))
	return ok(struct{}{})
}

func (s *Sandbox) clearLabels(r *request) response {
	i, errResponse := s.labelableIssue(r)
	if i == nil {
		return errResponse
	}
	i.Labels = nil
	s.record(r.user, i, "label", "removed all labels")
	return noContent()
}

func (s *Sandbox) removeLabels(r *request) response {
	i, errResponse := s.labelableIssue(r)
	if i == nil {
		return errResponse
	}
	names := strings.Split(r.PathValue("name"), ",")
	for _, name := range names {
		if !i.hasLabel(name) {
			return errorResponse(http.StatusNotFound, http.StatusNotFound, "NOT_PATH", "Label Not Found")
		}
	}
	i.Labels = fake.Select(i.Labels, func(l *label) bool { return !slices.Contains(names, l.Name) })
	s.record(r.user, i, "label", "removed label "+strings.Join(names, ", "))
	return noContent()
}

func (s *Sandbox) listEnterpriseLabels(r *request) response {
	i, errResponse := s.pathEnterpriseIssue(r)
	if i == nil {
		return errResponse
	}
	return respondPage(r.URL.Query(), i.Labels, func(l *label) any { return l.wire(i.repo.ID) })
}

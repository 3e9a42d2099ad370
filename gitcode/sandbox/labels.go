package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

func (s *Sandbox) addLabels(r *http.Request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	var names []string
	if !decodeBody(r, &names) {
		return badParameter("labels")
	}
	labels := i.repo.findLabels(names)
	for _, l := range labels {
		if !i.hasLabel(l.name) {
			i.labels = append(i.labels, l)
			s.record(i, "label", "added label "+l.name)
		}
	}
	return created(wireLabels(labels, i.repo.id))
}

func (s *Sandbox) clearLabels(r *http.Request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	i.labels = nil
	s.record(i, "label", "removed all labels")
	return noContent()
}

func (s *Sandbox) removeLabels(r *http.Request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	names := strings.Split(r.PathValue("name"), ",")
	for _, name := range names {
		if !i.hasLabel(name) {
			return errorResponse(http.StatusNotFound, http.StatusNotFound, "NOT_PATH", "Label Not Found")
		}
	}
	i.labels = slices.DeleteFunc(i.labels, func(l *label) bool { return slices.Contains(names, l.name) })
	s.record(i, "label", "removed label "+strings.Join(names, ", "))
	return noContent()
}

func (s *Sandbox) listEnterpriseLabels(r *http.Request) response {
	i, errResponse := s.pathEnterpriseIssue(r)
	if i == nil {
		return errResponse
	}
	return respondPage(r.URL.Query(), i.labels, func(page []*label) []wireLabel { return wireLabels(page, i.repo.id) })
}

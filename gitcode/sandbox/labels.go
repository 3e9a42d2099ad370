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
		if !i.hasLabel(l.Name) {
			i.Labels = append(i.Labels, l)
			s.record(i, "label", "added label "+l.Name)
		}
	}
	return created(wireLabels(labels, i.repo.ID))
}

func (s *Sandbox) clearLabels(r *http.Request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	i.Labels = nil
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
	i.Labels = slices.DeleteFunc(i.Labels, func(l *label) bool { return slices.Contains(names, l.Name) })
	s.record(i, "label", "removed label "+strings.Join(names, ", "))
	return noContent()
}

func (s *Sandbox) listEnterpriseLabels(r *http.Request) response {
	i, errResponse := s.pathEnterpriseIssue(r)
	if i == nil {
		return errResponse
	}
	return respondPage(r.URL.Query(), i.Labels, func(page []*label) []wireLabel { return wireLabels(page, i.repo.ID) })
}

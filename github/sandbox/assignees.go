package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// listAssignees returns the people to whom issues can be assigned, by name.
func (s *Sandbox) listAssignees(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	people := fake.Select(users, repo.canBeAssigned)
	start, end, links := paging(r, len(people), repo)
	return listResponse(wireUsers(r, people[start:end]), links)
}

// checkAssignee answers with 204 or 404, which means no just as well as that the
// repository does not exist.
func (s *Sandbox) checkAssignee(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	if u := findUser(r.PathValue("assignee")); u == nil || !repo.canBeAssigned(u) {
		return notFound()
	}
	return noContent()
}

func (s *Sandbox) addAssignees(r *request) response {
	return s.changeAssignees(r, http.StatusCreated, func(i *issue, logins []string) []string {
		return i.repo.assign(i.Assignees, logins)
	})
}

func (s *Sandbox) removeAssignees(r *request) response {
	return s.changeAssignees(r, http.StatusOK, func(i *issue, logins []string) []string {
		return slices.DeleteFunc(slices.Clone(i.Assignees), func(login string) bool { return contains(logins, login) })
	})
}

// changeAssignees sets the assignees to what change returns. Like the service,
// it ignores users without push access.
func (s *Sandbox) changeAssignees(r *request, status int, change func(i *issue, logins []string) []string) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	var in struct {
		Assignees []json.RawMessage `json:"assignees"`
	}
	if errResponse, ok := r.decodeBody(&in); !ok {
		return errResponse
	}
	logins, valid := names(in.Assignees, "login")
	if !valid {
		return errorResponse(http.StatusUnprocessableEntity, "Invalid request.\n\nAssignees must be strings or objects.")
	}
	if changed := change(i, logins); i.repo.canPush(r.user) && !slices.Equal(changed, i.Assignees) {
		i.Assignees, i.Updated = changed, now()
	}
	return response{Status: status, Body: s.wireIssue(r, i)}
}

package sandbox

import "slices"

func (s *Sandbox) listCollaborators(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	members := slices.DeleteFunc(slices.Clone(users), func(u *user) bool { return !repo.isMember(u) })
	return respondPage(r.URL.Query(), members, func(u *user) any {
		return u.wireCollaborator(repo.isMaintainer(u))
	})
}

// getCollaborator reports whether a user is a member of a repository.
func (s *Sandbox) getCollaborator(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	if u := findUser(r.PathValue("username")); u == nil || !repo.isMember(u) {
		return notFound("Member")
	}
	return ok(map[string]string{"message": "OK"})
}

// getExtendSettings returns the issue types of an organization, each with its
// statuses. Only enterprises define them.
func (s *Sandbox) getExtendSettings(r *request) response {
	org := r.PathValue("org")
	if !slices.ContainsFunc(s.Repos, func(r *repo) bool { return r.Owner == org && r.Enterprise != "" }) {
		return notFound("Group")
	}
	types := make([]wireTypeSettings, len(issueTypes))
	for n, name := range issueTypes {
		types[n] = wireTypeSettings{Statuses: wireStatuses(), Description: description(name), ID: typeID(name), Name: name}
	}
	return ok(types)
}

func (s *Sandbox) listEnterpriseStatuses(r *request) response {
	if s.enterpriseIssues(r) == nil {
		return notFound("Enterprise")
	}
	list := make([]wireEnterpriseStatus, len(statuses))
	for n, name := range statuses {
		list[n] = wireEnterpriseStatus{Name: name, Description: description(name)}
	}
	return ok(list)
}

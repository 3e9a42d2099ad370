package sandbox

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

func (s *Sandbox) getUser(r *request) response { return ok(r.user.wireProfile()) }

// searchUsers finds the users whose login or name contains q. Those who joined
// latest come first if it is sorted.
func (s *Sandbox) searchUsers(r *request) response {
	query := r.URL.Query()
	page, perPage, badParam := parseSearchPaging(query)
	text, sort := strings.ToLower(query.Get("q")), query.Get("sort")
	switch {
	case badParam != "":
		return badParameter(badParam)
	case strings.TrimSpace(text) == "":
		return badParameter("q")
	case sort != "" && sort != "joined_at":
		return badParameter("sort")
	}
	found := fake.Select(users, func(u *user) bool { return strings.Contains(strings.ToLower(u.login+"\n"+u.name), text) })
	if sort != "" && query.Get("order") != "asc" {
		slices.Reverse(found)
	}
	return respondOverlapping(found, page, perPage, func(u *user) any { return u.wireFound() })
}

func (s *Sandbox) listOrgMembers(r *request) response {
	org := r.PathValue("org")
	return s.respondMembers(r, "Group", func(repo *repo) bool { return repo.Owner == org && repo.Enterprise != "" },
		func(u *user, role string) any { return wireOrgMember{u.wire(), role, u.id, u.id} })
}

func (s *Sandbox) listEnterpriseMembers(r *request) response {
	enterprise := r.PathValue("enterprise")
	return s.respondMembers(r, "Enterprise", func(repo *repo) bool { return repo.Enterprise == enterprise },
		func(u *user, role string) any { return u.wireEnterpriseMember(enterprise, role) })
}

// respondMembers returns the members of the repositories that match. Maintainers
// of one of them are admins.
func (s *Sandbox) respondMembers(r *request, what string, match func(*repo) bool, wire func(u *user, role string) any) response {
	wanted := r.URL.Query().Get("role")
	if !slices.Contains([]string{"", "all", "admin", "member"}, wanted) {
		return badParameter("role")
	}
	repos := fake.Select(s.Repos, match)
	if len(repos) == 0 {
		return notFound(what)
	}
	role := func(u *user) string {
		switch {
		case slices.ContainsFunc(repos, func(repo *repo) bool { return repo.isMaintainer(u) }):
			return "admin"
		case slices.ContainsFunc(repos, func(repo *repo) bool { return repo.isMember(u) }):
			return "member"
		}
		return ""
	}
	members := fake.Select(users, func(u *user) bool {
		return role(u) != "" && (wanted == "" || wanted == "all" || role(u) == wanted)
	})
	return respondPage(r.URL.Query(), members, func(u *user) any { return wire(u, role(u)) })
}

// wireFoundUser is a user in the result of a search.
type wireFoundUser struct {
	AvatarURL string `json:"avatar_url"`
	CreatedAt string `json:"created_at"`
	HTMLURL   string `json:"html_url"`
	ID        string `json:"id"`
	Login     string `json:"login"`
	Name      string `json:"name"`
}

// wireFound returns a user who joined in the order of the table of users, one a
// month.
func (u *user) wireFound() wireFoundUser {
	w := u.wire()
	joined := time.Date(2024, time.March, 1, 0, 0, 0, 0, beijing()).AddDate(0, slices.IndexFunc(users, u.is), 0)
	return wireFoundUser{w.AvatarURL, formatTime(joined), w.HTMLURL, w.ID, w.Login, w.Name}
}

// wireOrgMember is a member of an organization.
type wireOrgMember struct {
	*wireUser
	Role     string `json:"member_role"`
	ObjectID string `json:"object_id"`
	UserID   string `json:"user_id"`
}

// wireEnterpriseMember is a member of an enterprise. The id of its user is an
// integer if it looks like one.
type wireEnterpriseMember struct {
	Active     bool   `json:"active"`
	Role       string `json:"role"`
	RoleID     string `json:"role_id"`
	RoleName   string `json:"role_name"`
	RoleNameCN string `json:"role_name_cn"`
	URL        string `json:"url"`
	User       struct {
		AvatarURL string `json:"avatar_url"`
		HTMLURL   string `json:"html_url"`
		ID        any    `json:"id"`
		Login     string `json:"login"`
		Name      string `json:"name"`
		ObjectID  string `json:"object_id"`
		URL       string `json:"url"`
		UserID    string `json:"user_id"`
	} `json:"user"`
}

func (u *user) wireEnterpriseMember(enterprise, role string) wireEnterpriseMember {
	const api = "https://api.gitcode.com/api/v5/"
	w := wireEnterpriseMember{
		Active: true, Role: role, RoleID: "1", RoleName: "Enterprise " + role, RoleNameCN: "企业成员",
		URL: api + "enterprises/" + enterprise + "/members/" + u.login,
	}
	shown := u.wire()
	w.User.AvatarURL, w.User.HTMLURL, w.User.ID, w.User.Login, w.User.Name = shown.AvatarURL, shown.HTMLURL, u.id, u.login, u.name
	if n, err := strconv.Atoi(u.id); err == nil {
		w.User.ID = n
	}
	w.User.ObjectID, w.User.UserID, w.User.URL = u.id, u.id, api+u.login
	return w
}

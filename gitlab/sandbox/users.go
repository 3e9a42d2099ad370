package sandbox

import (
	"slices"
	"strings"
)

// Token is the token of [Me]. The token of any other user is Token, a hyphen and
// the user's name, such as gitlab-sandbox-token-mateo.
const Token = "gitlab-sandbox-token"

// Me is the username of the owner of [Token].
const Me = "olga"

// root is the path of the group that contains all others.
const root = "harborlab"

// User is a user of the sandbox.
type User struct {
	Name  string // the username
	Role  string // a phrase such as "owner of harborlab"
	Token string
}

// Users returns the users whose tokens the sandbox accepts.
func Users() []User {
	var list []User
	for _, u := range users {
		list = append(list, User{Name: u.username, Role: u.role, Token: u.token()})
	}
	return list
}

// user is a user. Administrators may do anything.
type user struct {
	id             int
	username, name string
	role           string
	isAdmin        bool
}

// users are the same in every sandbox. The seed data gives them their roles.
var users = []*user{
	{7101, Me, "Olga Petrenko", "owner of " + root, false},
	{7102, "mateo", "Mateo Ibarra", "maintainer of " + root, false},
	{7103, "devi", "Devi Ramanathan", "developer of " + root + "/portal and " + root + "/tools", false},
	{7104, "rhea", "Rhea Kovács", "reporter of " + root + "/portal and " + root + "/tools", false},
	{7105, "gus", "Gus Oyelaran", "guest of " + root + "/portal", false},
	{7106, "stella", "Stella Brandt", "member of nothing", false},
	{7107, "ada", "Ada Vance", "administrator of the instance, member of nothing", true},
}

func (u *user) token() string {
	if u.username == Me {
		return Token
	}
	return Token + "-" + u.username
}

// findUser returns the user with the given username, or nil.
//
//go:noinline
func findUser(username string) *user {
	i := slices.IndexFunc(users, func(u *user) bool { return strings.EqualFold(u.username, username) })
	if i < 0 {
		return nil
	}
	return users[i]
}

func findUserID(id int) *user {
	i := slices.IndexFunc(users, func(u *user) bool { return u.id == id })
	if i < 0 {
		return nil
	}
	return users[i]
}

// role is what a user may do in a group or a project, with GitLab's numbers. The
// zero value is that of users who are not members.
type role int

const (
	none       role = 0
	guest      role = 10
	reporter   role = 20
	developer  role = 30
	maintainer role = 40
	owner      role = 50
)

// roleIn returns the highest role of a user in a namespace or a group above it.
func (s *Sandbox) roleIn(u *user, path string) role {
	if u.isAdmin {
		return owner
	}
	highest := none
	for _, g := range s.groupsOf(path) {
		highest = max(highest, g.Roles[u.username])
	}
	return highest
}

//go:noinline
func (s *Sandbox) roleOf(u *user, p *project) role {
	return max(s.roleIn(u, p.Path), p.Roles[u.username])
}

func (s *Sandbox) canSee(u *user, p *project) bool { return !p.Private || s.roleOf(u, p) >= guest }

// canSeeGroup reports whether a user may see a group: as a member, or as one of a
// subgroup or a project.
func (s *Sandbox) canSeeGroup(u *user, g *group) bool {
	return !g.Private || s.roleIn(u, g.Path) >= guest ||
		slices.ContainsFunc(s.Groups, func(sub *group) bool {
			return strings.HasPrefix(sub.Path, g.Path+"/") && s.roleIn(u, sub.Path) >= guest
		}) ||
		slices.ContainsFunc(s.Projects, func(p *project) bool {
			return strings.HasPrefix(p.Path, g.Path+"/") && s.roleOf(u, p) >= guest
		})
}

// canRead reports whether a user may see an issue. Confidential ones are for
// reporters and for those who wrote them or are assigned.
func (s *Sandbox) canRead(u *user, i *issue) bool {
	if !s.canSee(u, i.project) {
		return false
	}
	return !i.Confidential || s.roleOf(u, i.project) >= reporter || i.Author == u.username || slices.Contains(i.Assignees, u.username)
}

// canTriage reports whether a user may set what is about an issue: labels,
// assignees, milestones, dates, weights and times.
func (s *Sandbox) canTriage(u *user, p *project) bool { return s.roleOf(u, p) >= reporter }

// canEdit reports whether a user may change the title, the text and the state of
// an issue.
func (s *Sandbox) canEdit(u *user, i *issue) bool {
	return i.Author == u.username || s.canTriage(u, i.project)
}

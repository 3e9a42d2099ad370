package sandbox

import (
	"slices"
	"strings"
)

// Token is the token of [Me]. The token of any other user is Token, a hyphen and
// the user's name, such as github-sandbox-token-hugh.
const Token = "github-sandbox-token"

// Me is the login of the owner of [Token].
const Me = "octavia"

// org is the login of the only organization.
const org = "octoharbor"

// User is a user of the sandbox.
type User struct {
	Name  string // the login
	Role  string // a phrase such as "owner of octoharbor"
	Token string
}

// Users returns the users whose tokens the sandbox accepts, except for the crew.
func Users() []User {
	var list []User
	for _, u := range users {
		if u.role != "" {
			list = append(list, User{Name: u.login, Role: u.role, Token: u.token()})
		}
	}
	return list
}

// user is a user. The crew has no role in words.
type user struct {
	id          int
	login, name string
	role        string
	isMember    bool // of the organization
}

// users are the same in every sandbox. The seed data gives them their roles.
var users = []*user{
	{5101, Me, "Octavia Marsh", "owner of " + org, true},
	{5102, "hugh", "Hugh Brandt", "write access to all repositories of " + org, true},
	{5103, "tess", "Tess Lindqvist", "triage role in " + org + "/portal and " + org + "/cli", true},
	{5104, "remy", "Rémy Faure", "read access to " + org + "/portal and " + org + "/vault", true},
	{5105, "colin", "Colin Adeyemi", "collaborator with write access to " + org + "/cli, not a member of " + org, false},
	{5106, "stan", "Stan Okafor", "member of nothing", false},
	{5111, "crew-01", "Crew 1", "", true},
	{5112, "crew-02", "Crew 2", "", true},
	{5113, "crew-03", "Crew 3", "", true},
	{5114, "crew-04", "Crew 4", "", true},
	{5115, "crew-05", "Crew 5", "", true},
	{5116, "crew-06", "Crew 6", "", true},
	{5117, "crew-07", "Crew 7", "", true},
	{5118, "crew-08", "Crew 8", "", true},
	{5119, "crew-09", "Crew 9", "", true},
	{5120, "crew-10", "Crew 10", "", true},
}

func (u *user) token() string {
	if u.login == Me {
		return Token
	}
	return Token + "-" + u.login
}

// findUser returns the user with the given login, or nil.
//
//go:noinline
func findUser(login string) *user {
	i := slices.IndexFunc(users, func(u *user) bool { return strings.EqualFold(u.login, login) })
	if i < 0 {
		return nil
	}
	return users[i]
}

// role is what a user may do in a repository. The zero value is that of users
// without access of their own, who still see public repositories.
type role int

const (
	none role = iota
	read
	triage
	write
	admin
)

func (r *repo) roleOf(u *user) role { return r.Roles[u.login] }

func (r *repo) isVisibleTo(u *user) bool { return !r.Private || r.roleOf(u) >= read }

// canPush reports whether a user may set labels, milestones and assignees, and
// lock conversations.
func (r *repo) canPush(u *user) bool { return r.roleOf(u) >= write }

func (r *repo) canBeAssigned(u *user) bool { return r.roleOf(u) >= read }

// canEdit reports whether a user may change the title, the text and the state of
// an issue.
func (i *issue) canEdit(u *user) bool { return i.Author == u.login || i.repo.roleOf(u) >= triage }

// association describes how a user belongs to a repository.
func (r *repo) association(login string) string {
	u := findUser(login)
	switch {
	case u == nil:
	case r.Owner == login || r.Owner == org && login == Me:
		return "OWNER"
	case r.Owner == org && u.isMember:
		return "MEMBER"
	case r.roleOf(u) > none:
		return "COLLABORATOR"
	}
	return "NONE"
}

// affiliation is how a repository came to a user, or "" if it did not.
func (r *repo) affiliation(u *user) string {
	switch {
	case r.Owner == u.login:
		return "owned"
	case r.roleOf(u) == none:
		return ""
	case r.Owner == org && u.isMember:
		return "orgs"
	}
	return "collab"
}

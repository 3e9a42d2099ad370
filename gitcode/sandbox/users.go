package sandbox

import (
	"fmt"
	"strings"
)

// Token is the token of [Me]. The token of any other user is Token, a hyphen and
// the user's name, such as sandbox-token-maria.
const Token = "sandbox-token"

// Me is the login of the owner of [Token].
const Me = "linwei"

// User is a user of the sandbox.
type User struct {
	Name  string // the login
	Role  string // a phrase such as "maintainer of all repositories"
	Token string
}

// Users returns the users whose tokens the sandbox accepts.
func Users() []User {
	list := make([]User, len(users))
	for i, u := range users {
		list[i] = User{Name: u.login, Role: u.role, Token: u.token()}
	}
	return list
}

// users are the same in every sandbox. The seed data gives them their roles.
var users = []*user{
	{"65f96506b3a9e652", Me, "林薇", "maintainer of all repositories"},
	{"65f96506b3a9e653", "zhaoqian", "赵倩", "developer of openharbor/portal and openharbor/cli"},
	{"65f96506b3a9e654", "sunli", "孙立", "developer of openharbor/portal and openharbor/cli"},
	{"303745", "maria", "Maria Soto", "reporter of openharbor/portal and openharbor/cli"},
	{"303746", "tomb", "Tom Berger", "reporter of openharbor/portal; not a member of openharbor/cli"},
	{"303747", "guest", "Gus Estrada", "member of no repository"},
}

// user is a user. In the state of a sandbox only the login represents it.
type user struct {
	id, login, name string
	role            string // in words
}

func (u *user) token() string {
	if u.login == Me {
		return Token
	}
	return Token + "-" + u.login
}

// is compares by login: reading a state from its file makes new users.
func (u *user) is(other *user) bool { return other != nil && u.login == other.login }

// MarshalText implements encoding.TextMarshaler.
func (u *user) MarshalText() ([]byte, error) { return []byte(u.login), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *user) UnmarshalText(login []byte) error {
	found := findUser(string(login))
	if found == nil {
		return fmt.Errorf("unknown user %q", login)
	}
	*u = *found
	return nil
}

// findUser returns the user with the given login, or nil.
func findUser(login string) *user {
	for _, u := range users {
		if strings.EqualFold(u.login, strings.TrimSpace(login)) {
			return u
		}
	}
	return nil
}

// role is what a user may do in a repository. The zero value is that of users
// who are not members.
type role string

const (
	reporter   role = "reporter"
	developer  role = "developer"
	maintainer role = "maintainer"
)

func (r *repo) isMember(u *user) bool { return u != nil && r.Roles[u.login] != "" }

func (r *repo) isMaintainer(u *user) bool {
	role := r.Roles[u.login]
	return role == maintainer
}

// isVisibleTo reports whether a user may see the issue.
func (i *issue) isVisibleTo(u *user) bool {
	return !i.Private || i.Author.is(u) || i.repo.isMember(u)
}

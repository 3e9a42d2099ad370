package sandbox

import (
	"fmt"
	"slices"
)

// wireRepoLabel is a label in the list of a repository's labels, the only place
// that shows descriptions.
type wireRepoLabel struct {
	wireLabel
	Description string `json:"description,omitempty"`
}

// wireWrittenLabel is a label in the response to a create or an update.
type wireWrittenLabel struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Color string `json:"color"`
}

func (l *label) wireWritten() wireWrittenLabel { return wireWrittenLabel{l.ID, l.Name, l.Color} }

func (l *label) wireInRepo(repository int) wireRepoLabel {
	return wireRepoLabel{l.wire(repository), l.Description}
}

// wireRepoMilestone is a milestone in the list of a repository's milestones. Its
// address is in url, not in html_url as in an issue.
type wireRepoMilestone struct {
	Number       int     `json:"number"`
	Title        string  `json:"title"`
	Description  string  `json:"description"`
	DueOn        *string `json:"due_on"` // a date
	State        string  `json:"state"`
	OpenIssues   int     `json:"open_issues"`
	ClosedIssues int     `json:"closed_issues"`
	Repository   int     `json:"repository_id"`
	CreatedAt    string  `json:"created_at"`
	UpdatedAt    string  `json:"updated_at"`
	URL          string  `json:"url"`
}

func (m *milestone) state() string {
	if m.Closed {
		return "closed"
	}
	return "active"
}

func (m *milestone) wireInRepo(r *repo, open, closed int) wireRepoMilestone {
	w := wireRepoMilestone{
		Number: m.Number, Title: m.Title, Description: m.Description, State: m.state(),
		OpenIssues: open, ClosedIssues: closed, Repository: r.ID,
		CreatedAt: formatTime(m.Created), UpdatedAt: formatTime(m.Updated), URL: m.wire(r).HTMLURL,
	}
	if m.DueOn != "" {
		w.DueOn = &m.DueOn
	}
	return w
}

// wireFor returns the milestone as a user sees it.
func (m *milestone) wireFor(r *repo, u *user) wireRepoMilestone {
	open, closed := r.countByMilestone(u)
	return m.wireInRepo(r, open[m.Number], closed[m.Number])
}

// wireCreatedMilestone is a milestone in the response to a create, which has no
// address.
type wireCreatedMilestone struct {
	wireRepoMilestone
	HTMLURL *string `json:"html_url"`
	URL     *string `json:"url"` // instead of the other one
}

// wireCollaborator is a member of a repository. Its login is in username. The
// members that are always null have no type.
type wireCollaborator struct {
	AccessLevel    *struct{} `json:"access_level"`
	Avatar         *struct{} `json:"avatar"`
	AvatarURL      *struct{} `json:"avatar_url"`
	CommitterFrom  *struct{} `json:"committer_system_from"`
	Email          *struct{} `json:"email"`
	ExpiresAt      *struct{} `json:"expires_at"`
	IAMID          *struct{} `json:"iam_id"`
	ID             string    `json:"id"`
	IsSourceMember *struct{} `json:"is_current_source_member"`
	JoinWay        *struct{} `json:"join_way"`
	LastOwner      *struct{} `json:"last_owner"`
	LastSource     *struct{} `json:"last_source_owner"`
	Limited        *struct{} `json:"limited"`
	MemberRoles    *struct{} `json:"member_roles"`
	Name           string    `json:"name"`
	NameCN         *struct{} `json:"name_cn"`
	NickName       *struct{} `json:"nick_name"`
	Permissions    struct {
		Admin bool      `json:"admin"`
		Pull  *struct{} `json:"pull"`
		Push  *struct{} `json:"push"`
	} `json:"permissions"`
	SourceName *struct{} `json:"source_name"`
	State      *struct{} `json:"state"`
	Type       string    `json:"type"`
	Username   string    `json:"username"`
	WebURL     string    `json:"web_url"`
}

func (u *user) wireCollaborator(admin bool) wireCollaborator {
	w := wireCollaborator{ID: u.id, Name: u.name, Type: "ProjectMember", Username: u.login, WebURL: u.wire().HTMLURL}
	w.Permissions.Admin = admin
	return w
}

// wireProfile is the owner of a token.
type wireProfile struct {
	AvatarURL    string   `json:"avatar_url"`
	Bio          string   `json:"bio"`
	Blog         string   `json:"blog"`
	Company      string   `json:"company"`
	Email        string   `json:"email"`
	Followers    int      `json:"followers"`
	FollowersURL string   `json:"followers_url"`
	Following    int      `json:"following"`
	HTMLURL      string   `json:"html_url"`
	ID           string   `json:"id"`
	Login        string   `json:"login"`
	Name         string   `json:"name"`
	TopLanguages []string `json:"top_languages"`
	Type         string   `json:"type"`
	URL          string   `json:"url"`
}

func (u *user) wireProfile() wireProfile {
	w := u.wire()
	const api = "https://api.gitcode.com/api/v5/"
	return wireProfile{
		AvatarURL: w.AvatarURL, Email: u.login + "@example.com", FollowersURL: api + "users/" + u.login + "/followers",
		HTMLURL: w.HTMLURL, ID: w.ID, Login: w.Login, Name: w.Name, TopLanguages: []string{}, Type: w.Type, URL: api + u.login,
	}
}

// wireTypeSettings is an issue type that an enterprise defines, with the
// statuses that its issues can have.
type wireTypeSettings struct {
	Statuses    []wireStatusSettings `json:"status"`
	Description string               `json:"type_desc"`
	ID          int                  `json:"type_id"`
	Name        string               `json:"type_name"`
}

type wireStatusSettings struct {
	Closed      int    `json:"gitcode_issue_status"` // 1 if issues with this status are closed
	Description string `json:"status_desc"`
	ID          int    `json:"status_id"`
	Name        string `json:"status_name"`
}

func wireStatuses() []wireStatusSettings {
	list := make([]wireStatusSettings, len(statuses))
	for n, name := range statuses {
		list[n] = wireStatusSettings{Description: description(name), ID: statusID(name), Name: name}
		if name == statusDone || name == statusRejected {
			list[n].Closed = 1
		}
	}
	return list
}

// statusID and typeID return the ids that issues show in their details.
func statusID(name string) int { return 220 + slices.Index(statuses, name) }
func typeID(name string) int   { return 629 + slices.Index(issueTypes, name) }

// wireEnterpriseStatus is a workflow status in the list of an enterprise.
type wireEnterpriseStatus struct {
	Name        string `json:"name"`
	Description string `json:"desc"`
}

// wireFoundIssue is a search result. It has no people, milestone, workflow
// status and type, and the full name of its repository has no spaces.
type wireFoundIssue struct {
	ID         int                 `json:"id"`
	HTMLURL    string              `json:"html_url"`
	Number     string              `json:"number"`
	State      string              `json:"state"`
	Title      string              `json:"title"`
	Body       string              `json:"body"`
	Comments   int                 `json:"comments"`
	Labels     []wireLabel         `json:"labels"`
	ParentID   int                 `json:"parent_id"`
	Priority   int                 `json:"priority"`
	Repository wireFoundRepository `json:"repository"`
	CreatedAt  string              `json:"created_at"`
	UpdatedAt  string              `json:"updated_at"`
}

type wireFoundRepository struct {
	FullName  string `json:"full_name"`
	HumanName string `json:"human_name"`
	ID        int    `json:"id"`
	Name      string `json:"name"`
	Owner     struct {
		AvatarURL string `json:"avatar_url"`
		HTMLURL   string `json:"html_url"`
		ID        string `json:"id"`
		Login     string `json:"login"`
		Name      string `json:"name"`
		Type      string `json:"type"`
	} `json:"owner"` // who created the repository
	Path string `json:"path"`
	URL  string `json:"url"`
}

func (i *issue) wireFound() wireFoundIssue {
	w, owner := i.wireWritten(), findUser(Me).wire()
	found := wireFoundIssue{
		ID: w.ID, HTMLURL: w.HTMLURL, Number: w.Number, State: w.State, Title: w.Title, Body: w.Body, Comments: len(i.Comments),
		Labels: w.Labels, Priority: i.Priority, CreatedAt: w.CreatedAt, UpdatedAt: w.UpdatedAt,
		Repository: wireFoundRepository{
			FullName: i.repo.fullName(), HumanName: w.Repository.FullName, ID: i.repo.ID, Name: i.repo.Path, Path: i.repo.Path,
			URL: fmt.Sprintf("https://gitcode.com/%s", i.repo.fullName()),
		},
	}
	o := &found.Repository.Owner
	o.AvatarURL, o.HTMLURL, o.ID, o.Login, o.Name, o.Type = owner.AvatarURL, owner.HTMLURL, owner.ID, owner.Login, owner.Name, owner.Type
	return found
}

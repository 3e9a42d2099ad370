package sandbox

import (
	"fmt"
	"strings"
	"time"
)

// seedTime is the layout of times in the seed data, in UTC.
const seedTime = "2006-01-02 15:04"

// seedIssue describes an issue of the seed data.
type seedIssue struct {
	title, body       string
	author, assignees string // logins, comma-separated
	labels            string // names, comma-separated
	milestone         int
	kind              string // of issueTypes
	created           string // as seedTime
	closed            string // the state_reason of a closed issue
	closedBy          string
	lock              string // the reason of a locked issue
	pull              string // open, draft or merged for a pull request
	gone              string // a deleted issue, or the repository to which it was transferred
	comments          []seedComment
}

type seedComment struct {
	author, body string
	created      string // as seedTime
}

// seed replaces the state by the seed data. None of it exists in reality.
func (s *Sandbox) seed() {
	s.state = state{Format: stateFormat, LastID: 910000}
	crew := func(roles map[string]role) map[string]role {
		for _, u := range users {
			if strings.HasPrefix(u.login, "crew-") {
				roles[u.login] = write
			}
		}
		return roles
	}
	portal := s.addRepo(org, "portal", "The harbor's web portal", crew(map[string]role{Me: admin, "hugh": write, "tess": triage, "remy": read}))
	portal.OldName = "gateway"
	cli := s.addRepo(org, "cli", "harborctl, the portal on the command line", map[string]role{Me: admin, "hugh": write, "tess": triage, "colin": write})
	vault := s.addRepo(org, "vault", "Signing keys and how they are rotated", map[string]role{Me: admin, "hugh": write, "remy": read})
	vault.Private = true
	attic := s.addRepo(org, "attic", "The portal before 2025", map[string]role{Me: admin, "hugh": write})
	attic.Archived = true
	s.addRepo(org, "mirror", "Issues are tracked in octoharbor/portal", map[string]role{Me: admin, "hugh": write}).NoIssues = true
	notes := s.addRepo(Me, "notes", "", map[string]role{Me: admin})
	portal.Milestones = []*milestone{
		s.seedMilestone(1, "v3.0", "The new upload service", "2026-09-30", "2026-07-01 09:00"),
		s.seedMilestone(2, "v3.1", "Accessibility and speed", "2026-12-18", "2026-08-24 09:00"),
		s.seedMilestone(3, "Someday", "", "", "2026-08-24 09:05"),
	}
	portal.Milestones[0].Closed = true
	portal.Milestones[0].ClosedAt = parseSeedTime("2026-10-01 08:00")
	portal.Milestones[0].Updated = portal.Milestones[0].ClosedAt
	cli.Milestones = []*milestone{s.seedMilestone(1, "v1.0", "First stable release", "2027-01-29", "2026-09-28 14:00")}

	// Those that issues were transferred to come first, to know their ids.
	s.addIssues(cli, cliIssues)
	s.addIssues(vault, vaultIssues)
	s.addIssues(attic, atticIssues)
	s.addIssues(notes, notesIssues)
	s.addIssues(portal, portalIssues)
}

func (s *Sandbox) addRepo(owner, name, description string, roles map[string]role) *repo {
	r := &repo{
		ID: s.newID(), Owner: owner, Name: name, Description: description, Roles: roles,
		Transferred: map[int]issueTarget{}, Created: parseSeedTime("2025-02-03 10:00"), Pushed: parseSeedTime("2026-11-12 17:20"),
	}
	for _, l := range []label{
		{Name: "bug", Color: "d73a4a", Description: "Something isn't working", Default: true},
		{Name: "documentation", Color: "0075ca", Description: "Improvements or additions to documentation", Default: true},
		{Name: "duplicate", Color: "cfd3d7", Description: "This issue or pull request already exists", Default: true},
		{Name: "enhancement", Color: "a2eeef", Description: "New feature or request", Default: true},
		{Name: "good first issue", Color: "7057ff", Description: "Good for newcomers", Default: true},
		{Name: "help wanted", Color: "008672", Description: "Extra attention is needed", Default: true},
		{Name: "question", Color: "d876e3", Description: "Further information is requested", Default: true},
		{Name: "wontfix", Color: "ffffff", Description: "This will not be worked on", Default: true},
		{Name: "area/upload", Color: "fbca04"}, {Name: "P1", Color: "b60205", Description: "Fix before the next release"},
	} {
		l.ID = s.newID()
		r.Labels = append(r.Labels, &l)
	}
	s.Repos = append(s.Repos, r)
	return r
}

func (s *Sandbox) seedMilestone(number int, title, description, dueOn, created string) *milestone {
	t := parseSeedTime(created)
	m := &milestone{ID: s.newID(), Number: number, Title: title, Description: description, Creator: Me, Created: t, Updated: t}
	if dueOn != "" {
		m.DueOn = parseSeedTime(dueOn + " 07:00")
	}
	return m
}

func parseSeedTime(text string) time.Time {
	t, err := time.Parse(seedTime, text)
	if err != nil {
		panic(fmt.Errorf("seed data: %w", err))
	}
	return t
}

func (s *Sandbox) addIssues(r *repo, issues []seedIssue) {
	for _, in := range issues {
		r.LastNumber++
		switch in.gone {
		case "":
			r.Issues = append(r.Issues, s.seedIssue(r, in))
		case "deleted":
			r.Deleted = append(r.Deleted, r.LastNumber)
		default:
			for _, target := range s.Repos {
				if target.Name == in.gone {
					r.Transferred[r.LastNumber] = issueTarget{Repo: target.ID, Number: target.LastNumber}
				}
			}
		}
	}
}

func (s *Sandbox) seedIssue(r *repo, in seedIssue) *issue {
	i := &issue{
		ID: s.newID(), Number: r.LastNumber, repo: r, Title: in.title, Author: in.author, Type: in.kind, Milestone: in.milestone,
		Labels: s.ensureLabels(r, split(in.labels)), Assignees: r.assign([]string{}, split(in.assignees)),
		Locked: in.lock != "", LockReason: in.lock, IsPull: in.pull != "", IsDraft: in.pull == "draft",
		Created: parseSeedTime(in.created), Updated: parseSeedTime(in.created),
	}
	if in.body != "" {
		i.Body = &in.body
	}
	for _, c := range in.comments {
		t := parseSeedTime(c.created)
		i.Comments = append(i.Comments, &comment{ID: s.newID(), Author: c.author, Body: c.body, Created: t, Updated: t})
		i.Updated = t
	}
	if in.closed != "" || in.pull == "merged" {
		i.Closed, i.StateReason, i.ClosedBy = true, in.closed, in.closedBy
		i.ClosedAt = i.Updated.Add(time.Hour)
		i.Updated = i.ClosedAt
	}
	if in.pull == "merged" {
		i.MergedAt = i.ClosedAt
	}
	return i
}

// split returns the elements of a list with commas.
func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// reorderIssue puts an issue after or before others of its project.
func (s *Sandbox) reorderIssue(r *request) response {
	c := &check{params: r.params}
	after, _ := c.number("move_after_id")
	before, _ := c.number("move_before_id")
	if c.problem != "" {
		return badParameter(c.problem)
	}
	i, errResponse := s.writableIssue(r, s.canTriageIssue)
	if i == nil {
		return errResponse
	}
	ordered := fake.Select(i.project.Issues, func(other *issue) bool { return other != i })
	slices.SortStableFunc(ordered, func(a, b *issue) int { return cmp.Compare(a.Position, b.Position) })
	place := func(id int) int { return slices.IndexFunc(ordered, func(other *issue) bool { return other.ID == id }) }
	at := place(before)
	if n := place(after); n >= 0 {
		at = n + 1
	}
	if at < 0 || after != 0 && place(after) < 0 || before != 0 && place(before) < 0 {
		return errorMessage(http.StatusUnprocessableEntity, map[string]string{"error": "Unprocessable entity"})
	}
	for n, other := range ordered {
		other.Position = n + 1
		if n >= at {
			other.Position++
		}
	}
	i.Position = at + 1
	return ok(s.singleIssue(r, i))
}

// targetProject returns the issue of a request and the project that it is to be
// moved or copied to, or the error to respond with.
func (s *Sandbox) targetProject(r *request, verb string) (*issue, *project, response) {
	c := &check{params: r.params}
	_, there := c.number("to_project_id")
	switch {
	case c.problem != "":
		return nil, nil, badParameter(c.problem)
	case !there:
		return nil, nil, missing("to_project_id")
	}
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return nil, nil, errResponse
	}
	target := s.findProject(r.user, c.text("to_project_id"))
	switch {
	case target == nil:
		return nil, nil, notFound("Project")
	case verb == "move" && target == i.project:
		return nil, nil, errorMessage(http.StatusBadRequest, "Cannot move issue to project it originates from!")
	case !s.canTriage(r.user, i.project) || !s.canTriage(r.user, target) || target.Archived || target.NoIssues ||
		verb == "move" && (i.project.Archived || i.MovedTo != 0):
		return nil, nil, errorMessage(http.StatusBadRequest, "Cannot "+verb+" issue due to insufficient permissions!")
	}
	return i, target, response{}
}

// copyTo adds a copy of an issue to a project, with what exists there too.
func (s *Sandbox) copyTo(i *issue, target *project) *issue {
	c := *i
	c.project, c.IID, c.Position = target, target.LastIID+1, 0
	c.Milestone, c.Epic, c.Iteration, c.Notes, c.Todos, c.Images, c.Subscribers = 0, 0, 0, nil, nil, nil, nil
	c.Labels = s.ensureLabels(target, i.Labels, false)
	c.Assignees = s.assign(&issue{project: target, Assignees: []string{}}, i.Assignees)
	if m := s.findMilestone(i.project, i.Milestone); m != nil {
		for _, other := range s.milestonesOf(target) {
			if other.Title == m.Title {
				c.Milestone = other.ID
			}
		}
	}
	if e, _ := s.findEpic(target, i.Epic); e != nil {
		c.Epic = e.ID
	}
	s.addIssue(&c)
	return &c
}

func (s *Sandbox) copyNotes(from, to *issue) {
	for _, n := range from.Notes {
		c := *n
		c.ID = s.newID()
		to.Notes = append(to.Notes, &c)
	}
}

// moveIssue copies an issue to another project and closes it.
func (s *Sandbox) moveIssue(r *request) response {
	i, target, errResponse := s.targetProject(r, "move")
	if i == nil {
		return errResponse
	}
	moved := s.copyTo(i, target)
	s.copyNotes(i, moved)
	moved.Images, i.Images = i.Images, nil
	moved.Subscribers = maps.Clone(i.Subscribers)
	moved.Closed, moved.ClosedBy, moved.ClosedAt = false, "", issue{}.ClosedAt
	s.addNote(moved, r.user, "moved from "+i.reference(""), true)
	s.addNote(i, r.user, "moved to "+moved.reference(""), true)
	i.setClosed(true, r.user)
	i.MovedTo, i.Updated = moved.ID, now()
	return created(s.singleIssue(r, moved))
}

// cloneIssue copies an issue to any project, its own included.
func (s *Sandbox) cloneIssue(r *request) response {
	c := &check{params: r.params}
	withNotes, _ := c.boolean("with_notes")
	if c.problem != "" {
		return badParameter(c.problem)
	}
	i, target, errResponse := s.targetProject(r, "clone")
	if i == nil {
		return errResponse
	}
	clone := s.copyTo(i, target)
	clone.Author, clone.Emoji, clone.MovedTo, clone.Promoted = r.user.username, nil, 0, false
	clone.Closed, clone.ClosedBy, clone.ClosedAt = false, "", issue{}.ClosedAt
	clone.Estimate, clone.Spent, clone.Created, clone.Updated = 0, 0, now(), now()
	if withNotes {
		s.copyNotes(i, clone)
	}
	s.addNote(clone, r.user, "cloned from "+i.reference(""), true)
	s.addNote(i, r.user, "cloned to "+clone.reference(""), true)
	return created(s.singleIssue(r, clone))
}

func (s *Sandbox) subscribe(r *request) response   { return s.setSubscribed(r, true) }
func (s *Sandbox) unsubscribe(r *request) response { return s.setSubscribed(r, false) }

func (s *Sandbox) setSubscribed(r *request, subscribed bool) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	if i.isSubscribed(r.user) == subscribed {
		return notModified()
	}
	if i.Subscribers == nil {
		i.Subscribers = map[string]bool{}
	}
	i.Subscribers[r.user.username] = subscribed
	return created(s.singleIssue(r, i))
}

// createTodo responds with 304 if the user has a pending to-do item for the issue.
func (s *Sandbox) createTodo(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	if slices.Contains(i.Todos, r.user.username) {
		return notModified()
	}
	i.Todos = append(i.Todos, r.user.username)
	target := s.singleIssue(r, i)
	return created(struct {
		ID         int         `json:"id"`
		Project    wireProject `json:"project"`
		Author     *wireUser   `json:"author"`
		ActionName string      `json:"action_name"`
		TargetType string      `json:"target_type"`
		Target     wireIssue   `json:"target"`
		TargetURL  string      `json:"target_url"`
		Body       string      `json:"body"`
		State      string      `json:"state"`
		Created    string      `json:"created_at"`
	}{s.newID(), s.wireProject(r, i.project), wireUserOf(r, r.user), "marked", "Issue", target, target.WebURL, i.Title, "pending", formatTime(now())})
}

// noteChanges adds the system notes for an update.
func (s *Sandbox) noteChanges(u *user, old, changed *issue) {
	if old.Title != changed.Title {
		s.addNote(changed, u, fmt.Sprintf("changed title from **%s** to **%s**", old.Title, changed.Title), true)
	}
	if old.Description != changed.Description {
		s.addNote(changed, u, "changed the description", true)
	}
	var added, removed []string
	for _, name := range changed.Assignees {
		if !slices.Contains(old.Assignees, name) {
			added = append(added, "@"+name)
		}
	}
	for _, name := range old.Assignees {
		if !slices.Contains(changed.Assignees, name) {
			removed = append(removed, "@"+name)
		}
	}
	var parts []string
	if added != nil {
		parts = append(parts, "assigned to "+strings.Join(added, " "))
	}
	if removed != nil {
		parts = append(parts, "unassigned "+strings.Join(removed, " "))
	}
	if parts != nil {
		s.addNote(changed, u, strings.Join(parts, " and "), true)
	}
}

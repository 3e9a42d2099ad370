package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// addNote adds a note to an issue.
func (s *Sandbox) addNote(i *issue, u *user, body string, system bool) *note {
	t := now()
	n := &note{ID: s.newID(), Author: u.username, Body: body, System: system, Created: t, Updated: t}
	i.Notes = append(i.Notes, n)
	return n
}

func (s *Sandbox) listNotes(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	c := &check{params: r.params}
	sort := c.oneOf("sort", "desc", "asc")
	order := c.oneOf("order_by", "created_at", "updated_at")
	activity := c.oneOf("activity_filter", "all_notes", "only_comments", "only_activity")
	if c.problem != "" {
		return badParameter(c.problem)
	}
	notes := fake.Select(i.Notes, func(n *note) bool { return activity == "all_notes" || n.System == (activity == "only_activity") })
	slices.SortStableFunc(notes, func(a, b *note) int {
		if sort == "desc" {
			a, b = b, a
		}
		if order == "updated_at" {
			return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.ID, b.ID))
		}
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return paged(r, len(notes), func(n int) any { return wireNoteOf(r, i, notes[n]) })
}

// createNote adds a note and executes /promote in it. Other quick actions stay in
// the text.
func (s *Sandbox) createNote(r *request) response {
	if !r.params.has("body") {
		return missing("body")
	}
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	isLocked := i.Locked != nil && *i.Locked && s.roleOf(r.user, i.project) < guest
	if i.project.Archived || isLocked {
		return forbidden()
	}
	body, promotes := cutPromote(r.params.text("body"))
	promotes = promotes && s.promote(r.user, i)
	if body == "" {
		if !promotes {
			return errorMessage(http.StatusBadRequest, `400 Bad request - Note {:note=>["can't be blank"]}`)
		}
		return response{Status: http.StatusAccepted, Body: struct {
			Changes map[string]any `json:"commands_changes"`
			Summary []string       `json:"summary"`
		}{map[string]any{"promote_to_epic": true}, []string{"Promoted issue to an epic."}}}
	}
	n := s.addNote(i, r.user, body, false)
	i.Updated = n.Updated
	w := wireNoteOf(r, i, n)
	w.Changes = map[string]any{}
	if promotes {
		w.Changes["promote_to_epic"] = true
	}
	return created(w)
}

// cutPromote returns a text without its lines that consist of /promote, and
// whether there are any outside of code.
func cutPromote(text string) (rest string, found bool) {
	var lines []string
	isCode := false
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if strings.HasPrefix(line, "```") {
			isCode = !isCode
		}
		if !isCode && strings.TrimRight(line, " \t") == "/promote" {
			found = true
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n")), found
}

// promote makes an issue an epic of the group, if the instance has epics, the
// project is in a group, and the user may.
func (s *Sandbox) promote(u *user, i *issue) bool {
	groups := s.groupsOf(i.project.Path)
	if s.Free || len(groups) == 0 || i.Promoted || i.Type != "issue" || !s.canTriage(u, i.project) {
		return false
	}
	g := groups[len(groups)-1]
	g.LastEpicNumber++
	e := &epic{ID: s.newID(), IID: g.LastEpicNumber, Title: i.Title}
	g.Epics = append(g.Epics, e)
	i.setClosed(true, u)
	i.Promoted, i.Updated = true, now()
	s.addNote(i, u, fmt.Sprintf("promoted to epic &%d", e.IID), true)
	return true
}

//nolint:misspell // noteable is the service's word
type wireNote struct {
	ID           int            `json:"id"`
	Type         *string        `json:"type"`
	Body         string         `json:"body"`
	Attachment   *string        `json:"attachment"`
	Author       *wireUser      `json:"author"`
	Created      string         `json:"created_at"`
	Updated      string         `json:"updated_at"`
	System       bool           `json:"system"`
	NoteableID   int            `json:"noteable_id"`
	NoteableType string         `json:"noteable_type"`
	ProjectID    int            `json:"project_id"`
	Resolvable   bool           `json:"resolvable"`
	Confidential bool           `json:"confidential"`
	Internal     bool           `json:"internal"`
	NoteableIID  int            `json:"noteable_iid"`
	Changes      map[string]any `json:"commands_changes"`
}

func wireNoteOf(r *request, i *issue, n *note) wireNote {
	return wireNote{
		ID: n.ID, Body: n.Body, Author: wireUserOf(r, findUser(n.Author)), Created: formatTime(n.Created), Updated: formatTime(n.Updated),
		System: n.System, NoteableID: i.ID, NoteableType: "Issue", ProjectID: i.project.ID, NoteableIID: i.IID, Changes: map[string]any{},
	}
}

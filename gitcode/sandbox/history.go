package sandbox

import (
	"slices"
	"strconv"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// history has the reactions to an issue or a comment, and the revisions of its text,
// the oldest first. A text that was never edited has no revisions.
type history struct {
	Reactions []*reaction
	Revisions []*revision
}

type reaction struct {
	ID   int
	User *user
	Name string // see emoji
}

// revision is a text after it was written or edited.
type revision struct {
	ID      int
	Author  *user
	Content string
	Created time.Time
}

// emoji returns the character of a reaction, or "" if there is none of that name.
func emoji(name string) string {
	switch name {
	case "like":
		return "👍"
	case "dislike":
		return "👎"
	case "smile":
		return "😄"
	case "confused":
		return "😕"
	case "love":
		return "❤️"
	case "rocket":
		return "🚀"
	case "eyes":
		return "👀"
	case "party":
		return "🎉"
	}
	return ""
}

// revise records an edit of a text, and before the first one the text as its author
// wrote it.
func (s *Sandbox) revise(h *history, author *user, text string, written time.Time, by *user, edited string) {
	if edited == text {
		return
	}
	if h.Revisions == nil {
		h.Revisions = []*revision{{s.newID(), author, text, written}}
	}
	h.Revisions = append(h.Revisions, &revision{s.newID(), by, edited, now()})
}

func (s *Sandbox) listIssueReactions(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	return i.respondReactions(r)
}

func (s *Sandbox) listCommentReactions(r *request) response {
	c, errResponse := s.pathComment(r)
	if c == nil {
		return errResponse
	}
	return c.respondReactions(r)
}

func (s *Sandbox) getIssueHistory(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	return i.respondRevisions()
}

func (s *Sandbox) getCommentHistory(r *request) response {
	c, errResponse := s.pathComment(r)
	if c == nil {
		return errResponse
	}
	return c.respondRevisions()
}

// respondReactions returns a page without totals.
func (h *history) respondReactions(r *request) response {
	name := r.URL.Query().Get("emoji_name")
	if name != "" && emoji(name) == "" {
		return badParameter("emoji_name")
	}
	wanted := fake.Select(h.Reactions, func(reaction *reaction) bool { return name == "" || reaction.Name == name })
	resp := respondPage(r.URL.Query(), wanted, func(reaction *reaction) any {
		return wireReaction{strconv.Itoa(reaction.ID), emoji(reaction.Name), reaction.Name, reaction.User.wireBrief()}
	})
	resp.header = nil
	return resp
}

// respondRevisions returns all revisions, the latest first, or null if there are none.
func (h *history) respondRevisions() response {
	var list []wireRevision
	for i, rev := range slices.Backward(h.Revisions) {
		t := formatTime(rev.Created)
		list = append(list, wireRevision{
			ID: strconv.Itoa(rev.ID), Content: rev.Content, IsFirst: i == 0, CreatedAt: t, UpdatedAt: t,
			User: rev.Author.wireBrief(), UpdatedUser: rev.Author.wireBrief(),
		})
	}
	return ok(list)
}

// seedHistory adds reactions and an edit to issue 2 and its comment.
func (s *Sandbox) seedHistory(portal *repo) {
	i := portal.Issues[1]
	c := i.Comments[0]
	react := func(h *history, name string, logins ...string) {
		for _, login := range logins {
			h.Reactions = append(h.Reactions, &reaction{s.newID(), findUser(login), name})
		}
	}
	react(&i.history, "like", "tomb", "zhaoqian", "guest")
	react(&i.history, "eyes", "sunli")
	react(&c.history, "rocket", "maria")
	i.Revisions = []*revision{
		{s.newID(), i.Author, "Uploading a big PDF does not work.", i.Created},
		{s.newID(), i.Author, i.Body, i.Created.Add(20 * time.Minute)},
	}
	c.Revisions = []*revision{
		{s.newID(), c.Author, "The gateway buffers the whole body.", c.Created},
		{s.newID(), c.Author, c.Body, c.Created.Add(5 * time.Minute)},
	}
}

// wireBriefUser is a user in a reaction or a revision.
type wireBriefUser struct {
	AvatarURL string `json:"avatar_url"`
	Login     string `json:"login"`
	Name      string `json:"name"`
	ObjectID  string `json:"object_id"`
}

func (u *user) wireBrief() wireBriefUser {
	return wireBriefUser{u.wire().AvatarURL, u.login, u.name, u.id}
}

type wireReaction struct {
	ID    string        `json:"id"`
	Emoji string        `json:"emoji"`
	Name  string        `json:"emoji_name"`
	User  wireBriefUser `json:"user"`
}

type wireRevision struct {
	ID          string        `json:"id"`
	Content     string        `json:"content"`
	IsFirst     bool          `json:"created"`
	Deleted     bool          `json:"deleted"`
	CreatedAt   string        `json:"created_at"`
	UpdatedAt   string        `json:"updated_at"`
	User        wireBriefUser `json:"user"`
	UpdatedUser wireBriefUser `json:"updated_user"`
}

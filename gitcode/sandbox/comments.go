package sandbox

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// issueComment is a comment together with its issue.
type issueComment struct {
	*comment
	issue *issue
}

func (c *issueComment) createdAt() time.Time { return c.Created }
func (c *issueComment) updatedAt() time.Time { return c.Updated }

//go:noinline
func commentsOf(issues ...*issue) []*issueComment {
	var list []*issueComment
	for _, i := range issues {
		for _, c := range i.Comments {
			list = append(list, &issueComment{c, i})
		}
	}
	return list
}

// respondComments returns a page of comments, sorted by the given time. It
// keeps those updated at or after the query parameter since.
func respondComments(r *request, list []*issueComment, sortTime func(*issueComment) time.Time, newestFirst bool) response {
	query := r.URL.Query()
	if since := query.Get("since"); since != "" {
		t, err := time.Parse(time.RFC3339, since)
		if err != nil {
			return badParameter("since")
		}
		list = slices.DeleteFunc(list, func(c *issueComment) bool { return c.Updated.Before(t) })
	}
	slices.SortStableFunc(list, func(a, b *issueComment) int {
		if newestFirst {
			a, b = b, a
		}
		return sortTime(a).Compare(sortTime(b))
	})
	return respondPage(query, list, func(c *issueComment) any { return c.wire(c.issue) })
}

func (s *Sandbox) listIssueComments(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	return respondComments(r, commentsOf(i), (*issueComment).createdAt, r.URL.Query().Get("order") == "desc")
}

func (s *Sandbox) listRepoComments(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	sortTime, query := (*issueComment).createdAt, r.URL.Query()
	if query.Get("sort") == "updated" {
		sortTime = (*issueComment).updatedAt
	}
	newestFirst := query.Get("sort") != "" && query.Get("direction") == "desc"
	return respondComments(r, commentsOf(repo.issuesFor(r.user)...), sortTime, newestFirst)
}

func (s *Sandbox) listEnterpriseComments(r *request) response {
	i, errResponse := s.pathEnterpriseIssue(r)
	if i == nil {
		return errResponse
	}
	return respondComments(r, commentsOf(i), (*issueComment).createdAt, false)
}

func (s *Sandbox) createComment(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	body, valid := decodeCommentBody(r)
	if !valid {
		return badParameter("body")
	}
	t := now()
	c := &comment{ID: s.newID(), Author: r.user, Body: body, Created: t, Updated: t}
	i.Comments = append(i.Comments, c)
	i.Updated = t
	return created(c.wire(i))
}

// decodeCommentBody returns the text of a comment. It reports false if the
// request has none or only white space.
func decodeCommentBody(r *request) (string, bool) {
	var in struct {
		Body string `json:"body"`
	}
	valid := r.decodeBody(&in) && strings.TrimSpace(in.Body) != ""
	return in.Body, valid
}

// pathComment returns the comment that a request's path names, or the error to
// respond with.
func (s *Sandbox) pathComment(r *request) (*issueComment, response) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return nil, badParameter("id")
	}
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return nil, errResponse
	}
	for _, i := range repo.Issues {
		for _, c := range i.Comments {
			if c.ID == id && i.isVisibleTo(r.user) {
				return &issueComment{c, i}, response{}
			}
		}
	}
	return nil, notFound("Note")
}

// changeableComment is like pathComment for changes, which only the author of
// the comment and maintainers may make.
func (s *Sandbox) changeableComment(r *request) (*issueComment, response) {
	c, errResponse := s.pathComment(r)
	if c != nil && !c.Author.is(r.user) && !c.issue.repo.isMaintainer(r.user) {
		return nil, forbidden()
	}
	return c, errResponse
}

func (s *Sandbox) getComment(r *request) response {
	c, errResponse := s.pathComment(r)
	if c == nil {
		return errResponse
	}
	return ok(c.wire(c.issue))
}

// updateComment returns an empty body, as the service sometimes does.
func (s *Sandbox) updateComment(r *request) response {
	c, errResponse := s.changeableComment(r)
	if c == nil {
		return errResponse
	}
	body, valid := decodeCommentBody(r)
	if !valid {
		return badParameter("body")
	}
	s.revise(&c.history, c.Author, c.Body, c.Created, r.user, body)
	c.Body, c.Updated = body, now()
	return ok(nil)
}

func (s *Sandbox) deleteComment(r *request) response {
	c, errResponse := s.changeableComment(r)
	if c == nil {
		return errResponse
	}
	c.issue.Comments = fake.Select(c.issue.Comments, func(other *comment) bool { return other != c.comment })
	return noContent()
}

package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// issueComment is a comment together with its issue.
type issueComment struct {
	*comment
	issue *issue
}

func (c issueComment) createdAt() time.Time { return c.Created }
func (c issueComment) updatedAt() time.Time { return c.Updated }

func commentsOf(issues ...*issue) []issueComment {
	var list []issueComment
	for _, i := range issues {
		for _, c := range i.Comments {
			list = append(list, issueComment{c, i})
		}
	}
	return list
}

// respondComments returns a page of comments, sorted by the given time. It
// keeps those updated at or after the query parameter since.
func respondComments(r *http.Request, list []issueComment, sortTime func(issueComment) time.Time, newestFirst bool) response {
	query := r.URL.Query()
	if since := query.Get("since"); since != "" {
		t, err := time.Parse(time.RFC3339, since)
		if err != nil {
			return badParameter("since")
		}
		list = slices.DeleteFunc(list, func(c issueComment) bool { return c.Updated.Before(t) })
	}
	slices.SortStableFunc(list, func(a, b issueComment) int {
		if newestFirst {
			a, b = b, a
		}
		return sortTime(a).Compare(sortTime(b))
	})
	return respondPage(query, list, func(page []issueComment) []wireComment {
		wire := make([]wireComment, len(page))
		for n, c := range page {
			wire[n] = c.wire(c.issue)
		}
		return wire
	})
}

func (s *Sandbox) listIssueComments(r *http.Request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	return respondComments(r, commentsOf(i), issueComment.createdAt, r.URL.Query().Get("order") == "desc")
}

func (s *Sandbox) listRepoComments(r *http.Request) response {
	repo := s.findRepo(r.PathValue("owner"), r.PathValue("repo"))
	if repo == nil {
		return notFound("Project")
	}
	sortTime, query := issueComment.createdAt, r.URL.Query()
	if query.Get("sort") == "updated" {
		sortTime = issueComment.updatedAt
	}
	newestFirst := query.Get("sort") != "" && query.Get("direction") == "desc"
	return respondComments(r, commentsOf(repo.Issues...), sortTime, newestFirst)
}

func (s *Sandbox) listEnterpriseComments(r *http.Request) response {
	i, errResponse := s.pathEnterpriseIssue(r)
	if i == nil {
		return errResponse
	}
	return respondComments(r, commentsOf(i), issueComment.createdAt, false)
}

func (s *Sandbox) createComment(r *http.Request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	body, valid := decodeCommentBody(r)
	if !valid {
		return badParameter("body")
	}
	t := now()
	c := &comment{ID: s.newID(), Author: i.repo.tokenOwner(), Body: body, Created: t, Updated: t}
	i.Comments = append(i.Comments, c)
	i.Updated = t
	return created(c.wire(i))
}

// decodeCommentBody returns the text of a comment. It reports false if the
// request has none or only white space.
func decodeCommentBody(r *http.Request) (string, bool) {
	var in struct {
		Body string `json:"body"`
	}
	valid := decodeBody(r, &in) && strings.TrimSpace(in.Body) != ""
	return in.Body, valid
}

// pathComment returns the comment that a request's path names, or the error to
// respond with.
func (s *Sandbox) pathComment(r *http.Request) (issueComment, response) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return issueComment{}, badParameter("id")
	}
	repo := s.findRepo(r.PathValue("owner"), r.PathValue("repo"))
	if repo == nil {
		return issueComment{}, notFound("Project")
	}
	for _, c := range commentsOf(repo.Issues...) {
		if c.ID == id {
			return c, response{}
		}
	}
	return issueComment{}, notFound("Note")
}

func (s *Sandbox) getComment(r *http.Request) response {
	c, errResponse := s.pathComment(r)
	if c.comment == nil {
		return errResponse
	}
	return ok(c.wire(c.issue))
}

// updateComment returns an empty body, as the service sometimes does.
func (s *Sandbox) updateComment(r *http.Request) response {
	c, errResponse := s.pathComment(r)
	if c.comment == nil {
		return errResponse
	}
	body, valid := decodeCommentBody(r)
	if !valid {
		return badParameter("body")
	}
	c.Body, c.Updated = body, now()
	return ok(nil)
}

func (s *Sandbox) deleteComment(r *http.Request) response {
	c, errResponse := s.pathComment(r)
	if c.comment == nil {
		return errResponse
	}
	c.issue.Comments = slices.DeleteFunc(c.issue.Comments, func(other *comment) bool { return other == c.comment })
	return noContent()
}

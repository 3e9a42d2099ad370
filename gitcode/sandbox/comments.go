package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// remark is a comment with the issue it is on.
type remark struct {
	*comment
	issue *issue
}

func remarks(issues ...*issue) []remark {
	var list []remark
	for _, i := range issues {
		for _, c := range i.comments {
			list = append(list, remark{c, i})
		}
	}
	return list
}

// answerRemarks filters by since, sorts and pages comments.
func answerRemarks(r *http.Request, list []remark, by func(remark) time.Time, newestFirst bool) answer {
	query := r.URL.Query()
	if since := query.Get("since"); since != "" {
		t, err := time.Parse(time.RFC3339, since)
		if err != nil {
			return badParameter("since")
		}
		list = slices.DeleteFunc(list, func(c remark) bool { return c.updated.Before(t) })
	}
	slices.SortStableFunc(list, func(a, b remark) int {
		if newestFirst {
			a, b = b, a
		}
		return by(a).Compare(by(b))
	})
	return paged(query, list, func(page []remark) []wireComment {
		wire := make([]wireComment, len(page))
		for n, c := range page {
			wire[n] = c.wire(c.issue)
		}
		return wire
	})
}

func (c remark) byCreated() time.Time { return c.created }
func (c remark) byUpdated() time.Time { return c.updated }

func (s *Sandbox) listIssueComments(r *http.Request) answer {
	i, wrong := s.issueAt(r)
	if i == nil {
		return wrong
	}
	return answerRemarks(r, remarks(i), remark.byCreated, r.URL.Query().Get("order") == "desc")
}

func (s *Sandbox) listRepoComments(r *http.Request) answer {
	repo := s.repo(r.PathValue("owner"), r.PathValue("repo"))
	if repo == nil {
		return notFound("Project")
	}
	by, query := remark.byCreated, r.URL.Query()
	if query.Get("sort") == "updated" {
		by = remark.byUpdated
	}
	newestFirst := query.Get("sort") != "" && query.Get("direction") == "desc"
	return answerRemarks(r, remarks(repo.issues...), by, newestFirst)
}

func (s *Sandbox) listEnterpriseComments(r *http.Request) answer {
	i, wrong := s.enterpriseIssue(r)
	if i == nil {
		return wrong
	}
	return answerRemarks(r, remarks(i), remark.byCreated, false)
}

func (s *Sandbox) createComment(r *http.Request) answer {
	i, wrong := s.issueAt(r)
	if i == nil {
		return wrong
	}
	body, found := commentBody(r)
	if !found {
		return badParameter("body")
	}
	now := s.now().In(beijing)
	c := &comment{id: s.id(), author: me(i.repo), body: body, created: now, updated: now}
	i.comments = append(i.comments, c)
	i.updated = now
	return created(c.wire(i))
}

func commentBody(r *http.Request) (string, bool) {
	var in struct {
		Body string `json:"body"`
	}
	return in.Body, readBody(r, &in) && strings.TrimSpace(in.Body) != ""
}

// commentAt finds the comment a request names.
func (s *Sandbox) commentAt(r *http.Request) (remark, answer) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return remark{}, badParameter("id")
	}
	repo := s.repo(r.PathValue("owner"), r.PathValue("repo"))
	if repo == nil {
		return remark{}, notFound("Project")
	}
	for _, c := range remarks(repo.issues...) {
		if c.id == id {
			return c, answer{}
		}
	}
	return remark{}, notFound("Note")
}

func (s *Sandbox) getComment(r *http.Request) answer {
	c, wrong := s.commentAt(r)
	if c.comment == nil {
		return wrong
	}
	return ok(c.wire(c.issue))
}

// updateComment answers without a body, as the service can.
func (s *Sandbox) updateComment(r *http.Request) answer {
	c, wrong := s.commentAt(r)
	if c.comment == nil {
		return wrong
	}
	body, found := commentBody(r)
	if !found {
		return badParameter("body")
	}
	c.body, c.updated = body, s.now().In(beijing)
	return ok(nil)
}

func (s *Sandbox) deleteComment(r *http.Request) answer {
	c, wrong := s.commentAt(r)
	if c.comment == nil {
		return wrong
	}
	c.issue.comments = slices.DeleteFunc(c.issue.comments, func(other *comment) bool { return other == c.comment })
	return gone()
}

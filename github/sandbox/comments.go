package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

func (s *Sandbox) listComments(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	since, errResponse, valid := timeParam(r, "since")
	if !valid {
		return errResponse
	}
	comments := fake.Select(i.Comments, func(c *comment) bool { return !c.Updated.Before(since) })
	start, end, links := paging(r, len(comments), i.repo)
	rows := []wireComment{}
	for _, c := range comments[start:end] {
		rows = append(rows, wireCommentOf(r, i, c))
	}
	return listResponse(rows, links)
}

func (s *Sandbox) createComment(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	var in struct {
		Body string `json:"body"`
	}
	if errResponse, ok := r.decodeBody(&in); !ok {
		return errResponse
	}
	if i.Locked && !i.repo.canPush(r.user) {
		return errorResponse(http.StatusForbidden, "Unable to create comment because issue is locked.")
	}
	if strings.TrimSpace(in.Body) == "" {
		return invalid("IssueComment", "data", "unprocessable", "Body cannot be blank")
	}
	if errResponse, ok := s.allowsContent(r); !ok {
		return errResponse
	}
	t := now()
	c := &comment{ID: s.newID(), Author: r.user.login, Body: in.Body, Created: t, Updated: t}
	i.Comments = append(i.Comments, c)
	i.Updated = t
	w := wireCommentOf(r, i, c)
	return created(w, w.URL)
}

type wireComment struct {
	URL      string   `json:"url"`
	HTMLURL  string   `json:"html_url"`
	IssueURL string   `json:"issue_url"`
	ID       int      `json:"id"`
	NodeID   string   `json:"node_id"`
	User     wireUser `json:"user"`
	Created  string   `json:"created_at"`
	Updated  string   `json:"updated_at"`
	wireText
	Association string          `json:"author_association"`
	Reactions   json.RawMessage `json:"reactions"`
	App         *string         `json:"performed_via_github_app"`
}

func wireCommentOf(r *request, i *issue, c *comment) wireComment {
	id := strconv.Itoa(c.ID)
	url := r.baseURL() + "/repos/" + i.repo.fullName() + "/issues/comments/" + id
	w := wireComment{
		URL: url, HTMLURL: i.htmlURL(r) + "#issuecomment-" + id, IssueURL: i.url(r),
		ID: c.ID, NodeID: nodeID("IssueComment", c.ID), User: wireUserOf(r, findUser(c.Author)),
		Created: c.Created.Format(time.RFC3339), Updated: c.Updated.Format(time.RFC3339),
		Association: i.repo.association(c.Author), Reactions: wireReactions(url),
	}
	w.wireText = r.media.text(&c.Body)
	return w
}

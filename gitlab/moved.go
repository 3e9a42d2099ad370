package gitlab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// readUnmoved reads an issue that is to be written to. It fails with rest.Moved if
// what is left of the issue is closed for good, because it was moved.
func (c *Client) readUnmoved(ctx context.Context, ref IssueRef) (*issueResponse, error) {
	issue, err := c.readIssue(ctx, ref)
	if err == nil && issue.MovedToID != 0 {
		place := cmp.Or(c.newPlace(ctx, ref), fmt.Sprintf("another project, where its global id is %d", issue.MovedToID))
		err = &rest.Error{Class: rest.Moved, Endpoint: issueEndpoint, Message: "the issue moved to " + place}
	}
	return issue, err
}

// newPlace returns where an issue was moved to, as group/project#7, or "" if that
// cannot be read. It reads the note that GitLab wrote, because only administrators
// can read an issue by its global id.
func (c *Client) newPlace(ctx context.Context, ref IssueRef) string {
	req, err := rest.NewRequest(notesEndpoint, ref)
	if err != nil {
		return ""
	}
	req.Query = url.Values{"sort": {"desc"}, "activity_filter": {"only_activity"}, "per_page": {"100"}}
	notes, _, err := rest.Do[lenient.PageRows[*Note]](ctx, c.Client, req)
	if err != nil {
		return ""
	}
	for _, note := range notes.Items {
		if place := placeOf(note); place != "" {
			return place
		}
	}
	return ""
}

// placeOf returns where a note says that the issue was moved to, or "".
func placeOf(n *Note) string {
	place, found := strings.CutPrefix(string(n.Body), "moved to ")
	if !found || !n.System.IsTrue() || !isReference(place) {
		return ""
	}
	return place
}

// isReference reports whether a text is a reference such as group/project#7.
func isReference(text string) bool {
	project, number, found := strings.Cut(text, "#")
	_, isNumber := numberIn(number)
	return found && isNumber && isPath(project)
}

// isPath reports whether a text can be the path of a project.
func isPath(text string) bool {
	const most = 255 // characters
	return text != "" && len(text) <= most && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_./", r)
	})
}

// withNewPath adds the new path to the error of a write that was rejected because the
// project has moved, if that path can be read.
func (c *Client) withNewPath(ctx context.Context, project ProjectRef, err error) error {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok || e.Class != rest.Moved {
		return err
	}
	found, readErr := c.project(ctx, project.ID)
	if readErr != nil {
		return e
	}
	if path := string(found.Path); isPath(path) && !strings.EqualFold(path, project.Target()) {
		e.Message = "the project moved to " + path
	}
	return e
}

// projectInfo is a project.
type projectInfo struct {
	ID   lenient.Int  `json:"id"`
	Path lenient.Text `json:"path_with_namespace"`
}

// IsEmpty reports whether a response contained no project.
func (p *projectInfo) IsEmpty() bool { return p.ID == 0 }

// project returns a project, also one that has moved.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/projects.html#获取单个项目
func (c *Client) project(ctx context.Context, project Project) (*projectInfo, error) {
	return rest.Call[projectInfo](ctx, c.Client, "GET /projects/{id}", ProjectRef{project})
}

package gitlab

import (
	"context"
	"errors"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const notesEndpoint = "GET /projects/{id}/issues/{issue_iid}/notes"

// maxComments is the maximum number of comments that are read of an issue, the
// oldest first.
const maxComments = 1000

// readComments reads the comments of issues, as their Details. Issues are of a
// project, unless that is empty or they say otherwise. Done requests came before.
func (c *Client) readComments(ctx context.Context, issues []*Issue, project Project, done int) {
	var pending []*Issue
	for _, issue := range issues {
		issue.Details = &IssueDetails{}
		if count := issue.UserNotesCount.Value; count == nil || *count > 0 {
			pending = append(pending, issue)
		}
	}
	rest.InParallelWithSteps(ctx, len(pending), done, func(i int) {
		issue := pending[i]
		issue.Details.Comments, issue.Details.Err = c.comments(ctx, issue.ref(IssueRef{ProjectRef: ProjectRef{project}}))
	})
}

var errNoProject = errors.New("the response does not show the issue's project and iid")

// comments returns the comments of an issue: its notes without those that GitLab
// wrote. If an error ends the list early, it returns those before it too.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/notes.html
func (c *Client) comments(ctx context.Context, ref IssueRef) ([]*Note, error) {
	if ref.ID == "" || ref.IssueIID <= 0 {
		return nil, errNoProject
	}
	req, err := rest.NewRequest(notesEndpoint, ref)
	if err != nil {
		return nil, err
	}
	req.Query.Set("sort", "asc")
	req.Query.Set("activity_filter", "only_comments") // older versions ignore it
	return rest.ListWhole(ctx, c.Client, req, maxComments, rest.ListOptions[*Note]{
		Keep: func(n *Note) bool { return !n.System.IsTrue() },
	})
}

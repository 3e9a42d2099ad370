package gitlab

import (
	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func administration(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Read("gitlab_get_issue_by_id", "Return an issue by its global id. For administrators.",
			c.GetIssueByID, issueByID),
		tools.Read("gitlab_get_user_agent_detail", "Return with which program and from which address an issue was created. For administrators.",
			c.GetUserAgentDetail, userAgentDetail),
	}
}

// issueByID is the view of an issue of any project.
func issueByID(_ *api.GetIssueByIDParams, i *api.Issue) *Issue {
	v := singleIssue(i)
	v.Project = projectOf(i)
	v.call = callOf(i)
	return v
}

// UserAgentDetail says with which program an issue was created.
type UserAgentDetail struct {
	UserAgent        string `json:"user_agent,omitempty" jsonschema_description:"Program"`
	IPAddress        string `json:"ip_address,omitempty" jsonschema_description:"Address"`
	AkismetSubmitted bool   `json:"akismet_submitted,omitempty" jsonschema_description:"Whether it was reported as spam"`
	tools.Notes
}

func userAgentDetail(_ *api.IssueRef, d *api.UserAgentDetail) *UserAgentDetail {
	return &UserAgentDetail{UserAgent: string(d.UserAgent), IPAddress: string(d.IPAddress), AkismetSubmitted: d.AkismetSubmitted.IsTrue()}
}

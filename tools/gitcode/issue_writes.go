package gitcode

import (
	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// IssueWritten is the result of creating or updating an issue.
type IssueWritten struct {
	Number int    `json:"number,omitempty" jsonschema_description:"Issue number"`
	Title  string `json:"title,omitempty" jsonschema_description:"New title"`
	State  string `json:"state,omitempty" jsonschema_description:"open or closed"`
	URL    string `json:"url,omitempty" jsonschema_description:"Web page"`
	tools.Written
}

func issueCreated(_ api.CreateIssueParams, c api.IssueChange) IssueWritten {
	return IssueWritten{
		Number:  int(c.Number),
		State:   string(c.State),
		URL:     string(c.HTMLURL),
		Written: tools.Written{Warnings: c.Warnings, ID: int64(c.ID)},
	}
}

func issueUpdated(p api.UpdateIssueParams, c api.IssueChange) IssueWritten {
	v := issueCreated(api.CreateIssueParams{}, c)
	v.Number = p.Number
	if p.Title != nil {
		v.Title = string(c.Title)
	}
	return v
}

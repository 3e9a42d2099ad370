package gitlab

import (
	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// MergeRequestRow is a merge request of an issue.
type MergeRequestRow struct {
	IID          int    `json:"iid,omitempty" jsonschema_description:"Number in its project"`
	Title        string `json:"title,omitempty" jsonschema_description:"Title"`
	State        string `json:"state,omitempty" jsonschema_description:"open, closed, merged or locked"`
	Draft        bool   `json:"draft,omitempty" jsonschema_description:"Whether it is a draft"`
	Author       string `json:"author,omitempty" jsonschema_description:"Username"`
	SourceBranch string `json:"source_branch,omitempty" jsonschema_description:"Source branch"`
	TargetBranch string `json:"target_branch,omitempty" jsonschema_description:"Target branch"`
	Updated      string `json:"updated,omitempty" jsonschema_description:"Date and time"`
	Merged       string `json:"merged,omitempty" jsonschema_description:"Date and time"`
	URL          string `json:"url,omitempty" jsonschema_description:"Web page"`
}

func mergeRequestRows(_ *api.ListOfIssueParams, page *rest.Page[*api.MergeRequest]) *tools.List[*MergeRequestRow] {
	return tools.PageOf(page, func(m *api.MergeRequest) *MergeRequestRow {
		return &MergeRequestRow{
			IID:          int(m.IID),
			Title:        string(m.Title),
			State:        state(string(m.State)),
			Draft:        m.Draft.IsTrue(),
			Author:       string(m.Author.Username),
			SourceBranch: string(m.SourceBranch),
			TargetBranch: string(m.TargetBranch),
			Updated:      tools.Minute(m.UpdatedAt.Time),
			Merged:       tools.Minute(m.MergedAt.Time),
			URL:          string(m.WebURL),
		}
	})
}

// ParticipantRow is a user who takes part in an issue.
type ParticipantRow struct {
	Username string `json:"username,omitempty" jsonschema_description:"For assignee_ids and filters"`
	Name     string `json:"name,omitempty" jsonschema_description:"Display name"`
}

func participantRows(_ *api.ListOfIssueParams, page *rest.Page[*api.User]) *tools.List[*ParticipantRow] {
	return tools.PageOf(page, func(u *api.User) *ParticipantRow { return &ParticipantRow{string(u.Username), string(u.Name)} })
}

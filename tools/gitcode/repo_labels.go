package gitcode

import (
	"cmp"
	"fmt"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func repoLabels(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Read("list_repo_labels", "List the labels of a repository with their colors.",
			c.ListRepoLabels, repoLabelRows),
		tools.Write(tools.Spec{Name: "create_repo_label", Effect: tools.Adds, Description: "Create a label in a repository.",
			Verify: "list_repo_labels"},
			c.CreateRepoLabel, repoLabelCreated),
		tools.Write(tools.Spec{Name: "update_repo_label", Effect: tools.Changes, Description: "Rename or recolor a label of a repository.",
			Verify: "list_repo_labels"},
			c.UpdateRepoLabel, repoLabelUpdated),
		tools.WriteAsking(tools.Spec{Name: "delete_repo_label", Effect: tools.Deletes, Description: "Delete a label of a repository permanently. To remove it from an issue, use remove_labels.",
			Verify: "list_repo_labels"},
			func(p *api.RepoLabelRef) tools.Question {
				return tools.Asking(fmt.Sprintf("Permanently delete the label %s of %s, also from its issues?", tools.FirstWords(p.Name), p.Target()))
			},
			tools.NoResult(c.DeleteRepoLabel), repoLabelDeleted),
	}
}

// ColoredLabelRow is a label of a repository with its color.
type ColoredLabelRow struct {
	LabelRow
	Color string `json:"color,omitempty" jsonschema_description:"Color"`
}

func repoLabelRows(_ *api.RepoPage, page *rest.Page[*api.RepoLabel]) *tools.List[*ColoredLabelRow] {
	return tools.PageOf(page, func(l *api.RepoLabel) *ColoredLabelRow {
		return &ColoredLabelRow{LabelRow{Name: string(l.Name), Description: string(l.Description)}, string(l.Color)}
	})
}

// RepoLabelWritten is the result of a write of a label of a repository.
type RepoLabelWritten struct {
	Name    string `json:"name,omitempty" jsonschema_description:"Name afterwards"`
	Color   string `json:"color,omitempty" jsonschema_description:"Color afterwards"`
	Deleted bool   `json:"deleted,omitempty" jsonschema_description:"Whether it was deleted"`
	tools.Written
}

func repoLabelCreated(p *api.CreateRepoLabelParams, c *api.RepoLabelChange) *RepoLabelWritten {
	return repoLabelWritten(p.Name, p.Color, c)
}

func repoLabelUpdated(p *api.UpdateRepoLabelParams, c *api.RepoLabelChange) *RepoLabelWritten {
	return repoLabelWritten(cmp.Or(p.Name, p.OriginalName), p.Color, c)
}

// repoLabelWritten describes a label that should have a name and a color, any if it is
// empty.
func repoLabelWritten(name string, color api.LabelColor, c *api.RepoLabelChange) *RepoLabelWritten {
	v := &RepoLabelWritten{Name: string(c.Label.Name), Color: string(c.Label.Color), Written: tools.Written{ID: int64(c.Label.ID)}}
	name = strings.TrimSpace(name)
	label := named("labels", []string{name})
	switch {
	case c.ReadErr != nil:
		v.Warnings = []string{fmt.Sprintf("could not verify %s: reading the labels: %v; %s", label, c.ReadErr, tools.CheckWith("list_repo_labels", c.ReadErr))}
	case v.Name == "":
		v.Outcome = tools.Partial
		v.Warnings = []string{"GitCode accepted the request, but the repository has no " + label}
	case v.Name != name:
		v.Outcome = tools.Partial
		v.Warnings = []string{fmt.Sprintf("the name is %s, not %s", tools.Quoted([]string{v.Name}), tools.Quoted([]string{name}))}
	case color == "" || color.IsShownAs(c.Label.Color):
	case v.Color == "":
		v.Warnings = []string{"could not verify the color: not in GitCode's response"}
	default:
		v.Outcome = tools.Partial
		v.Warnings = []string{fmt.Sprintf("the color is %s, not %s", tools.Quoted([]string{v.Color}), color)}
	}
	return v
}

func repoLabelDeleted(p *api.RepoLabelRef, _ *struct{}) *RepoLabelWritten {
	return &RepoLabelWritten{Name: strings.TrimSpace(p.Name), Deleted: true}
}

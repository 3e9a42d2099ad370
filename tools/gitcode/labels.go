package gitcode

import (
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func labels(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Write(tools.Spec{Name: "add_labels", Effect: tools.Adds, Description: "Add labels to an issue and keep the ones it has.",
			Verify: "get_issue"},
			c.AddLabels, labelsAdded),
		tools.Write(tools.Spec{Name: "remove_labels", Effect: tools.Deletes, Description: "Remove labels from an issue. Fails if the issue does not have one of them.",
			Verify: "get_issue"},
			tools.NoResult(c.RemoveLabels), labelsRemoved),
	}
}

// LabelsWritten is the result of adding or removing labels.
type LabelsWritten struct {
	Number  int      `json:"number,omitempty" jsonschema_description:"Issue number"`
	Added   []string `json:"added,omitempty" jsonschema_description:"Requested labels that the issue now has"`
	Labels  []string `json:"labels,omitempty" jsonschema_description:"All labels of the issue, if GitCode returned more than the requested ones"`
	Removed []string `json:"removed,omitempty" jsonschema_description:"Removed labels"`
	tools.Written
}

func labelsAdded(p api.AddLabelsParams, c api.LabelChange) LabelsWritten {
	v := LabelsWritten{Number: p.Number, Added: c.Added}
	if len(c.Missing) > 0 {
		v.Warnings = []string{"not in GitCode's response and perhaps not added: " + strings.Join(c.Missing, ", ")}
	}
	if len(c.Others) > 0 {
		v.Labels = c.Labels
	}
	return v
}

func labelsRemoved(p api.RemoveLabelsParams, _ struct{}) LabelsWritten {
	return LabelsWritten{Number: p.Number, Removed: p.Labels}
}

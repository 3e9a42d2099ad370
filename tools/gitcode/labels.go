package gitcode

import (
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func labels(c *api.Client) []tools.Tool {
	return []tools.Tool{
		tools.Write(tools.Spec{Name: "add_labels", Effect: tools.Adds, Description: "Add labels to an issue, keeping those it has.",
			Verify: "get_issue"},
			c.AddLabels, labelsAdded),
		tools.Write(tools.Spec{Name: "remove_labels", Effect: tools.Deletes, Description: "Remove labels from an issue. Fails if the issue lacks any of them.",
			Verify: "get_issue"},
			tools.NoResult(c.RemoveLabels), labelsRemoved),
	}
}

// LabelsWritten is the result of adding or removing labels.
type LabelsWritten struct {
	Number  int      `json:"number,omitempty" jsonschema_description:"Issue number"`
	Added   []string `json:"added,omitempty" jsonschema_description:"Requested labels that the issue now has"`
	Labels  []string `json:"labels,omitempty" jsonschema_description:"Labels of the issue, if GitCode returned more than the requested ones"`
	Removed []string `json:"removed,omitempty" jsonschema_description:"Removed labels"`
	tools.Written
}

func labelsAdded(p *api.AddLabelsParams, c *api.LabelChange) *LabelsWritten {
	v := &LabelsWritten{Number: p.Number, Added: c.Added, Labels: c.Labels}
	if len(c.Missing) > 0 {
		v.Outcome = tools.Partial
		v.Warnings = append(v.Warnings, named("labels", c.Missing)+" "+tools.Plural(c.Missing, "was", "were")+" not added")
	}
	if len(c.Unknown) > 0 {
		v.Warnings = append(v.Warnings, tools.Unverified("GitCode", []string{named("labels", c.Unknown)}, c.ReadErr)+"; "+tools.CheckWith("get_issue", c.ReadErr))
	}
	return v
}

func labelsRemoved(p *api.RemoveLabelsParams, _ *struct{}) *LabelsWritten {
	v := &LabelsWritten{Number: p.Number}
	for _, name := range p.Labels {
		v.Removed = append(v.Removed, strings.TrimSpace(name))
	}
	return v
}

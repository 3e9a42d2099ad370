package tools

import (
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
)

func labels() []Tool {
	return []Tool{
		tool(Spec{Name: "add_labels", Effect: Adds, Description: "Add labels to an issue; those it has stay.",
			Verify: "get_issue tells."},
			(*gitcode.Client).AddLabels, labelsAdded),
		tool(Spec{Name: "remove_labels", Effect: Deletes, Description: "Take labels off an issue; fails if it lacks one.",
			Verify: "get_issue tells."},
			nothing((*gitcode.Client).RemoveLabels), labelsRemoved),
	}
}

// LabelsChanged is what a write did to an issue's labels.
type LabelsChanged struct {
	Number  int      `json:"number,omitempty" jsonschema_description:"Issue number"`
	Added   []string `json:"added,omitempty" jsonschema_description:"Labels it has now"`
	Labels  []string `json:"labels,omitempty" jsonschema_description:"All its labels, where GitCode answers more than those added"`
	Removed []string `json:"removed,omitempty" jsonschema_description:"Labels taken off"`
	Written
}

func labelsAdded(p gitcode.AddLabelsParams, answered []gitcode.Label) LabelsChanged {
	v, have := LabelsChanged{Number: p.Number}, gitcode.LabelNames(answered)
	missing := gitcode.Missing(p.Labels, have)
	v.Added = gitcode.Missing(p.Labels, missing)
	if len(missing) > 0 {
		v.Warnings = []string{"not in GitCode's answer, so perhaps not added: " + strings.Join(missing, ", ")}
	}
	if len(gitcode.Missing(have, p.Labels)) > 0 {
		v.Labels = have
	}
	return v
}

func labelsRemoved(p gitcode.RemoveLabelsParams, _ struct{}) LabelsChanged {
	return LabelsChanged{Number: p.Number, Removed: p.Labels}
}

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
		tools.Write(tools.Spec{Name: "replace_labels", Effect: tools.Changes, Description: "Replace all labels of an issue.",
			Verify: "get_issue"},
			c.ReplaceLabels, labelsReplaced),
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

// LabelsReplaced is the result of replacing labels.
type LabelsReplaced struct {
	Number    int      `json:"number,omitempty" jsonschema_description:"Issue number"`
	Added     []string `json:"added,omitempty" jsonschema_description:"Labels that the issue did not have before"`
	Removed   []string `json:"removed,omitempty" jsonschema_description:"Labels that it no longer has"`
	Labels    []string `json:"labels,omitzero" jsonschema_description:"Labels afterwards; absent if unknown"`
	Unchanged bool     `json:"unchanged,omitempty" jsonschema_description:"Whether the issue already had exactly these labels, so that nothing was sent"`
	tools.Written
}

func labelsReplaced(p *api.ReplaceLabelsParams, r *api.LabelReplacement) *LabelsReplaced {
	v := &LabelsReplaced{Number: p.Number, Added: r.Added, Removed: r.Removed, Labels: r.Labels, Unchanged: r.Unchanged}
	if r.Unchanged {
		v.Outcome = tools.Unchanged
	}
	if v.Warnings = tools.NotSet("label", "labels", r.Missing, r.Extra); len(v.Warnings) > 0 {
		v.Outcome = tools.Partial
	}
	if r.BeforeUnknown {
		v.Warnings = append(v.Warnings, "which labels were replaced is unknown: GitCode did not show them")
	}
	if r.ReadErr != nil {
		v.Warnings = append(v.Warnings, tools.Unverified("GitCode", []string{"the labels"}, r.ReadErr)+"; "+tools.CheckWith("get_issue", r.ReadErr))
	}
	return v
}

package gitlab

import (
	"context"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

// maxLabels is the maximum number of labels of a project that are compared with
// those in arguments.
const maxLabels = 1000

// checkLabels rejects labels that neither a project nor its groups have, because
// GitLab would create them. The case of their names matters.
func (c *Client) checkLabels(ctx context.Context, project ProjectRef, names []string) error {
	sentence, count, err := c.unknownLabels(ctx, project, names)
	if err != nil || count == 0 {
		return err
	}
	them := "it"
	if count > 1 {
		them = "them"
	}
	return invalid(sentence + " Pass create_labels=true to create " + them + ".")
}

// unknownLabels returns how many of the names are no labels of a project or its
// groups, and says which. If there are more than 1,000 labels, none is.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/labels.html
func (c *Client) unknownLabels(ctx context.Context, project ProjectRef, names []string) (sentence string, count int, err error) {
	names = slices.DeleteFunc(readback.Trimmed(names), func(name string) bool {
		return name == "" || strings.EqualFold(name, "None") || strings.EqualFold(name, "Any")
	})
	if len(names) == 0 {
		return "", 0, nil
	}
	req, err := rest.NewRequest("GET /projects/{id}/labels", project)
	if err != nil {
		return "", 0, err
	}
	page, err := rest.List(rest.WithoutSteps(ctx), c.Client, req, rest.Paging{PerPage: lenient.MaxPage, Limit: maxLabels}, rest.ListOptions[*Label]{})
	if err == nil {
		err = page.Err
	}
	if err != nil {
		return "", 0, err
	}
	var known []string
	for _, label := range page.Items {
		known = append(known, string(label.Name))
	}
	unknown := readback.Without(names, known, false)
	if len(unknown) == 0 || page.Next != 0 {
		return "", 0, nil
	}
	return closest.NoneAmong("label", unknown, project.Target(), known), len(unknown), nil
}

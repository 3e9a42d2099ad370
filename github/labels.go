package github

import (
	"context"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

// maxLabels is the maximum number of labels of a repository that are compared with
// those in arguments.
const maxLabels = 1000

// checkLabels rejects labels that a repository does not have, because GitHub would
// create them.
func (c *Client) checkLabels(ctx context.Context, repo RepoRef, names []string) error {
	sentence, count, err := c.unknownLabels(ctx, repo, names)
	if err != nil || count == 0 {
		return err
	}
	them := "it"
	if count > 1 {
		them = "them"
	}
	return invalid(sentence + " Pass create_labels=true to create " + them + ".")
}

// unknownLabels returns how many of the names are no labels of a repository, and
// says which. If it has more than 1,000 labels, none is.
//
// GitHub documentation:
// https://docs.github.com/en/enterprise-server@3.19/rest/issues/labels#list-labels-for-a-repository
func (c *Client) unknownLabels(ctx context.Context, repo RepoRef, names []string) (sentence string, count int, err error) {
	if len(names) == 0 {
		return "", 0, nil
	}
	req, err := rest.NewRequest("GET /repos/{owner}/{repo}/labels", repo)
	if err != nil {
		return "", 0, err
	}
	page, err := rest.List(rest.WithoutSteps(ctx), c.Client, req, rest.Paging{PerPage: 100, Limit: maxLabels}, rest.ListOptions[*Label]{})
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
	unknown := readback.Without(readback.Trimmed(names), known, true)
	if len(unknown) == 0 || page.Next != 0 {
		return "", 0, nil
	}
	return closest.NoneAmong("label", unknown, repo.Target(), known), len(unknown), nil
}

package tools_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

type issueNumberRef struct {
	repoRef
	IssueNumber int `json:"issue_number" jsonschema:"minimum=1"`
}

// TestAddressesOfAnotherForge checks a forge whose API has another path, whose
// pull requests are issues, and whose tools call the number issue_number.
func TestAddressesOfAnotherForge(t *testing.T) {
	t.Parallel()
	forge := func(addresses tools.Addresses) tools.Tool {
		return repeaterOf[issueNumberRef](&tools.Forge{Client: newIdleClient(t), Name: "Pier", Addresses: addresses})
	}
	public := forge(tools.Addresses{Hosts: []string{"pier.test", "api.pier.test"}, API: "repos/", Pages: []string{"issues", "pull"}, Comment: "#issuecomment-345"})
	own := forge(tools.Addresses{Hosts: []string{"own.test"}, API: "api/v3/repos/", Pages: []string{"issues", "pull"}, Comment: "#issuecomment-345"})
	const not = " is not the address of a repository, an issue or a comment of Pier; accepted are https://pier.test/OWNER/REPO/issues/12, the same with pull or #issuecomment-345, OWNER/REPO#12 and OWNER/REPO"
	for name, test := range map[string]struct {
		tool      tools.Tool
		arguments string
		number    int
		err       string
	}{
		"issue":                  {public, `{"issue_number":"https://pier.test/o/r/issues/12"}`, 12, ""},
		"with www":               {public, `{"issue_number":"https://www.pier.test/o/r/issues/12"}`, 12, ""},
		"as owner":               {public, `{"owner":"https://pier.test/o/r/issues/12"}`, 12, ""},
		"short":                  {public, `{"owner":"o/r#12"}`, 12, ""},
		"pull request":           {public, `{"issue_number":"https://pier.test/o/r/pull/12"}`, 12, ""},
		"comment":                {public, `{"issue_number":"https://pier.test/o/r/pull/12#issuecomment-345"}`, 12, ""},
		"API":                    {public, `{"issue_number":"https://api.pier.test/repos/o/r/issues/12"}`, 12, ""},
		"own host":               {own, `{"issue_number":"https://own.test/o/r/issues/12"}`, 12, ""},
		"API on its own host":    {own, `{"repo":"https://own.test/api/v3/repos/o/r/issues/12"}`, 12, ""},
		"repository":             {public, `{"owner":"https://pier.test/o/r/issues","issue_number":3}`, 3, ""},
		"list of pull requests":  {public, `{"owner":"https://pier.test/o/r/pull","issue_number":3}`, 3, ""},
		"same number":            {public, `{"owner":"https://pier.test/o/r/issues/12","issue_number":"#12"}`, 12, ""},
		"another number":         {public, `{"owner":"o/r#12","issue_number":13}`, 0, `issue_number is 13, but the address "o/r#12" has 12`},
		"no number":              {public, `{"issue_number":"o/r"}`, 0, `issue_number: "o/r" has no issue number`},
		"another page":           {public, `{"issue_number":"https://pier.test/o/r/wiki/12"}`, 0, `issue_number: "https://pier.test/o/r/wiki/12"` + not},
		"another forge":          {public, `{"owner":"https://depot.test/o/r/issues/12"}`, 0, `owner: "https://depot.test/o/r/issues/12"` + not},
		"another forge's API":    {public, `{"owner":"https://pier.test/api/v5/repos/o/r/issues/12"}`, 0, `owner: "https://pier.test/api/v5/repos/o/r/issues/12"` + not},
		"the public one instead": {own, `{"owner":"https://pier.test/o/r/issues/12"}`, 0, `owner: "https://pier.test/o/r/issues/12"` + strings.ReplaceAll(not, "pier.test", "own.test")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, message := repeat[issueNumberRef](t, test.tool, test.arguments)
			if test.err != "" {
				assert.Equal(t, "x: not sent: "+test.err, message)
				return
			}
			require.Empty(t, message)
			assert.Equal(t, issueNumberRef{repoRef{"o", "r"}, test.number}, got)
		})
	}
}

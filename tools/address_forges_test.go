package tools_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
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

// TestAddressesNameTheirForge checks that an address of another forge of the
// server is rejected with its name, and any other as if there were no other forge.
func TestAddressesNameTheirForge(t *testing.T) {
	t.Parallel()
	depot := &tools.Forge{Client: newIdleClient(t), Name: "Depot", Addresses: depotAddresses}
	pier := &tools.Forge{Client: newIdleClient(t), Name: "Pier", Addresses: tools.Addresses{Hosts: []string{"pier.test"}, API: "repos/", Pages: []string{"issues", "pull"}}}
	silent := &tools.Forge{Client: newIdleClient(t), Name: "Silent"}
	all := []*tools.Forge{depot, silent, pier}
	const not = " is not the address of a repository, an issue or a comment of Depot; accepted are https://depot.test/"
	for name, test := range map[string]struct {
		arguments string
		forges    []*tools.Forge
		want      string
	}{
		"issue":               {`{"owner":"https://pier.test/o/r/issues/12"}`, all, `owner: "https://pier.test/o/r/issues/12" is an address of Pier; use a tool of Pier`},
		"pull request":        {`{"owner":"o","repo":"r","numbers":[" pier.test/o/r/pull/12 "]}`, all, `numbers[0]: "pier.test/o/r/pull/12" is an address of Pier; use a tool of Pier`},
		"not an issue":        {`{"owner":"https://pier.test/o/r/wiki/12"}`, all, `owner: "https://pier.test/o/r/wiki/12"` + not},
		"a host and an owner": {`{"owner":"pier.test/o"}`, all, `"pier.test/o"` + not},
		"of no forge":         {`{"owner":"https://quay.test/o/r"}`, all, `owner: "https://quay.test/o/r"` + not},
		"only one forge":      {`{"owner":"https://pier.test/o/r/issues/12"}`, all[:1], `owner: "https://pier.test/o/r/issues/12"` + not},
		"too large a number":  {`{"owner":"o/r#9999999999999999999"}`, all, `owner: "o/r#9999999999999999999"` + not},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, _ := repeaterOf[issueRefs](depot).Call(t.Context(), tools.Env{Forges: test.forges}, json.RawMessage(test.arguments))
			require.True(t, result.IsError)
			content, ok := result.Content[0].(mcp.TextContent)
			require.True(t, ok)
			assert.True(t, strings.HasPrefix(content.Text, "x: not sent: "+test.want), content.Text)
		})
	}
}

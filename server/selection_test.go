package server_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func TestSelectedToolsAreListed(t *testing.T) {
	t.Parallel()
	labels := toolsThat(func(tool tools.Tool) bool { return tool.Toolset == "labels" })
	require.Subset(t, labels, []string{"add_labels", "remove_labels"})
	for name, test := range map[string]struct {
		selection server.Selection
		want      []string
	}{
		"everything":                {server.Selection{}, toolsThat(func(tools.Tool) bool { return true })},
		"read-only":                 {server.Selection{ReadOnly: true}, toolsThat(func(tool tools.Tool) bool { return tool.Effect == tools.Reads })},
		"a toolset":                 {server.Selection{Toolsets: []string{"labels"}}, labels},
		"all conditions combine":    {server.Selection{Tools: []string{"comment", "get_issue"}, ReadOnly: true}, []string{"get_issue"}},
		"conditions exclude it all": {server.Selection{Tools: []string{"comment"}, ReadOnly: true}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := newServer(t, sandbox.New(), test.selection)
			w := newWire(t, t.Context(), s)
			w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`)
			line, err := w.out.ReadBytes('\n')
			require.NoError(t, err)
			var list struct {
				Result struct {
					Tools []struct {
						Name string `json:"name"`
					} `json:"tools"`
				} `json:"result"`
			}
			require.NoError(t, json.Unmarshal(line, &list))
			require.NotNil(t, list.Result.Tools, "an empty list, not null")
			var names []string
			for _, tool := range list.Result.Tools {
				names = append(names, tool.Name)
			}
			assert.ElementsMatch(t, test.want, names)
		})
	}
}

func TestOptionalToolsets(t *testing.T) {
	t.Parallel()
	always := tools.Tool{Spec: tools.Spec{Name: "get_issue", Effect: tools.Reads}, Toolset: "issues"}
	optional := tools.Tool{Spec: tools.Spec{Name: "get_me", Effect: tools.Reads}, Toolset: "people", Optional: true}
	for name, test := range map[string]struct {
		selection server.Selection
		want      []bool // whether always and optional are offered
	}{
		"nothing selected":       {server.Selection{}, []bool{true, false}},
		"by name":                {server.Selection{Toolsets: []string{"people"}}, []bool{false, true}},
		"besides the default":    {server.Selection{Toolsets: []string{"default", "people"}}, []bool{true, true}},
		"the default":            {server.Selection{Toolsets: []string{"default"}}, []bool{true, false}},
		"all":                    {server.Selection{Toolsets: []string{"all"}}, []bool{true, true}},
		"a tool of it":           {server.Selection{Tools: []string{"get_me"}}, []bool{false, true}},
		"a tool outside default": {server.Selection{Toolsets: []string{"default"}, Tools: []string{"get_me"}}, []bool{false, false}},
		"read-only":              {server.Selection{ReadOnly: true}, []bool{true, false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, test.selection.Check([]tools.Tool{always, optional}))
			assert.Equal(t, test.want, []bool{test.selection.Offers(always), test.selection.Offers(optional)})
		})
	}
}

func TestExcludedToolsGiveTheReason(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		selection server.Selection
		want      string
	}{
		"read-only":       {server.Selection{ReadOnly: true}, "comment is not offered: the server is read-only (GITCODE_MCP_READ_ONLY)"},
		"another toolset": {server.Selection{Toolsets: []string{"labels"}}, "comment is not offered: the server does not include the toolset comments (GITCODE_MCP_TOOLSETS)"},
		"another tool":    {server.Selection{Tools: []string{"get_issue"}}, "comment is not offered: the server does not include this tool (GITCODE_MCP_TOOLS)"},
		"named as given":  {server.Selection{ReadOnly: true, Names: server.SelectionNames{ReadOnly: "--read-only"}}, "comment is not offered: the server is read-only (--read-only)"},
		"partly named":    {server.Selection{Toolsets: []string{"labels"}, Names: server.SelectionNames{ReadOnly: "--read-only"}}, "comment is not offered: the server does not include the toolset comments (GITCODE_MCP_TOOLSETS)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := newServer(t, sandbox.New(), test.selection)
			w := newWire(t, t.Context(), s)
			w.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"comment","arguments":{"owner":"openharbor","repo":"portal","number":1,"body":"x"}}}`)
			m := w.receive()
			assert.True(t, m.Result.IsError)
			assert.Equal(t, test.want, m.Result.Content[0].Text)
		})
	}
}

func TestUnknownNamesInASelection(t *testing.T) {
	t.Parallel()
	require.NoError(t, server.Selection{}.Check(allTools()))
	require.NoError(t, server.Selection{Toolsets: []string{"labels", "enterprise"}, Tools: []string{"get_issue"}}.Check(allTools()))
	require.ErrorContains(t, server.Selection{Toolsets: []string{"issue"}}.Check(allTools()), `GITCODE_MCP_TOOLSETS: unknown toolset "issue"; known toolsets are issues, comments, labels, enterprise`)
	require.ErrorContains(t, server.Selection{Toolsets: []string{"issue"}, Names: server.SelectionNames{Toolsets: "--toolsets"}}.Check(allTools()), `--toolsets: unknown toolset "issue"`)
	err := server.Selection{Tools: []string{"get"}}.Check(allTools())
	require.ErrorContains(t, err, `GITCODE_MCP_TOOLS: unknown tool "get"; known tools are`)
	require.ErrorContains(t, err, "get_issue")
}

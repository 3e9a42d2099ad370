package server

import (
	"fmt"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// The settings that make up the server's selection.
const (
	settingReadOnly = "GITCODE_MCP_READ_ONLY"
	settingToolsets = "GITCODE_MCP_TOOLSETS"
	settingTools    = "GITCODE_MCP_TOOLS"
)

// Selection limits the tools a server offers. The members that are set combine:
// a tool must satisfy all of them. The zero value offers every tool.
type Selection struct {
	ReadOnly bool     // GITCODE_MCP_READ_ONLY: only tools that read
	Toolsets []string // GITCODE_MCP_TOOLSETS: only tools of these toolsets
	Tools    []string // GITCODE_MCP_TOOLS: only these tools
}

// Check returns an error if the selection contains a name that is not among the
// tools and their toolsets. The error lists the known names.
func (s Selection) Check(all []tools.Tool) error { return s.check(all, settingToolsets, settingTools) }

// check is Check for a selection that comes from the given settings or headers.
func (s Selection) check(all []tools.Tool, toolsetsFrom, toolsFrom string) error {
	var names, toolsets []string
	for _, t := range all {
		names = append(names, t.Name)
		if !slices.Contains(toolsets, t.Toolset) {
			toolsets = append(toolsets, t.Toolset)
		}
	}
	if err := checkNames("toolset", toolsetsFrom, s.Toolsets, toolsets); err != nil {
		return err
	}
	return checkNames("tool", toolsFrom, s.Tools, names)
}

func checkNames(kind, source string, given, known []string) error {
	for _, name := range given {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%s: unknown %s %q; known %ss are %s", source, kind, name, kind, strings.Join(known, ", "))
		}
	}
	return nil
}

// Offers reports whether the selection offers a tool.
func (s Selection) Offers(t tools.Tool) bool { return s.excludes(t) == "" }

// excludes returns why a tool is not offered, or "" if it is.
func (s Selection) excludes(t tools.Tool) string {
	switch {
	case s.ReadOnly && t.Effect != tools.Reads:
		return "the server is read-only (" + settingReadOnly + ")"
	case len(s.Toolsets) > 0 && !slices.Contains(s.Toolsets, t.Toolset):
		return "the server does not include the toolset " + t.Toolset + " (" + settingToolsets + ")"
	case len(s.Tools) > 0 && !slices.Contains(s.Tools, t.Name):
		return "the server does not include this tool (" + settingTools + ")"
	}
	return ""
}

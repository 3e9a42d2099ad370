package server

import (
	"fmt"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// selectionNames are what the members of a selection are called where they come
// from.
type selectionNames struct{ readOnly, toolsets, tools string }

var (
	settingNames = selectionNames{"GITCODE_MCP_READ_ONLY", "GITCODE_MCP_TOOLSETS", "GITCODE_MCP_TOOLS"}
	headerNames  = selectionNames{headerReadOnly, headerToolsets, headerTools}
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
func (s Selection) Check(all []tools.Tool) error { return s.check(all, settingNames) }

// check is Check for a selection whose members have the given names.
func (s Selection) check(all []tools.Tool, from selectionNames) error {
	var names, toolsets []string
	for _, t := range all {
		names = append(names, t.Name)
		if !slices.Contains(toolsets, t.Toolset) {
			toolsets = append(toolsets, t.Toolset)
		}
	}
	if err := checkNames("toolset", from.toolsets, s.Toolsets, toolsets); err != nil {
		return err
	}
	return checkNames("tool", from.tools, s.Tools, names)
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

// excludes returns why the server does not offer a tool, or "" if it does.
func (s Selection) excludes(t tools.Tool) string {
	switch by := s.excludedBy(t, settingNames); by {
	case "":
		return ""
	case settingNames.readOnly:
		return "the server is read-only (" + by + ")"
	case settingNames.toolsets:
		return "the server does not include the toolset " + t.Toolset + " (" + by + ")"
	default:
		return "the server does not include this tool (" + by + ")"
	}
}

// excludedBy returns the name of the member that excludes a tool, or "" if none
// does.
func (s Selection) excludedBy(t tools.Tool, names selectionNames) string {
	switch {
	case s.ReadOnly && t.Effect != tools.Reads:
		return names.readOnly
	case len(s.Toolsets) > 0 && !slices.Contains(s.Toolsets, t.Toolset):
		return names.toolsets
	case len(s.Tools) > 0 && !slices.Contains(s.Tools, t.Name):
		return names.tools
	}
	return ""
}

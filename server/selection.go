package server

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// SelectionNames are what the members of a selection are called where they come
// from, for messages.
type SelectionNames struct{ ReadOnly, Toolsets, Tools string }

var (
	settingNames = SelectionNames{"GITCODE_MCP_READ_ONLY", "GITCODE_MCP_TOOLSETS", "GITCODE_MCP_TOOLS"}
	headerNames  = SelectionNames{headerReadOnly, headerToolsets, headerTools}
)

// Names of several toolsets in a Selection.
const (
	allToolsets     = "all"     // those of every forge
	defaultToolsets = "default" // all but the optional ones
)

// Selection limits the tools a server offers. The members that are set combine:
// a tool must satisfy all of them. The zero value offers the default toolsets.
type Selection struct {
	ReadOnly bool     // only tools that read
	Toolsets []string // only tools of these toolsets; "default" and "all" stand for several
	Tools    []string // only these tools
	// Policy, if non-nil, returns why the operator's rules exclude a tool, or "".
	Policy func(tools.Tool) string
	// Names are those of the settings that the selection comes from; by default
	// GITCODE_MCP_READ_ONLY, GITCODE_MCP_TOOLSETS and GITCODE_MCP_TOOLS.
	Names SelectionNames
}

// names returns a name for each member, because a tool without the name of what
// excludes it would be offered.
func (s Selection) names() SelectionNames {
	return SelectionNames{
		ReadOnly: cmp.Or(s.Names.ReadOnly, settingNames.ReadOnly),
		Toolsets: cmp.Or(s.Names.Toolsets, settingNames.Toolsets),
		Tools:    cmp.Or(s.Names.Tools, settingNames.Tools),
	}
}

// Check returns an error if the selection contains a name that is not among the
// tools and their toolsets. The error lists the known names.
func (s Selection) Check(all []tools.Tool) error { return s.check(all, s.names()) }

// check is Check for a selection whose members have the given names.
func (s Selection) check(all []tools.Tool, from SelectionNames) error {
	if len(s.Toolsets) == 0 && len(s.Tools) == 0 {
		return nil
	}
	var names, toolsets []string
	for _, t := range all {
		names = append(names, t.Name)
		if !slices.Contains(toolsets, t.Toolset) {
			toolsets = append(toolsets, t.Toolset)
		}
	}
	if err := checkNames("toolset", from.Toolsets, s.Toolsets, append(toolsets, defaultToolsets, allToolsets)); err != nil {
		return err
	}
	return checkNames("tool", from.Tools, s.Tools, names)
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
	if reason := s.refuses(t); reason != "" {
		return reason
	}
	names := s.names()
	if t.Optional && len(s.Toolsets) == 0 && len(s.Tools) == 0 {
		return "the toolset " + t.Toolset + " is not among the default ones (" + names.Toolsets + ")"
	}
	switch by := s.excludedBy(t, names); by {
	case "":
		return ""
	case names.ReadOnly:
		return "the server is read-only (" + by + ")"
	case names.Toolsets:
		return "the server does not include the toolset " + t.Toolset + " (" + by + ")"
	default:
		return "the server does not include this tool (" + by + ")"
	}
}

// refuses returns why the operator's rules exclude a tool, or "".
func (s Selection) refuses(t tools.Tool) string {
	if s.Policy == nil {
		return ""
	}
	return s.Policy(t)
}

// excludedBy returns the name of the member that excludes a tool, or "" if none
// does.
func (s Selection) excludedBy(t tools.Tool, names SelectionNames) string {
	switch {
	case s.ReadOnly && t.Effect != tools.Reads:
		return names.ReadOnly
	case len(s.Toolsets) > 0 && !slices.ContainsFunc(s.Toolsets, func(name string) bool {
		return name == t.Toolset || name == allToolsets || name == defaultToolsets && !t.Optional
	}):
		return names.Toolsets
	case len(s.Tools) > 0 && !slices.Contains(s.Tools, t.Name):
		return names.Tools
	}
	return ""
}

package server

import (
	"fmt"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// Selection narrows the tools a server offers. Each member that is set narrows
// further; the zero value offers all.
type Selection struct {
	ReadOnly bool     // GITCODE_READ_ONLY: only tools that read
	Toolsets []string // GITCODE_TOOLSETS: only tools of these
	Tools    []string // GITCODE_TOOLS: only these
}

// Check returns an error that lists the known names when the selection holds
// an unknown one.
func (s Selection) Check() error {
	if err := known("toolset", "GITCODE_TOOLSETS", s.Toolsets, tools.Toolsets()); err != nil {
		return err
	}
	var names []string
	for _, t := range tools.All() {
		names = append(names, t.Name)
	}
	return known("tool", "GITCODE_TOOLS", s.Tools, names)
}

func known(what, setting string, given, names []string) error {
	for _, name := range given {
		if !slices.Contains(names, name) {
			return fmt.Errorf("%s: there is no %s %q; known are %s", setting, what, name, strings.Join(names, ", "))
		}
	}
	return nil
}

// withholds returns why a tool is not offered, or "".
func (s Selection) withholds(t tools.Tool) string {
	switch {
	case s.ReadOnly && t.Effect != tools.Reads:
		return "this server only reads (GITCODE_READ_ONLY)"
	case len(s.Toolsets) > 0 && !slices.Contains(s.Toolsets, t.Toolset):
		return "its toolset " + t.Toolset + " is not among this server's (GITCODE_TOOLSETS)"
	case len(s.Tools) > 0 && !slices.Contains(s.Tools, t.Name):
		return "it is not among this server's tools (GITCODE_TOOLS)"
	}
	return ""
}

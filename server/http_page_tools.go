package server

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// offered returns the tools that the server offers.
func (p page) offered() []tools.Tool {
	var list []tools.Tool
	for _, t := range p.cfg.Tools {
		if p.cfg.Selection.Offers(t) {
			list = append(list, t)
		}
	}
	return list
}

// tools returns the tools that the server offers, by toolset.
func (p page) tools() string {
	all := p.offered()
	if len(all) == 0 {
		return "<p>The settings of this server exclude every tool.</p>\n"
	}
	var b strings.Builder
	for len(all) > 0 {
		set, rest := all, []tools.Tool(nil)
		if next := slices.IndexFunc(all, func(t tools.Tool) bool { return t.Toolset != all[0].Toolset }); next > 0 {
			set, rest = all[:next], all[next:]
		}
		fmt.Fprintf(&b, "<details>\n<summary><h3>%s</h3> <small>%s</small></summary>\n<div class=\"inside\">\n", html.EscapeString(set[0].Toolset), effectsOf(set))
		for _, t := range set {
			fmt.Fprintf(&b, "<div class=\"tool\"><code>%s</code> <span class=\"effect %s\">%[2]s</span>\n<div>%s</div>\n<div class=\"arguments\">%s</div></div>\n",
				t.Name, t.Effect, html.EscapeString(t.Description), argumentsHTML(t))
		}
		b.WriteString("</div>\n</details>\n")
		all = rest
	}
	return b.String()
}

// effectsOf counts tools and names their effects, as in "3 tools: reads, adds".
func effectsOf(set []tools.Tool) string {
	var effects []string
	for effect := tools.Reads; effect <= tools.Deletes; effect++ {
		if slices.ContainsFunc(set, func(t tools.Tool) bool { return t.Effect == effect }) {
			effects = append(effects, effect.String())
		}
	}
	count := "1 tool: "
	if len(set) > 1 {
		count = fmt.Sprintf("%d tools: ", len(set))
	}
	return count + strings.Join(effects, ", ")
}

// argumentsHTML returns the names of a tool's arguments, the required ones first.
func argumentsHTML(t tools.Tool) string {
	names := map[bool][]string{}
	for _, a := range tools.Arguments(t.Input()) {
		names[a.Required] = append(names[a.Required], a.Name)
	}
	var parts []string
	for _, required := range []bool{true, false} {
		if label := map[bool]string{true: "Required: ", false: "Optional: "}[required]; names[required] != nil {
			parts = append(parts, label+"<code>"+strings.Join(names[required], "</code>, <code>")+"</code>")
		}
	}
	return strings.Join(parts, "<br>")
}

package server

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"gitcode.com/gitcode-mcp/gitcode-mcp/readable"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// The names in a query of the form to try a read. Those of arguments have a prefix,
// so that no argument can be mistaken for another member.
const (
	formTool     = "tool"
	formRun      = "run"
	formArgument = "argument."
)

// offersForm reports whether the page has a form to try a read: on a sandbox that
// anyone may call.
func (p page) offersForm() bool {
	return p.cfg.Sandbox && p.cfg.Secret == "" && len(p.readable()) > 0
}

// readable returns the tools that the form can call.
func (p page) readable() []tools.Tool {
	return slices.DeleteFunc(p.offered(), func(t tools.Tool) bool { return t.Effect != tools.Reads || p.cfg.MCP.calls.handlers[t.Name].run == nil })
}

// example returns the tool and the arguments of the first example of a sandbox whose
// tool is offered.
func (p page) example() (t tools.Tool, arguments map[string]string, ok bool) {
	for _, box := range p.cfg.Sandboxes {
		if i := p.indexOf(box.Example.Tool); i >= 0 {
			return p.readable()[i], box.Example.Arguments, true
		}
	}
	return t, nil, false
}

// indexOf returns the index of a tool in readable, or -1.
func (p page) indexOf(tool string) int {
	return slices.IndexFunc(p.readable(), func(t tools.Tool) bool { return t.Name == tool })
}

// form returns the form to try a read, and the result of the call that the request
// makes, if it makes one.
func (p page) form(r *http.Request) string {
	if !p.offersForm() {
		return ""
	}
	query := r.URL.Query()
	chosen := p.readable()[0]
	if t, _, ok := p.example(); ok {
		chosen = t
	}
	run := false
	if i := p.indexOf(query.Get(formTool)); i >= 0 {
		chosen, run = p.readable()[i], query.Get(formRun) != "" && !isCrossSite(r)
	}
	values := map[string]string{}
	for _, box := range p.cfg.Sandboxes {
		if box.Forge == chosen.Forge().Name {
			maps.Copy(values, box.Example.Arguments)
		}
	}
	if run {
		clear(values) // also what the user deleted
	}
	for name := range query {
		if argument, ok := strings.CutPrefix(name, formArgument); ok && query.Get(name) != "" {
			values[argument] = query.Get(name)
		}
	}
	var b strings.Builder
	b.WriteString("<section aria-labelledby=\"try\">\n<h2 id=\"try\">Try a read</h2>\n")
	fmt.Fprintf(&b, "<form method=\"get\" action=\"#try\" class=\"field\">\n<label for=\"tool\">Tool</label>\n<div class=\"choose\"><select id=\"tool\" name=\"%s\">", formTool)
	for _, t := range p.readable() {
		b.WriteString(option(t.Name, t.Name == chosen.Name))
	}
	b.WriteString("</select> <button>Show arguments</button></div>\n</form>\n")
	fmt.Fprintf(&b, "<form method=\"get\" action=\"#result\">\n<p>%s</p>\n<input type=\"hidden\" name=\"%s\" value=\"%s\">\n", html.EscapeString(chosen.Description), formTool, chosen.Name)
	var optional, open string
	for _, a := range tools.Arguments(chosen.Input()) {
		switch {
		case a.Required:
			b.WriteString(field(a, values[a.Name]))
			continue
		case values[a.Name] != "":
			open = " open"
		}
		optional += field(a, values[a.Name])
	}
	if optional != "" {
		fmt.Fprintf(&b, "<details%s>\n<summary>Optional arguments</summary>\n<div class=\"inside fields\">\n%s</div>\n</details>\n", open, optional)
	}
	fmt.Fprintf(&b, "<button class=\"run\" name=\"%s\" value=\"1\">Run %s</button>\n</form>\n", formRun, chosen.Name)
	if run {
		b.WriteString(p.result(r.Context(), chosen, values))
	}
	return b.String() + "</section>\n"
}

// isCrossSite reports whether another site made the browser send the request.
// Requests that load a page have no Origin header, which checkOrigin needs.
func isCrossSite(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return site != "" && site != "same-origin" && site != "none"
}

// field returns a labeled field for an argument.
func field(a tools.Argument, value string) string {
	id, description, values := "argument-"+a.Name, a.Description, a.Enum
	if a.Items != nil {
		description = strings.TrimPrefix(description+"; comma-separated", "; ")
		if enum := a.Items.Enum; enum != nil {
			description += ": " + strings.Join(enum, ", ")
		}
	}
	var b strings.Builder
	attributes := fmt.Sprintf("id=\"%s\" name=\"%s\"", id, formArgument+a.Name)
	if description != "" {
		attributes += fmt.Sprintf(" aria-describedby=\"%s-hint\"", id)
	}
	if a.Required {
		attributes += " required"
	}
	fmt.Fprintf(&b, "<div class=\"field\"><label for=\"%s\">%s</label>", id, a.Name)
	if values != nil {
		fmt.Fprintf(&b, "<select %s>%s", attributes, option("", value == ""))
		for _, v := range values {
			b.WriteString(option(v, v == value))
		}
		b.WriteString("</select>")
	} else {
		fmt.Fprintf(&b, "<input %s value=\"%s\" autocomplete=\"off\" autocapitalize=\"off\" spellcheck=\"false\">", attributes, html.EscapeString(value))
	}
	if description != "" {
		fmt.Fprintf(&b, "<div class=\"hint\" id=\"%s-hint\">%s</div>", id, html.EscapeString(description))
	}
	return b.String() + "</div>\n"
}

func option(value string, selected bool) string {
	attribute := ""
	if selected {
		attribute = " selected"
	}
	return fmt.Sprintf("<option%s>%s</option>", attribute, html.EscapeString(value))
}

// result calls a tool and returns its result. Where callers send their own tokens,
// the call is made as the first user of each sandbox.
func (p page) result(ctx context.Context, t tools.Tool, values map[string]string) string {
	if p.cfg.UserTokens {
		for _, f := range p.forges {
			token := ""
			for _, box := range p.cfg.Sandboxes {
				if box.Forge == f.Name && len(box.Users) > 0 {
					token = box.Users[0].Token
				}
			}
			ctx = f.Client.WithToken(ctx, token)
		}
	}
	arguments, err := json.Marshal(values)
	if err != nil {
		panic(err) // it consists of strings
	}
	var req mcp.CallToolRequest
	req.Params.Name, req.Params.RawArguments = t.Name, arguments
	result, err := p.cfg.MCP.calls.handlers[t.Name].run(ctx, req)
	text, title, class := "", "Result", "result"
	switch {
	case err != nil:
		text = err.Error()
	case len(result.Content) > 0:
		content, _ := result.Content[0].(mcp.TextContent)
		text = readable.YAML(content.Text, func(name string) string { return name })
	}
	if err != nil || result.IsError {
		title, class = "The call failed", "result failed"
	}
	return fmt.Sprintf("<h3 id=\"result\" tabindex=\"-1\">%s</h3>\n<pre class=\"%s\" role=\"region\" aria-labelledby=\"result\" tabindex=\"0\">%s</pre>\n", title, class, html.EscapeString(text))
}

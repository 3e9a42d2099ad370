// Package prompts holds the prompts that users can choose in an MCP client.
//
// A prompt is a Markdown file in this directory, named after the prompt, and one
// with the same text in Chinese, triage_issue.zh.md for triage_issue.md:
//
//   - The first line is the description.
//   - In the English file, each following line up to the first empty line declares
//     an argument as "name: description", or "name?: description" if it is optional.
//     Every prompt also has the argument language.
//   - The rest is the text. An argument's name in braces is replaced by its value. A
//     line with an optional argument that is not given is left out.
//   - Code is calls of tools, as in `get_issue include=[comments]`, and nothing else.
//
// To add a prompt, add its two files.
package prompts

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

//go:embed *.md
var files embed.FS

// language is the argument that every prompt has. It can have these values.
const language = "language"

var languages = []string{"en", "zh"}

// Prompt is a prompt.
type Prompt struct {
	mcpserver.ServerPrompt
	Text string // in English, with the names of arguments in braces
	// Values are those of the arguments that have no others.
	Values map[string][]string
}

// All returns all prompts, sorted by name.
func All() []Prompt {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Errorf("prompts: %w", err))
	}
	var all []Prompt
	for _, entry := range entries {
		if name := strings.TrimSuffix(entry.Name(), ".md"); !strings.HasSuffix(name, ".zh") {
			all = append(all, parse(name, read(entry.Name()), read(name+".zh.md")))
		}
	}
	return all
}

func read(name string) string {
	content, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Errorf("prompts: %w", err))
	}
	return string(content)
}

// parse returns the prompt described by the contents of its files.
func parse(name, english, chinese string) Prompt {
	head, text, _ := strings.Cut(english, "\n\n")
	description, declarations, _ := strings.Cut(head, "\n")
	chineseDescription, chineseText, _ := strings.Cut(chinese, "\n\n")
	options := []mcp.PromptOption{mcp.WithPromptDescription(description)}
	var required, optional []string
	for line := range strings.Lines(declarations + "\n" + language + "?: Of the prompt and the answer: en (default) or zh") {
		argument, meaning, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		properties := []mcp.ArgumentOption{mcp.ArgumentDescription(meaning)}
		if bare, isOptional := strings.CutSuffix(argument, "?"); isOptional {
			argument, optional = bare, append(optional, bare)
		} else {
			required, properties = append(required, argument), append(properties, mcp.RequiredArgument())
		}
		options = append(options, mcp.WithArgument(argument, properties...))
	}
	handler := func(_ context.Context, req mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		values := map[string]string{}
		for argument, value := range req.Params.Arguments {
			values[argument] = strings.TrimSpace(value)
		}
		if slices.ContainsFunc(required, func(argument string) bool { return values[argument] == "" }) {
			return nil, fmt.Errorf("prompt %s requires the arguments %s", name, strings.Join(required, ", "))
		}
		shown, filled := description, ""
		switch chosen := strings.ToLower(values[language]); {
		case chosen == "", strings.HasPrefix(chosen, "en"):
			filled = fill(text, required, optional, values)
		case strings.HasPrefix(chosen, "zh"), chosen == "中文":
			shown, filled = chineseDescription, fill(chineseText, required, optional, values)
		default:
			return nil, fmt.Errorf("prompt %s: language must be one of %s", name, strings.Join(languages, ", "))
		}
		return mcp.NewGetPromptResult(shown, []mcp.PromptMessage{
			mcp.NewPromptMessage(mcp.RoleUser, mcp.NewTextContent(filled)),
		}), nil
	}
	return Prompt{
		ServerPrompt: mcpserver.ServerPrompt{Prompt: mcp.NewPrompt(name, options...), Handler: handler},
		Text:         text,
		Values:       map[string][]string{language: languages},
	}
}

// fill returns a text with the values of its arguments. A value keeps its lines only
// where it is all of a line, so that none of them looks like a part of the text.
func fill(text string, required, optional []string, values map[string]string) string {
	var pairs []string
	whole := map[string]string{} // lines that are an argument
	for _, argument := range slices.Concat(required, optional) {
		pairs = append(pairs, "{"+argument+"}", strings.Join(strings.Fields(values[argument]), " "))
		whole["{"+argument+"}\n"] = values[argument] + "\n"
	}
	replacer := strings.NewReplacer(pairs...)
	var filled strings.Builder
	for line := range strings.Lines(text) {
		if !slices.ContainsFunc(optional, func(argument string) bool { return values[argument] == "" && strings.Contains(line, "{"+argument+"}") }) {
			filled.WriteString(cmp.Or(whole[line], replacer.Replace(line)))
		}
	}
	return filled.String()
}

// Package prompts holds the prompts that users can choose in an MCP client.
//
// Each prompt is a Markdown file in this directory, named after the prompt:
//
//   - The first line is the description.
//   - Each following line up to the first empty line declares an argument as
//     "name: description". All arguments are required.
//   - The rest is the text. An argument's name in braces is replaced by its value.
//
// To add a prompt, add a file.
package prompts

import (
	"context"
	"embed"
	"fmt"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

//go:embed *.md
var files embed.FS

// All returns all prompts, sorted by name.
func All() []mcpserver.ServerPrompt {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Errorf("prompts: %w", err))
	}
	var all []mcpserver.ServerPrompt
	for _, entry := range entries {
		content, err := files.ReadFile(entry.Name())
		if err != nil {
			panic(fmt.Errorf("prompts: %w", err))
		}
		all = append(all, parse(strings.TrimSuffix(entry.Name(), ".md"), string(content)))
	}
	return all
}

// parse returns the prompt described by a file's content.
func parse(name, content string) mcpserver.ServerPrompt {
	head, text, _ := strings.Cut(content, "\n\n")
	description, arguments, _ := strings.Cut(head, "\n")
	options := []mcp.PromptOption{mcp.WithPromptDescription(description)}
	var names []string
	for line := range strings.Lines(arguments) {
		argument, meaning, _ := strings.Cut(strings.TrimSpace(line), ": ")
		names = append(names, argument)
		options = append(options, mcp.WithArgument(argument, mcp.ArgumentDescription(meaning), mcp.RequiredArgument()))
	}
	return mcpserver.ServerPrompt{
		Prompt: mcp.NewPrompt(name, options...),
		Handler: func(_ context.Context, req mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			var pairs []string
			for _, argument := range names {
				value := strings.TrimSpace(req.Params.Arguments[argument])
				if value == "" {
					return nil, fmt.Errorf("prompt %s requires the arguments %s", name, strings.Join(names, ", "))
				}
				pairs = append(pairs, "{"+argument+"}", value)
			}
			filled := strings.NewReplacer(pairs...).Replace(text)
			return mcp.NewGetPromptResult(description, []mcp.PromptMessage{
				mcp.NewPromptMessage(mcp.RoleUser, mcp.NewTextContent(filled)),
			}), nil
		},
	}
}

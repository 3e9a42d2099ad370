// Package prompts holds ready-made requests that a person picks in a client.
//
// A prompt is a Markdown file of this folder. Its first line is the
// description, the lines up to the first empty one name the arguments, all of
// them required, as "name: description"; the rest is the text, with the
// arguments' names in braces.
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

// All returns every prompt.
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
		all = append(all, prompt(strings.TrimSuffix(entry.Name(), ".md"), string(content)))
	}
	return all
}

func prompt(name, content string) mcpserver.ServerPrompt {
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
					return nil, fmt.Errorf("the prompt %s needs %s", name, strings.Join(names, ", "))
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

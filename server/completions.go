package server

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"gitcode.com/gitcode-mcp/gitcode-mcp/prompts"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

const (
	// maxValues is the maximum number of values of a completion in MCP.
	maxValues = 100
	// completionTime is how long a completion may take. A user who types waits for it.
	completionTime = 5 * time.Second
)

// CompletePromptArgument completes an argument of a prompt. There are no values for
// what is unknown, not offered or cannot be read.
func (g *guidance) CompletePromptArgument(ctx context.Context, prompt string, argument mcp.CompleteArgument, given mcp.CompleteContext) (*mcp.Completion, error) {
	i := slices.IndexFunc(g.prompts, func(p prompts.Prompt) bool { return p.Prompt.Name == prompt })
	if i < 0 || !g.offers(ctx, prompt) ||
		!slices.ContainsFunc(g.prompts[i].Prompt.Arguments, func(a mcp.PromptArgument) bool { return a.Name == argument.Name }) {
		return nil, nil
	}
	return g.completion(ctx, argument, given, g.prompts[i].Values), nil
}

// CompleteResourceArgument likewise completes a variable of a resource template.
func (g *guidance) CompleteResourceArgument(ctx context.Context, uri string, argument mcp.CompleteArgument, given mcp.CompleteContext) (*mcp.Completion, error) {
	i := slices.IndexFunc(g.resources, func(r tools.Resource) bool { return r.URI == uri })
	if i < 0 || !g.offers(ctx, uri) || !strings.Contains(uri, argument.Name+"}") {
		return nil, nil
	}
	return g.completion(ctx, argument, given, g.resources[i].Values), nil
}

// completion returns the values of an argument that match what was typed: first
// those that begin with it, then those that contain it.
func (g *guidance) completion(ctx context.Context, argument mcp.CompleteArgument, given mcp.CompleteContext, fixed map[string][]string) *mcp.Completion {
	typed, before := argument.Value, "" // of a list, the elements before the last one
	values, isFixed := fixed[argument.Name]
	i := slices.IndexFunc(g.cfg.Completions, func(c tools.Completion) bool { return c.Argument == argument.Name })
	if !isFixed && i >= 0 {
		values = g.names(ctx, g.cfg.Completions[i], given)
		if g.cfg.Completions[i].Many {
			typed = strings.TrimLeft(typed[strings.LastIndex(typed, ",")+1:], " ")
			before = strings.TrimSuffix(argument.Value, typed)
		}
	}
	typed = strings.ToLower(typed)
	var first, others []string
	for _, value := range values {
		switch at := strings.Index(strings.ToLower(value), typed); {
		case slices.Contains(first, before+value), slices.Contains(others, before+value):
		case at == 0:
			first = append(first, before+value)
		case at > 0:
			others = append(others, before+value)
		}
	}
	matching := append(first, others...)
	return &mcp.Completion{Values: matching[:min(len(matching), maxValues)], Total: len(matching), HasMore: len(matching) > maxValues}
}

// names calls the tool of a completion with the arguments that are given.
func (g *guidance) names(ctx context.Context, c tools.Completion, given mcp.CompleteContext) []string {
	takes := map[string]string{}
	for _, name := range c.Takes {
		if value := given.Arguments[name]; value != "" {
			takes[name] = value
		}
	}
	arguments, err := json.Marshal(takes)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	result, err := g.complete[c.Argument](ctx, callOf(c.Tool.Name, arguments))
	if err != nil {
		return nil
	}
	return tools.NamesIn(result)
}

package tools

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"
)

// Resource is a family of resources: what a tool returns, as Markdown. It is read by
// calling the tool, so everything that holds for a call holds for it.
type Resource struct {
	// URI is a template according to RFC 6570. Its variables are arguments of the
	// tool: "gitcode://{owner}/{repo}/labels".
	URI         string
	Name        string
	Description string
	Tool        string
	// Given are the tool's other arguments, as a JSON object; "" if there are none.
	Given string
	// Values are those of the variables that have no others.
	Values map[string][]string
	// Markdown returns the text. The result is the tool's, as JSON.
	Markdown func(variables map[string]string, result []byte) (string, error)
}

// Room returns the environment of a call whose result becomes Markdown, in which
// short lines are longer than in JSON.
func (r Resource) Room(env Env) Env {
	env.MaxResult = env.MaxResult / 4 * 3
	return env
}

// Arguments returns the arguments of the tool for the variables of a URI. Empty
// ones are left out.
func (r Resource) Arguments(variables map[string]string) (json.RawMessage, error) {
	arguments := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(cmp.Or(r.Given, "{}")), &arguments); err != nil {
		return nil, fmt.Errorf("arguments of %s: %w", r.URI, err)
	}
	for name, value := range variables {
		if value == "" {
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		arguments[name] = text
	}
	return json.Marshal(arguments)
}

// Text returns the Markdown of a result of the tool, whose error it returns if the
// call failed.
func (r Resource) Text(env Env, variables map[string]string, result *mcp.CallToolResult) (string, error) {
	if result.IsError {
		return "", errors.New(string(contentOf(result)))
	}
	text, err := r.Markdown(variables, contentOf(result))
	return abridge(text, env.MaxResult, env.maxResultName()), err
}

// Completion suggests values for an argument of prompts and for a variable of
// resources.
type Completion struct {
	Argument string
	Many     bool // whether the argument is a comma-separated list
	// Tool returns Names. It is not listed, and takes those of the other arguments
	// that Takes names.
	Tool  Tool
	Takes []string
}

// Names is the result of a tool that completes arguments.
type Names struct {
	Names []string `json:"names"`
	Notes
}

// NamesIn returns the names in a result; none if the call failed.
func NamesIn(result *mcp.CallToolResult) []string {
	var names Names
	if result.IsError || json.Unmarshal(contentOf(result), &names) != nil {
		return nil
	}
	return names.Names
}

// contentOf returns the text of a result.
func contentOf(result *mcp.CallToolResult) []byte {
	for _, content := range result.Content {
		if text, ok := content.(mcp.TextContent); ok {
			return []byte(text.Text)
		}
	}
	return nil
}

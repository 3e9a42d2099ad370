//go:build conformance

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// user is a prompt's result of messages that all come from the user.
func user(contents ...mcp.Content) *mcp.GetPromptResult {
	var messages []mcp.PromptMessage
	for _, content := range contents {
		messages = append(messages, mcp.NewPromptMessage(mcp.RoleUser, content))
	}
	return mcp.NewGetPromptResult("", messages)
}

// prompt returns a prompt without arguments.
func prompt(name, description string, contents ...mcp.Content) mcpserver.ServerPrompt {
	return mcpserver.ServerPrompt{
		Prompt: mcp.NewPrompt(name, mcp.WithPromptDescription(description)),
		Handler: func(context.Context, mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			return user(contents...), nil
		},
	}
}

// promptsOffered are all prompts, the one that asks included.
func promptsOffered() []mcpserver.ServerPrompt {
	return []mcpserver.ServerPrompt{
		prompt("test_simple_prompt", "Is text.", mcp.NewTextContent("This is a simple prompt for testing.")),
		prompt("test_prompt_with_image", "Is an image and text.",
			mcp.NewImageContent(pixel, "image/png"), mcp.NewTextContent("Please analyze the image above.")),
		{
			Prompt: mcp.NewPrompt("test_prompt_with_arguments", mcp.WithPromptDescription("Repeats its arguments."),
				mcp.WithArgument("arg1", mcp.ArgumentDescription("What comes first."), mcp.RequiredArgument()),
				mcp.WithArgument("arg2", mcp.ArgumentDescription("What comes second."), mcp.RequiredArgument())),
			Handler: func(_ context.Context, req mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
				arguments := req.Params.Arguments
				return user(mcp.NewTextContent(fmt.Sprintf("Prompt with arguments: arg1='%s', arg2='%s'", arguments["arg1"], arguments["arg2"]))), nil
			},
		},
		{
			Prompt: mcp.NewPrompt("test_prompt_with_embedded_resource", mcp.WithPromptDescription("Holds a resource."),
				mcp.WithArgument("resourceUri", mcp.ArgumentDescription("URI of the resource."), mcp.RequiredArgument())),
			Handler: func(_ context.Context, req mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
				return user(
					textResource(req.Params.Arguments["resourceUri"], "text/plain", "Embedded resource content for testing."),
					mcp.NewTextContent("Please process the embedded resource above.")), nil
			},
		},
		{
			Prompt:  mcp.NewPrompt("test_input_required_result_prompt", mcp.WithPromptDescription("Asks the user for its context.")),
			Handler: askingPrompt,
		},
	}
}

// completions complete the arguments of test_prompt_with_arguments.
type completions struct{}

// CompletePromptArgument implements mcpserver.PromptCompletionProvider.
func (completions) CompletePromptArgument(_ context.Context, _ string, argument mcp.CompleteArgument, _ mcp.CompleteContext) (*mcp.Completion, error) {
	found := &mcp.Completion{Values: []string{}} // null would not be a list
	for _, value := range []string{"paris", "park", "party", "testValue1", "testValue2"} {
		if strings.HasPrefix(value, argument.Value) {
			found.Values = append(found.Values, value)
		}
	}
	found.Total = len(found.Values)
	return found, nil
}

// resource returns a resource that is always the same.
func resource(uri, name, mimeType string, contents mcp.ResourceContents) mcpserver.ServerResource {
	return mcpserver.ServerResource{
		Resource: mcp.NewResource(uri, name, mcp.WithResourceDescription("Never changes."), mcp.WithMIMEType(mimeType)),
		Handler: func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			return []mcp.ResourceContents{contents}, nil
		},
	}
}

// resources are a text, a file of bytes, and one to subscribe to.
func resources() []mcpserver.ServerResource {
	text := func(uri, name, text string) mcpserver.ServerResource {
		return resource(uri, name, "text/plain", mcp.TextResourceContents{URI: uri, MIMEType: "text/plain", Text: text})
	}
	return []mcpserver.ServerResource{
		text("test://static-text", "Text", "This is the content of the static text resource."),
		text("test://watched-resource", "Watched", "This is the content of the watched resource."),
		resource("test://static-binary", "Bytes", "image/png",
			mcp.BlobResourceContents{URI: "test://static-binary", MIMEType: "image/png", Blob: pixel}),
	}
}

// template answers for every id.
func template() mcpserver.ServerResourceTemplate {
	return mcpserver.ServerResourceTemplate{
		Template: mcp.NewResourceTemplate("test://template/{id}/data", "Data",
			mcp.WithTemplateDescription("The data of one id."), mcp.WithTemplateMIMEType("application/json")),
		Handler: func(_ context.Context, req mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			id := strings.TrimSuffix(strings.TrimPrefix(req.Params.URI, "test://template/"), "/data")
			data, err := json.Marshal(struct {
				ID           string `json:"id"`
				TemplateTest bool   `json:"templateTest"`
				Data         string `json:"data"`
			}{id, true, "Data for ID: " + id})
			if err != nil {
				return nil, fmt.Errorf("write the data of %s: %w", id, err)
			}
			return []mcp.ResourceContents{mcp.TextResourceContents{URI: req.Params.URI, MIMEType: "application/json", Text: string(data)}}, nil
		},
	}
}

//go:build conformance

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// A PNG of one grey pixel and a WAV of one silent sample, in base64.
const (
	pixel   = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
	silence = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQEAAACAAA=="
)

// A schema with the keywords of JSON Schema 2020-12 that a server is to hand on
// untouched.
const schema2020 = `{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"type": "object",
	"$defs": {"address": {"$anchor": "addressDef", "type": "object", "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
	"properties": {
		"name": {"type": "string"},
		"address": {"$ref": "#/$defs/address"},
		"contactMethod": {"type": "string", "enum": ["phone", "email"]},
		"phone": {"type": "string"},
		"email": {"type": "string"}
	},
	"allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
	"if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
	"then": {"required": ["phone"]},
	"else": {"required": ["email"]},
	"additionalProperties": false
}`

// A schema whose one member travels in a header too.
const schemaHeader = `{"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}}}`

// tool returns a tool without arguments.
func tool(name, description string, handler mcpserver.ToolHandlerFunc) mcpserver.ServerTool {
	return mcpserver.ServerTool{Tool: mcp.NewTool(name, mcp.WithDescription(description)), Handler: handler}
}

// answer is the handler of a tool that always answers the same.
func answer(content ...mcp.Content) mcpserver.ToolHandlerFunc {
	return func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return &mcp.CallToolResult{Content: content}, nil
	}
}

// textResource is a resource within a result.
func textResource(uri, mimeType, text string) mcp.EmbeddedResource {
	return mcp.NewEmbeddedResource(mcp.TextResourceContents{URI: uri, MIMEType: mimeType, Text: text})
}

// plainTools are the tools that only answer.
func plainTools() []mcpserver.ServerTool {
	return []mcpserver.ServerTool{
		tool("test_simple_text", "Answers with text.",
			answer(mcp.NewTextContent("This is a simple text response for testing."))),
		tool("test_image_content", "Answers with an image.",
			answer(mcp.NewImageContent(pixel, "image/png"))),
		tool("test_audio_content", "Answers with sound.",
			answer(mcp.NewAudioContent(silence, "audio/wav"))),
		tool("test_embedded_resource", "Answers with a resource.",
			answer(textResource("test://embedded-resource", "text/plain", "This is an embedded resource content."))),
		tool("test_multiple_content_types", "Answers with text, an image and a resource.",
			answer(
				mcp.NewTextContent("Multiple content types test:"),
				mcp.NewImageContent(pixel, "image/png"),
				textResource("test://mixed-content-resource", "application/json", `{"test":"data","value":123}`))),
		tool("test_error_handling", "Always fails.",
			func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				return mcp.NewToolResultError("This tool intentionally returns an error for testing"), nil
			}),
		tool("test_missing_capability", "Cannot do without sampling.", needsSampling),
		{
			Tool:    mcp.NewToolWithRawSchema("json_schema_2020_12_tool", "Has a schema with the keywords of JSON Schema 2020-12.", json.RawMessage(schema2020)),
			Handler: answer(mcp.NewTextContent("The schema is what matters.")),
		},
		{
			Tool:    mcp.NewToolWithRawSchema("test_param_header", "Has an argument that travels in a header too.", json.RawMessage(schemaHeader)),
			Handler: answer(mcp.NewTextContent("The header agrees with the body.")),
		},
	}
}

// needsSampling refuses callers that did not declare sampling, as the protocol
// has it.
func needsSampling(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	if info := mcpserver.RequestProtocolInfoFromContext(ctx); info != nil && info.Modern && info.ClientCapabilities.Sampling == nil {
		return nil, mcp.MissingRequiredClientCapabilityError{Capability: "sampling"}
	}
	return mcp.NewToolResultText("The client declares sampling."), nil
}

// notifyingTools are the tools that send notifications.
func notifyingTools() []mcpserver.ServerTool {
	return []mcpserver.ServerTool{
		tool("test_tool_with_logging", "Logs three times.",
			logging("Tool execution started", "Tool processing data", "Tool execution completed")),
		tool("test_logging_tool", "Logs once.", logging("Tool called")),
		tool("test_tool_with_progress", "Tells its progress three times.", progress),
		tool("test_trigger_tool_change", "Adds a tool and takes it away again.",
			func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				s := mcpserver.ServerFromContext(ctx)
				s.AddTools(tool("test_passing_tool", "Is gone at once.", answer(mcp.NewTextContent("still there"))))
				s.DeleteTools("test_passing_tool")
				return mcp.NewToolResultText("The tools have changed."), nil
			}),
		tool("test_trigger_prompt_change", "Adds a prompt and takes it away again.",
			func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				s := mcpserver.ServerFromContext(ctx)
				s.AddPrompts(prompt("test_passing_prompt", "Is gone at once.", mcp.NewTextContent("still there")))
				s.DeletePrompts("test_passing_prompt")
				return mcp.NewToolResultText("The prompts have changed."), nil
			}),
	}
}

// between two notifications the suite wants some time to pass.
const between = 50 * time.Millisecond

// settle waits until the last notification is written: mcp-go can lose the ones
// that a result follows at once.
func settle() { time.Sleep(3 * time.Millisecond) }

// logging is the handler of a tool that logs messages, where the client asked
// for them.
func logging(messages ...string) mcpserver.ToolHandlerFunc {
	return func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		for i, message := range messages {
			if i > 0 {
				time.Sleep(between)
			}
			entry := mcp.NewLoggingMessageNotification(mcp.LoggingLevelInfo, "conformance", message)
			if err := mcpserver.ServerFromContext(ctx).SendLogMessageToClient(ctx, entry); err != nil {
				return nil, fmt.Errorf("log %q: %w", message, err)
			}
		}
		settle()
		return mcp.NewToolResultText("Everything is logged."), nil
	}
}

// progress tells how far it is, where the client asked for it.
func progress(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	if req.Params.Meta == nil || req.Params.Meta.ProgressToken == nil {
		time.Sleep(2 * between)
		return mcp.NewToolResultText("Done, and nobody asked."), nil
	}
	for i, done := range []int{0, 50, 100} {
		if i > 0 {
			time.Sleep(between)
		}
		err := mcpserver.ServerFromContext(ctx).SendNotificationToClient(ctx, string(mcp.MethodNotificationProgress),
			map[string]any{"progressToken": req.Params.Meta.ProgressToken, "progress": done, "total": 100})
		if err != nil {
			return nil, fmt.Errorf("tell the progress: %w", err)
		}
	}
	settle()
	return mcp.NewToolResultText("Done."), nil
}

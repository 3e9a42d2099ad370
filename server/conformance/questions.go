//go:build conformance

package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// question is something that a tool or prompt asks the client for. Clients of
// the older era, who know no questions in results, are asked by mcp-go.
type question struct {
	declared func(*mcp.ClientCapabilities) bool // whether a client can be asked
	ask      func(*mcpserver.InputRequestBuilder)
	answer   func(mcp.InputResponses) (_ string, ok bool)
}

// form asks the user for what a schema describes.
func form(id, message, schema string) question {
	return question{
		declared: func(c *mcp.ClientCapabilities) bool { return c.Elicitation != nil },
		ask: func(b *mcpserver.InputRequestBuilder) {
			b.Elicit(id, mcp.ElicitationParams{Message: message, RequestedSchema: json.RawMessage(schema)})
		},
		answer: func(responses mcp.InputResponses) (string, bool) {
			result := mcpserver.ElicitationResponse(responses, id)
			if result == nil {
				return "", false
			}
			return fmt.Sprintf("action=%s, content=%v", result.Action, result.Content), true
		},
	}
}

// sample asks the client's model.
func sample(id, text string) question {
	return question{
		declared: func(c *mcp.ClientCapabilities) bool { return c.Sampling != nil },
		ask: func(b *mcpserver.InputRequestBuilder) {
			b.Sample(id, mcp.CreateMessageParams{
				Messages:  []mcp.SamplingMessage{{Role: mcp.RoleUser, Content: mcp.NewTextContent(text)}},
				MaxTokens: 100,
			})
		},
		answer: func(responses mcp.InputResponses) (string, bool) {
			result := mcpserver.SamplingResponse(responses, id)
			if result == nil {
				return "", false
			}
			return fmt.Sprint("LLM response: ", result.Content), true
		},
	}
}

// roots asks for the folders the client works in.
func roots(id string) question {
	return question{
		declared: func(c *mcp.ClientCapabilities) bool { return c.Roots != nil },
		ask:      func(b *mcpserver.InputRequestBuilder) { b.Roots(id) },
		answer: func(responses mcp.InputResponses) (string, bool) {
			result := mcpserver.RootsResponse(responses, id)
			if result == nil {
				return "", false
			}
			return fmt.Sprint("roots: ", result.Roots), true
		},
	}
}

// put returns the answers to questions, or, while one is missing, what asks for
// them. A client is asked only for what it declares.
func put(ctx context.Context, responses mcp.InputResponses, state string, questions []question) (answers string, asking *mcpserver.InputRequestBuilder) {
	info := mcpserver.RequestProtocolInfoFromContext(ctx)
	builder := mcpserver.NewInputRequestBuilder(state)
	var said []string
	for _, q := range questions {
		if info != nil && info.Modern && !q.declared(info.ClientCapabilities) {
			continue
		}
		if text, ok := q.answer(responses); ok {
			said = append(said, text)
			continue
		}
		asking = builder
		q.ask(builder)
	}
	return strings.Join(said, "\n"), asking
}

// interview is the handler of a tool that asks its questions at once.
func interview(questions ...question) mcpserver.ToolHandlerFunc {
	return func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		answers, asking := put(ctx, req.Params.InputResponses, "", questions)
		if asking != nil {
			return asking.ToolResult(), nil
		}
		return mcp.NewToolResultText(answers), nil
	}
}

// seal signs which round a tool is in, since that comes back from the client.
type seal []byte

func (key seal) state(tool string, round int) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s %d", tool, round)
	return fmt.Sprintf("%d.%x", round, mac.Sum(nil))
}

var errState = errors.New("the request state was not made by this server")

func (key seal) round(tool, state string) (int, error) {
	number, _, _ := strings.Cut(state, ".")
	round, err := strconv.Atoi(number)
	if err != nil || !hmac.Equal([]byte(state), []byte(key.state(tool, round))) {
		return 0, errState
	}
	return round, nil
}

// interviews is the handler of a tool that asks round after round, with the
// round in the signed state.
func (key seal) interviews(rounds ...[]question) mcpserver.ToolHandlerFunc {
	return func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		p, round := req.Params, 0
		if p.RequestState != "" || len(p.InputResponses) > 0 {
			var err error
			if round, err = key.round(p.Name, p.RequestState); err != nil {
				return nil, err
			}
		}
		var answers string
		for ; round < len(rounds); round++ {
			said, asking := put(ctx, p.InputResponses, key.state(p.Name, round), rounds[round])
			if asking != nil {
				return asking.ToolResult(), nil
			}
			answers = said
		}
		return mcp.NewToolResultText("state-ok: " + answers), nil
	}
}

// The forms that the suite wants, with one member each.
const (
	nameForm    = `{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}`
	colorForm   = `{"type": "object", "properties": {"color": {"type": "string"}}, "required": ["color"]}`
	okForm      = `{"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}`
	contextForm = `{"type": "object", "properties": {"context": {"type": "string"}}, "required": ["context"]}`
)

// A form with two members, one with each kind of default, and one with each way
// to write a choice.
const (
	userForm = `{"type": "object", "properties": {
		"username": {"type": "string", "description": "User's response"},
		"email": {"type": "string", "description": "User's email address"}
	}, "required": ["username", "email"]}`
	defaultsForm = `{"type": "object", "properties": {
		"name": {"type": "string", "default": "John Doe"},
		"age": {"type": "integer", "default": 30},
		"score": {"type": "number", "default": 95.5},
		"status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
		"verified": {"type": "boolean", "default": true}
	}}`
	choicesForm = `{"type": "object", "properties": {
		"untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
		"titledSingle": {"type": "string", "oneOf": [{"const": "value1", "title": "First"}, {"const": "value2", "title": "Second"}]},
		"legacyEnum": {"type": "string", "enum": ["opt1", "opt2"], "enumNames": ["Option One", "Option Two"]},
		"untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
		"titledMulti": {"type": "array", "items": {"anyOf": [{"const": "value1", "title": "First"}, {"const": "value2", "title": "Second"}]}}
	}}`
)

// askingTools are the tools that ask the client: first those of the older era,
// then those of the newer one.
func askingTools() []mcpserver.ServerTool {
	key := make(seal, sha256.Size)
	rand.Read(key) //nolint:errcheck // never fails
	name := form("user_name", "What is your name?", nameForm)
	confirm := form("confirm", "Please confirm", okForm)
	capital := sample("capital_question", "What is the capital of France?")
	folders := roots("client_roots")
	return []mcpserver.ServerTool{
		{
			Tool: mcp.NewTool("test_sampling", mcp.WithDescription("Asks the client's model."),
				mcp.WithString("prompt", mcp.Description("What to ask."), mcp.Required())),
			Handler: func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				return interview(sample("answer", req.GetString("prompt", "")))(ctx, req)
			},
		},
		{
			Tool: mcp.NewTool("test_elicitation", mcp.WithDescription("Asks the user."),
				mcp.WithString("message", mcp.Description("What to ask."), mcp.Required())),
			Handler: func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				return interview(form("answer", req.GetString("message", ""), userForm))(ctx, req)
			},
		},
		tool("test_elicitation_sep1034_defaults", "Asks the user with a form that has defaults.",
			interview(form("answer", "Who are you?", defaultsForm))),
		tool("test_elicitation_sep1330_enums", "Asks the user with a form of choices.",
			interview(form("answer", "What do you choose?", choicesForm))),

		tool("test_streaming_elicitation", "Asks the user, in the result.", interview(name)),
		tool("test_input_required_result_elicitation", "Asks the user for a name.", interview(name)),
		tool("test_input_required_result_sampling", "Asks the client's model.", interview(capital)),
		tool("test_input_required_result_list_roots", "Asks for the client's folders.", interview(folders)),
		tool("test_input_required_result_capabilities", "Asks for all that the client declares.", interview(name, capital, folders)),
		tool("test_input_required_result_request_state", "Asks, and knows where it was.", key.interviews([]question{confirm})),
		tool("test_input_required_result_tampered_state", "Asks, and notices other people's state.", key.interviews([]question{confirm})),
		tool("test_input_required_result_multiple_inputs", "Asks for three things at once.", key.interviews([]question{name, capital, folders})),
		tool("test_input_required_result_multi_round", "Asks twice.", key.interviews(
			[]question{form("step1", "Step 1: What is your name?", nameForm)},
			[]question{form("step2", "Step 2: What is your favorite color?", colorForm)})),
	}
}

// askingPrompt asks the user before there is a prompt.
func askingPrompt(ctx context.Context, req mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
	answers, asking := put(ctx, req.Params.InputResponses, "", []question{form("user_context", "What context should the prompt use?", contextForm)})
	if asking != nil {
		return asking.PromptResult(), nil
	}
	return user(mcp.NewTextContent("Work with this: " + answers)), nil
}

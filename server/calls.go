package server

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// calls answers calls of tools without mcp-go, for the transports that most clients
// use: v1.2.1 decodes the message of a call six times or more. It still serves calls
// that are not valid, so that it says what is wrong with them, those of other tools,
// and those with members that only it knows.
type calls struct {
	handlers map[string]toolHandler // by the names of the tools
	meta     *mcp.Meta              // of the results of the stateless era: what the server is
}

// toolHandler runs a tool.
type toolHandler struct {
	run    mcpserver.ToolHandlerFunc
	mayAsk bool // whether it may ask the user to confirm a call
}

// call is a valid call of a tool.
type call struct {
	id      json.RawMessage
	version string // the revision of the protocol in the metadata; "" if there is none
	handler toolHandler
	// capabilities are those of the client in the stateless era.
	capabilities *mcp.ClientCapabilities
	request      mcp.CallToolRequest
	meta         *mcp.Meta // of the result; nil in the older era
}

// find returns the call that a message makes, or nil if it must be left to mcp-go.
func (c *calls) find(m message) *call {
	if !m.isCall() {
		return nil
	}
	var params struct {
		Name           string          `json:"name"`
		Arguments      json.RawMessage `json:"arguments"`
		Meta           json.RawMessage `json:"_meta"` // of two, the last one counts
		Task           json.RawMessage `json:"task"`
		InputResponses json.RawMessage `json:"inputResponses"`
		RequestState   json.RawMessage `json:"requestState"`
	}
	var meta struct {
		ProtocolVersion    string                  `json:"io.modelcontextprotocol/protocolVersion"`
		ClientCapabilities *mcp.ClientCapabilities `json:"io.modelcontextprotocol/clientCapabilities"`
		ProgressToken      json.RawMessage         `json:"progressToken"`
		TraceParent        json.RawMessage         `json:"traceparent"`
		TraceState         json.RawMessage         `json:"tracestate"`
	}
	if json.Unmarshal(m.params, &params) != nil || params.Meta != nil && json.Unmarshal(params.Meta, &meta) != nil {
		return nil
	}
	handler := c.handlers[params.Name]
	modern := mcp.IsModernProtocol(meta.ProtocolVersion)
	switch {
	case handler.run == nil, isGiven(params.Task), isGiven(params.InputResponses), isGiven(params.RequestState):
		return nil
	case isGiven(meta.ProgressToken) && !isID(meta.ProgressToken):
		return nil
	case modern && (!mcp.IsValidProtocolVersion(meta.ProtocolVersion) || meta.ClientCapabilities == nil):
		return nil
	}
	found := &call{id: m.id, version: meta.ProtocolVersion, handler: handler}
	found.request.Params.Name, found.request.Params.RawArguments = params.Name, params.Arguments
	if isGiven(meta.ProgressToken) {
		found.request.Params.Meta = &mcp.Meta{ProgressToken: meta.ProgressToken}
	}
	if parent, ok := textOf(meta.TraceParent); ok {
		if found.request.Params.Meta == nil {
			found.request.Params.Meta = &mcp.Meta{}
		}
		state, _ := textOf(meta.TraceState)
		found.request.Params.Meta.AdditionalFields = map[string]any{traceParent: parent, traceState: state}
	}
	if modern {
		found.meta, found.capabilities = c.meta, meta.ClientCapabilities
	}
	return found
}

// run runs the tool and returns the response, as the era of the call requires it.
// Before that, notify is called with each notification that the caller asked for.
func (c *call) run(ctx context.Context, notify func(notification []byte)) response {
	if meta := c.request.Params.Meta; meta != nil && meta.ProgressToken != nil {
		ctx = context.WithValue(ctx, notifierKey{}, notifier(func(method string, params map[string]any) {
			text, err := json.Marshal(map[string]any{"jsonrpc": mcp.JSONRPC_VERSION, "method": method, "params": params})
			if err == nil {
				notify(text)
			}
		}))
	}
	r := response{JSONRPC: mcp.JSONRPC_VERSION, ID: c.id}
	if c.handler.mayAsk && c.capabilities != nil {
		ctx = mcpserver.WithRequestProtocolInfo(ctx, &mcpserver.RequestProtocolInfo{Modern: true, ProtocolVersion: c.version, ClientCapabilities: c.capabilities})
	}
	result, err := c.handler.run(ctx, c.request)
	if err != nil {
		r.Error = errorDetails(mcp.INTERNAL_ERROR, err.Error())
		return r
	}
	if c.meta != nil {
		result.Meta, result.ResultType = c.meta, cmp.Or(result.ResultType, mcp.ResultTypeComplete)
	}
	r.Result = result
	return r
}

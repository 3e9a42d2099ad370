package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// calls serves the calls of streamable HTTP. mcp-go's own transport would cost as
// much as all the rest of a call: v1.2.1 decodes the message at least six times,
// makes a session with queues of 9 kB for it, and encodes the result in three
// passes. It still serves calls that are not valid, so that it says what is wrong
// with them, and those of tools that are not among HTTPConfig.Tools.
type calls struct {
	handlers map[string]mcpserver.ToolHandlerFunc // by the name of the tool
	sessions *sessions
	meta     *mcp.Meta // of the results of the stateless era: what the server is
	buffers  sync.Pool // of responses
}

func newCalls(cfg HTTPConfig, sessions *sessions) *calls {
	c := &calls{handlers: map[string]mcpserver.ToolHandlerFunc{}, sessions: sessions, buffers: sync.Pool{New: func() any { return new([]byte) }}}
	observed := observe(cfg.Metrics, cfg.Logger, forgesOf(cfg.Tools)) // as in New
	for _, t := range cfg.Tools {
		if tool := cfg.MCP.GetTool(t.Name); tool != nil {
			c.handlers[t.Name] = observed(tool.Handler)
		}
	}
	var discovered struct {
		Result struct {
			Meta *mcp.Meta `json:"_meta"`
		} `json:"result"`
	}
	response, err := json.Marshal(cfg.MCP.HandleMessage(context.Background(), json.RawMessage(`{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{`+
		`"`+mcp.MetaKeyProtocolVersion+`":"`+mcp.ProtocolVersion20260728+`","`+mcp.MetaKeyClientCapabilities+`":{}}}}`)))
	if err == nil {
		err = json.Unmarshal(response, &discovered)
	}
	if err != nil {
		panic(err) // mcp-go made it
	}
	c.meta = discovered.Result.Meta
	return c
}

// call is a valid call of a tool.
type call struct {
	*calls
	message
	handler mcpserver.ToolHandlerFunc
	request mcp.CallToolRequest
	session string // "" in the stateless era
}

// find returns the call that a message makes, or nil if it must be left to
// mcp-go.
func (c *calls) find(m message, header http.Header, session string, modern bool) *call {
	var params struct {
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"`
		Meta      struct {
			ProtocolVersion    string                  `json:"io.modelcontextprotocol/protocolVersion"`
			ClientCapabilities *mcp.ClientCapabilities `json:"io.modelcontextprotocol/clientCapabilities"`
			ProgressToken      json.RawMessage         `json:"progressToken"`
		} `json:"_meta"`
	}
	if json.Unmarshal(m.params, &params) != nil {
		return nil
	}
	meta, version := params.Meta, header.Get(mcp.HeaderProtocolVersion)
	mediaType, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	switch {
	case c.handlers[params.Name] == nil, mediaType != "application/json", err != nil, isGiven(meta.ProgressToken) && !isID(meta.ProgressToken):
		return nil
	case modern && (meta.ProtocolVersion != version || !mcp.IsValidProtocolVersion(version) || meta.ClientCapabilities == nil ||
		header.Get(mcp.HeaderMethod) != m.method || header.Get(mcp.HeaderName) != params.Name || header.Get(mcp.HeaderLastEventID) != ""):
		return nil
	case !modern && (session == "" || mcp.IsModernProtocol(meta.ProtocolVersion) || version != "" && !mcp.IsValidProtocolVersion(version)):
		return nil
	}
	found := &call{calls: c, message: m, handler: c.handlers[params.Name], session: session}
	found.request.Params.Name, found.request.Params.RawArguments = params.Name, params.Arguments
	if isGiven(meta.ProgressToken) {
		found.request.Params.Meta = &mcp.Meta{ProgressToken: meta.ProgressToken}
	}
	return found
}

// serve runs the tool and writes its result, as an event if notifications went
// before it.
func (c *call) serve(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if c.session != "" {
		var end context.CancelFunc
		ctx, end = c.sessions.startCall(ctx, c.session, c.id)
		defer end()
	}
	stream := false
	if c.request.Params.Meta != nil {
		ctx = context.WithValue(ctx, notifierKey{}, notifier(func(method string, params map[string]any) {
			if !stream {
				stream = true
				w.Header().Set("Content-Type", "text/event-stream")
				w.Header().Set("Cache-Control", "no-cache")
			}
			text, err := json.Marshal(map[string]any{"jsonrpc": mcp.JSONRPC_VERSION, "method": method, "params": params})
			if err == nil {
				writeEvent(w, text)
			}
		}))
	}
	result, err := c.handler(ctx, c.request)
	if r.Context().Err() != nil {
		return // the client is gone
	}
	buffer := c.buffers.Get().(*[]byte)
	line, err := c.response(result, err).appendLine((*buffer)[:0])
	if err != nil {
		panic(err) // it consists of strings and JSON
	}
	if stream {
		writeEvent(w, bytes.TrimSpace(line))
	} else {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(line))) // net/http would send chunks
		w.Write(line)                                             //nolint:errcheck // the client is gone
	}
	if cap(line) <= maxBuffer {
		*buffer = line
		c.buffers.Put(buffer)
	}
}

// maxBuffer is the maximum size of a buffer that is used again. Few responses need
// a larger one.
const maxBuffer = 256 << 10

// response returns the response to the call, as its era requires it.
func (c *call) response(result *mcp.CallToolResult, err error) response {
	r := response{JSONRPC: mcp.JSONRPC_VERSION, ID: c.id}
	if err != nil {
		r.Error = errorDetails(mcp.INTERNAL_ERROR, err.Error())
		return r
	}
	if c.session == "" {
		result.Meta, result.ResultType = c.meta, mcp.ResultTypeComplete
	}
	r.Result = result
	return r
}

// writeEvent writes a message to an event stream.
func writeEvent(w http.ResponseWriter, message []byte) {
	io.WriteString(w, "event: message\ndata: ") //nolint:errcheck // the client is gone
	w.Write(message)                            //nolint:errcheck // as above
	io.WriteString(w, "\n\n")                   //nolint:errcheck // as above
	_ = http.NewResponseController(w).Flush()
}

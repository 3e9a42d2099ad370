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

// calls serves the calls of streamable HTTP. mcp-go's own transport costs more
// than all the rest of a call: v1.2.1 decodes the message seven times, makes a
// session with queues of 9 kB for it, and encodes the result in three passes. It
// still serves every call that is not valid, so that it says what is wrong with
// it, and those of tools that are not among HTTPConfig.Tools.
type calls struct {
	handlers map[string]mcpserver.ToolHandlerFunc // by the name of the tool
	sessions *sessions
	meta     []byte // of the results of the stateless era: what the server is
}

func newCalls(cfg HTTPConfig, sessions *sessions) *calls {
	c := &calls{handlers: map[string]mcpserver.ToolHandlerFunc{}, sessions: sessions}
	observed := observe(cfg.Metrics, cfg.Logger, forgesOf(cfg.Tools)) // as in New
	for _, t := range cfg.Tools {
		if tool := cfg.MCP.GetTool(t.Name); tool != nil {
			c.handlers[t.Name] = observed(tool.Handler)
		}
	}
	var discovered struct {
		Result struct {
			Meta json.RawMessage `json:"_meta"`
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
	b := buffers.Get().(*bytes.Buffer)
	defer release(b)
	if err == nil {
		err = c.encode(b, result)
	}
	switch {
	case err != nil:
		writeError(w, http.StatusOK, c.id, mcp.INTERNAL_ERROR, err.Error())
	case stream:
		writeEvent(w, b.Bytes())
	default:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(b.Len())) // net/http would send chunks
		w.Write(b.Bytes())                                      //nolint:errcheck // the client is gone
	}
}

// writeEvent writes a message to an event stream.
func writeEvent(w http.ResponseWriter, message []byte) {
	io.WriteString(w, "event: message\ndata: ") //nolint:errcheck // the client is gone
	w.Write(message)                            //nolint:errcheck // as above
	io.WriteString(w, "\n\n")                   //nolint:errcheck // as above
	_ = http.NewResponseController(w).Flush()
}

// buffers are those of responses.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// release returns a buffer for another response, unless it is so large that few
// responses need it.
func release(b *bytes.Buffer) {
	if b.Cap() <= 1<<18 {
		b.Reset()
		buffers.Put(b)
	}
}

// encode writes the response. The parts of it that are JSON are written as they
// are: encoding/json would check and copy them once for each struct around them.
func (c *call) encode(b *bytes.Buffer, result *mcp.CallToolResult) error {
	b.WriteString(`{"jsonrpc":"2.0","id":`)
	b.Write(c.id)
	b.WriteString(`,"result":{`)
	if c.session == "" {
		b.WriteString(`"_meta":`)
		b.Write(c.meta)
		b.WriteString(`,"resultType":"complete",`)
	}
	if result.IsError {
		b.WriteString(`"isError":true,`)
	}
	b.WriteString(`"content":[`)
	for i, content := range result.Content {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := appendJSON(b, content); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	if structured, ok := result.StructuredContent.(json.RawMessage); ok {
		b.WriteString(`,"structuredContent":`)
		b.Write(structured)
	}
	b.WriteString("}}")
	return nil
}

// appendJSON appends a value as JSON, without HTML escapes.
func appendJSON(b *bytes.Buffer, value any) error {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the end of the line
	return nil
}

package server

import (
	"context"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TracedCall is a call of a tool that starts, for traces.
type TracedCall struct {
	Tool string
	// Meta and Header are the trace contexts of the caller, in the metadata of the call
	// and in the header of its HTTP request.
	Meta, Header TraceContext
	HTTP         bool
	Version      string // of the protocol; "" if unknown
}

// TraceContext is a trace context of the W3C; its members are "" if there is none.
type TraceContext struct{ Parent, State string }

// CallEnd is how a call ended, for traces.
type CallEnd struct {
	Failed   bool
	Internal bool       // it failed with an error of the protocol
	Class    rest.Class // of its error; "" if unknown
}

// The members of the metadata of a call, and the headers, with its trace context.
const (
	traceParent = "traceparent"
	traceState  = "tracestate"
)

// trace starts the trace of a call.
func (c *Config) trace(ctx context.Context, req mcp.CallToolRequest) (context.Context, func(CallEnd)) {
	if c.Trace == nil {
		return ctx, func(CallEnd) {}
	}
	call := TracedCall{Tool: req.Params.Name, Header: traceContextOf(req.Header), HTTP: req.Header != nil, Version: req.Header.Get(mcp.HeaderProtocolVersion)}
	if meta := req.Params.Meta; meta != nil {
		call.Meta.Parent, _ = meta.AdditionalFields[traceParent].(string)
		call.Meta.State, _ = meta.AdditionalFields[traceState].(string)
	}
	return c.Trace(ctx, call)
}

func traceContextOf(header http.Header) TraceContext {
	return TraceContext{header.Get(traceParent), header.Get(traceState)}
}

//go:build otel

package main

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// Attributes of the conventions for MCP that the module semconv does not have, and our
// own.
const (
	mcpMethodName      = attribute.Key("mcp.method.name")
	mcpProtocolVersion = attribute.Key("mcp.protocol.version")
	errorClass         = attribute.Key("gitcode_mcp.error.class")
	requestWait        = attribute.Key("gitcode_mcp.request.wait") // for the rate limit, in seconds
)

// newTracing returns a tracing that exports spans by OTLP over HTTP. The conventions for
// MCP are at https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp, and those for
// requests at https://opentelemetry.io/docs/specs/semconv/http/http-spans. No attribute
// contains an argument, so url.full, which would, is absent.
func newTracing(version string, logger *slog.Logger) (*tracing, error) {
	exporter, err := otlptracehttp.New(context.Background())
	if err != nil {
		return nil, withoutURL(err)
	}
	// The environment takes precedence over what comes before it.
	about, err := resource.New(context.Background(), resource.WithTelemetrySDK(),
		resource.WithAttributes(semconv.ServiceName(server.Name), semconv.ServiceVersion(version)), resource.WithFromEnv())
	if err != nil {
		return nil, err
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))
	var once sync.Once
	report := func(err error) { // as the exporter tries again every few seconds, once
		once.Do(func() { logger.Warn("traces cannot be exported", "error", withoutURL(err)) })
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(report))
	tracer := provider.Tracer(server.Name, trace.WithInstrumentationVersion(version))
	return &tracing{
		call: func(ctx context.Context, call server.TracedCall) (context.Context, func(server.CallEnd)) {
			return startCallSpan(ctx, tracer, call)
		},
		request: func(baseURL string) func(context.Context, rest.Attempt) func(int, rest.Class) {
			address := addressAttributes(baseURL)
			return func(ctx context.Context, a rest.Attempt) func(int, rest.Class) {
				return startRequestSpan(ctx, tracer, address, a)
			}
		},
		end: func(ctx context.Context) {
			if err := provider.Shutdown(ctx); err != nil {
				report(err)
			}
		},
	}, nil
}

// withoutURL returns the cause of an error without the address, which can contain a
// secret.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return errors.New("the collector rejected them") // the error contains its address
}

// startCallSpan starts the span of a call of a tool. Its parent is in the metadata of the
// call, or else in the header of the HTTP request, which otherwise is linked.
func startCallSpan(ctx context.Context, tracer trace.Tracer, call server.TracedCall) (context.Context, func(server.CallEnd)) {
	transport := semconv.NetworkTransportPipe
	if call.HTTP {
		transport = semconv.NetworkTransportTCP
	}
	attributes := []attribute.KeyValue{mcpMethodName.String("tools/call"), semconv.GenAIToolName(call.Tool), semconv.GenAIOperationNameExecuteTool, transport}
	if call.Version != "" {
		attributes = append(attributes, mcpProtocolVersion.String(call.Version))
	}
	options := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer)}
	parent, below := remoteParent(call.Meta), remoteParent(call.Header)
	switch {
	case parent.IsValid() && below.IsValid():
		options = append(options, trace.WithLinks(trace.Link{SpanContext: below}))
	case below.IsValid():
		parent = below
	}
	ctx, span := tracer.Start(trace.ContextWithRemoteSpanContext(ctx, parent), "tools/call "+call.Tool, append(options, trace.WithAttributes(attributes...))...)
	return ctx, func(end server.CallEnd) {
		if end.Class != "" {
			span.SetAttributes(errorClass.String(string(end.Class)))
		}
		switch {
		case end.Internal:
			span.SetAttributes(semconv.ErrorTypeKey.String("-32603"), semconv.RPCResponseStatusCode("-32603"))
			span.SetStatus(codes.Error, "")
		case end.Failed:
			span.SetAttributes(semconv.ErrorTypeKey.String("tool_error"))
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

func remoteParent(c server.TraceContext) trace.SpanContext {
	carrier := propagation.MapCarrier{"traceparent": c.Parent, "tracestate": c.State}
	return trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), carrier))
}

// startRequestSpan starts the span of a request to a forge.
func startRequestSpan(ctx context.Context, tracer trace.Tracer, address []attribute.KeyValue, a rest.Attempt) func(int, rest.Class) {
	method, path, _ := strings.Cut(a.Endpoint, " ")
	attributes := append(slices.Clip(address), semconv.HTTPRequestMethodKey.String(method), semconv.URLTemplate(path))
	if resent := a.Number - 1 + a.Redirects; resent > 0 {
		attributes = append(attributes, semconv.HTTPRequestResendCount(resent))
	}
	if a.Waited > 0 {
		attributes = append(attributes, requestWait.Float64(a.Waited.Seconds()))
	}
	_, span := tracer.Start(ctx, a.Endpoint, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attributes...))
	return func(status int, class rest.Class) {
		if status != 0 {
			span.SetAttributes(semconv.HTTPResponseStatusCode(status))
		}
		failure := string(class)
		if status >= 400 {
			failure = strconv.Itoa(status)
		}
		if failure != "" && (status < 300 || status >= 400) { // a redirect is followed
			span.SetAttributes(semconv.ErrorTypeKey.String(failure))
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// addressAttributes returns the host and the port of a base URL.
func addressAttributes(baseURL string) []attribute.KeyValue {
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		if port = 443; u.Scheme == "http" {
			port = 80
		}
	}
	return []attribute.KeyValue{semconv.ServerAddress(u.Hostname()), semconv.ServerPort(port)}
}

package main

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// tracing records what the process does as spans. The tag otel selects the build that
// can: OpenTelemetry's exporter adds half to the size of the program.
type tracing struct {
	call    func(context.Context, server.TracedCall) (context.Context, func(server.CallEnd))
	request func(baseURL string) func(context.Context, rest.Attempt) func(status int, class rest.Class)
	end     func(context.Context) // exports what has not been exported
}

// traceFlush is how long the end of the process may wait for the collector.
const traceFlush = 2 * time.Second

// traceEndpoints are the variables with the address of a collector. The exporter reads
// its other settings from the environment too.
var traceEndpoints = []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"}

// traceEndpoint returns the variable that asks for traces, or "".
func traceEndpoint() string {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") || strings.EqualFold(os.Getenv("OTEL_TRACES_EXPORTER"), "none") {
		return ""
	}
	for _, variable := range traceEndpoints {
		if os.Getenv(variable) != "" {
			return variable
		}
	}
	return ""
}

// startTraces starts to trace calls and requests, if the environment asks for it. The
// function that it returns exports what is left at the end of the process.
func (s *settings) startTraces() (end func()) {
	variable := traceEndpoint()
	if variable == "" {
		return func() {}
	}
	logger := slog.New(slog.NewTextHandler(s.stderr, &slog.HandlerOptions{Level: s.logLevel}))
	traces, err := newTracing(version(), logger)
	if err != nil {
		logger.Warn("there are no traces, although "+variable+" is set", "error", err)
		return func() {}
	}
	s.traces = traces
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), traceFlush)
		defer cancel()
		traces.end(ctx)
	}
}

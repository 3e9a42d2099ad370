//go:build !otel

package main

import (
	"errors"
	"log/slog"
)

// newTracing returns an error, because the exporter is in another build.
func newTracing(string, *slog.Logger) (*tracing, error) {
	return nil, errors.New("this program is built without OpenTelemetry; build it with -tags otel")
}

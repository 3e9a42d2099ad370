//go:build !otel

package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTracesNeedTheirBuild checks that a program without the exporter says so once.
func TestTracesNeedTheirBuild(t *testing.T) {
	t.Parallel()
	call := []string{"call", "get_issue", "owner=openharbor", "repo=portal", "number=1", "--sandbox"}
	for name, test := range map[string]struct {
		env      []string
		warnings int
	}{
		"not set":          {nil, 0},
		"set":              {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"}, 1},
		"set for traces":   {[]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:1"}, 1},
		"disabled":         {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1", "OTEL_SDK_DISABLED=true"}, 0},
		"another exporter": {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1", "OTEL_TRACES_EXPORTER=none"}, 0},
	} {
		stdout, stderr, status := run(t, "", test.env, call...)
		assert.Zero(t, status, name)
		assert.Contains(t, stdout, "number: 1\n", name)
		assert.Equal(t, test.warnings, strings.Count(stderr, "build it with -tags otel"), name)
	}
}

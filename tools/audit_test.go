package tools_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TestAuditRecordsWhatWasSent checks that a write is recorded with its true
// outcome, and not at all if it was not sent.
func TestAuditRecordsWhatWasSent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err     error
		written string
		outcome string // "" if nothing is recorded
	}{
		"success":               {nil, "", "ok"},
		"part of it failed":     {nil, tools.Partial, "partial"},
		"failed":                {&rest.Error{Class: rest.Forbidden, Endpoint: "POST /x"}, "", "forbidden"},
		"without a class":       {errors.New("boom"), "", "failed"},
		"not sent":              {&rest.Error{Class: rest.RateLimited, Endpoint: "POST /x", NotSent: true}, "", ""},
		"the read before fails": {&rest.Error{Class: rest.Forbidden, Endpoint: "GET /x", Status: 403}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var outcomes []string
			tool := tools.Write(tools.Spec{Name: "x", Effect: tools.Adds}, func(context.Context, ref) (box, error) { return box{}, test.err },
				func(ref, box) boxWritten { return boxWritten{Written: tools.Written{Outcome: test.written}} })
			forge := &tools.Forge{Client: newIdleClient(t)}
			call(t, forge.Toolset("x", tool)[0], tools.Env{Audit: func(r tools.Record) { outcomes = append(outcomes, r.Outcome) }})
			if test.outcome == "" {
				assert.Empty(t, outcomes)
				return
			}
			assert.Equal(t, []string{test.outcome}, outcomes)
		})
	}
}

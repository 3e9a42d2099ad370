package tools_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
		"nothing to change":     {nil, tools.Unchanged, ""},
		"failed":                {&rest.Error{Class: rest.Forbidden, Endpoint: "POST /x"}, "", "forbidden"},
		"without a class":       {errors.New("boom"), "", "failed"},
		"not sent":              {&rest.Error{Class: rest.RateLimited, Endpoint: "POST /x", NotSent: true}, "", ""},
		"the read before fails": {&rest.Error{Class: rest.Forbidden, Endpoint: "GET /x", Status: 403}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var outcomes []string
			tool := tools.Write(tools.Spec{Name: "x", Effect: tools.Adds}, func(context.Context, *ref) (*box, error) { return nil, test.err },
				func(*ref, *box) *boxWritten { return &boxWritten{Written: tools.Written{Outcome: test.written}} })
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

// TestAuditOfSteps checks that each step that wrote something is recorded as it
// happens, and then not the call as a whole.
func TestAuditOfSteps(t *testing.T) {
	t.Parallel()
	steps := []rest.Step{
		{Done: 1, Total: 3, Target: "shelf a#1", Outcome: "ok", ID: 5},
		{Done: 2, Total: 3},
		{Done: 3, Total: 3, Target: "shelf a#3 depot-token", Outcome: "forbidden"},
	}
	for name, test := range map[string]struct {
		steps  []rest.Step
		err    error
		dryRun bool
		want   []tools.Record
	}{
		"steps":           {steps, nil, false, []tools.Record{{Target: "shelf a#1", Outcome: "ok", ID: 5}, {Target: "shelf a#3 [token removed]", Outcome: "forbidden"}}},
		"a call fails":    {steps[:1], errors.New("boom"), false, []tools.Record{{Target: "shelf a#1", Outcome: "ok", ID: 5}}},
		"steps that read": {steps[1:2], nil, false, []tools.Record{{Target: "shelf a", Outcome: "ok"}}},
		"a dry run":       {steps, nil, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var records []tools.Record
			var progress [][2]int
			var recorded []int // after each step
			tool := tools.Write(tools.Spec{Name: "x", Effect: tools.Adds}, func(ctx context.Context, _ *ref) (*box, error) {
				for _, s := range test.steps {
					rest.ReportStep(ctx, s)
					recorded = append(recorded, len(records))
				}
				return nil, test.err
			}, func(*ref, *box) *boxWritten { return &boxWritten{} })
			c, err := rest.New(rest.Forge{BaseURL: "http://depot.test"}, rest.Config{Token: token})
			require.NoError(t, err)
			call(t, (&tools.Forge{Client: c}).Toolset("x", tool)[0], tools.Env{
				DryRun:   test.dryRun,
				Audit:    func(r tools.Record) { records = append(records, r) },
				Progress: func(done, total int) { progress = append(progress, [2]int{done, total}) },
			})
			for i := range test.want {
				test.want[i].Tool, test.want[i].User = "x", "1ea89195"
			}
			assert.Equal(t, test.want, records)
			if name == "steps" {
				assert.Equal(t, []int{1, 1, 2}, recorded)
				assert.Equal(t, [][2]int{{1, 3}, {2, 3}, {3, 3}}, progress)
			}
		})
	}
}

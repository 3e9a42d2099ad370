package rest_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestCountedSteps checks that the steps of one part of a call go on where those of
// another ended.
func TestCountedSteps(t *testing.T) {
	t.Parallel()
	var steps, last, total atomic.Int64
	ctx := rest.WithSteps(t.Context(), func(s rest.Step) {
		steps.Add(1)
		last.Store(max(last.Load(), int64(s.Done)))
		total.Store(int64(s.Total))
	})
	counting, done := rest.CountSteps(ctx)
	assert.Zero(t, done())
	rest.ReportStep(counting, rest.Step{Done: 1, Total: 2})
	rest.ReportStep(counting, rest.Step{Done: 2, Total: 2})
	rest.ReportStep(rest.WithoutSteps(counting), rest.Step{Done: 100})
	assert.Equal(t, 2, done())
	rest.InParallelWithSteps(ctx, 1, done(), func(int) {})
	assert.EqualValues(t, 3, steps.Load())
	assert.EqualValues(t, 3, last.Load())
	assert.EqualValues(t, 3, total.Load())
	rest.InParallelWithSteps(ctx, 5, 3, func(int) {})
	assert.EqualValues(t, 8, steps.Load())
	assert.EqualValues(t, 8, total.Load())
}

package rest

import (
	"context"
	"sync/atomic"
)

// Step is the progress of a call that makes several requests.
type Step struct {
	Done, Total int // pages, issues or whatever the call works through; Total is 0 if unknown

	// A step that wrote something also describes it for the audit log.
	Target  string // what was written, such as "owner/repo#7"; "" if nothing was
	Outcome string // as in the audit log: "ok", or else what went wrong
	ID      int64  // of the object written; 0 if unknown
}

// stepsKey finds the function that is called after each step in a context.
type stepsKey struct{}

// WithSteps returns a context in which calls report their progress to report.
// It may be called from several goroutines.
func WithSteps(ctx context.Context, report func(Step)) context.Context {
	return context.WithValue(ctx, stepsKey{}, report)
}

// ReportStep reports progress to the function that ctx carries, if any.
func ReportStep(ctx context.Context, s Step) {
	if report, ok := ctx.Value(stepsKey{}).(func(Step)); ok {
		report(s)
	}
}

// WithoutSteps returns a context for reads that are no progress of their own.
func WithoutSteps(ctx context.Context) context.Context {
	return WithSteps(ctx, func(Step) {})
}

// CountSteps returns a context in which calls report their progress as in ctx, and a
// function that returns how much was done last, to go on from.
func CountSteps(ctx context.Context) (counting context.Context, done func() int) {
	var last atomic.Int64
	counting = WithSteps(ctx, func(s Step) {
		last.Store(int64(s.Done))
		ReportStep(ctx, s)
	})
	return counting, func() int { return int(last.Load()) }
}

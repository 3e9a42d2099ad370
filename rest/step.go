package rest

import "context"

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

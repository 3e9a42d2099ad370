package gitcode

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// write makes the changes until everything is done or something stops it.
func (b *bulk) write(ctx context.Context) {
	for n, i := range b.issues {
		switch {
		case i.err != nil && stops(i.err): // it could not be read in this call
			b.stopped = i.err
			continue
		case i.err != nil:
			i.outcome = Failed
		case i.todo.isEmpty():
			i.outcome = Unchanged
		case b.stopped == nil:
			b.change(ctx, i)
		}
		if i.outcome != "" {
			rest.ReportStep(ctx, i.step(n+1, len(b.issues), b.dryRun))
		}
	}
}

// readLate reads an issue that was not read before the first write. It reports
// whether anything is left to do.
func (b *bulk) readLate(ctx context.Context, i *bulkIssue) bool {
	if i.err = b.mayBegin(ctx); i.err == nil {
		_, i.err = b.reread(ctx, i)
	}
	switch {
	case stops(i.err):
		b.stopped, i.err = i.err, nil
		return false
	case i.err != nil:
		i.outcome = Failed
		return false
	}
	comments := i.todo.comments // without those posted already
	i.todo = i.goal.left(i.seen)
	i.todo.comments = comments
	if i.todo.isEmpty() {
		i.outcome = Unchanged
	}
	return i.outcome == ""
}

// mayBegin returns why neither another issue nor another part of one may be
// begun, or nil.
func (b *bulk) mayBegin(ctx context.Context) error {
	if ctx.Err() != nil {
		return &rest.Error{Class: rest.Canceled, Message: "canceled", NotSent: true, Err: context.Cause(ctx)}
	}
	if limit := b.client.MaxDuration(); limit > 0 && time.Since(b.start) >= limit {
		return timeUsedUp(limit)
	}
	return nil
}

// timeUsedUp is the error of a call that took longer than it may.
type timeUsedUp time.Duration

func (t timeUsedUp) Error() string {
	return fmt.Sprintf("the time for one call, %v, is used up", time.Duration(t))
}

// change changes an issue. If nothing was written because of an error that stops
// the whole call, the issue counts as not begun.
func (b *bulk) change(ctx context.Context, i *bulkIssue) {
	// A rehearsal assumes that all of it is left to do: its reads would be old by the
	// time of the writes.
	if i.unread && !b.client.IsRehearsal(ctx) && !b.readLate(ctx, i) {
		return
	}
	// A PATCH may drop labels, so they come after it.
	for _, step := range []func(context.Context, *bulkIssue) error{b.patch, b.addLabels, b.removeLabels, b.comment} {
		if i.todo.isEmpty() {
			break
		}
		if i.err = b.mayBegin(ctx); i.err != nil {
			break
		}
		for i.err = step(ctx, i); i.err != nil && b.waitOut(ctx, i.err); {
			i.err = step(ctx, i)
		}
		if i.err != nil {
			break
		}
	}
	if stops(i.err) {
		if b.stopped = i.err; !i.wrote {
			i.err = nil
			return
		}
	}
	switch {
	case i.err == nil && b.dryRun:
		i.outcome = Planned
	case i.err == nil:
		i.outcome = Done
	case i.outcome != Unknown:
		i.outcome = Failed
	}
}

// waitOut waits until GitCode's rate limit allows the request that failed. It
// reports false if err is another error, or if that takes longer than the call
// may wait in all.
func (b *bulk) waitOut(ctx context.Context, err error) bool {
	const unknown = 5 * time.Second // the wait if GitCode does not say
	e, ok := errors.AsType[*rest.Error](err)
	if !ok || e.Class != rest.RateLimited || e.Status == 0 {
		return false
	}
	wait, limit := cmp.Or(e.RetryAfter, unknown), b.client.MaxDuration()
	if b.waited += wait; b.waited > b.client.MaxWait() || limit > 0 && time.Since(b.start)+wait >= limit {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// stops reports whether an error would meet every other request too.
func stops(err error) bool {
	if _, ok := errors.AsType[timeUsedUp](err); ok {
		return true
	}
	class := rest.ErrorClass(err)
	return class == rest.Unauthenticated || class == rest.RateLimited || class == rest.Canceled
}

// step describes the issue for progress and the audit log.
func (i *bulkIssue) step(done, total int, dryRun bool) rest.Step {
	s := rest.Step{Done: done, Total: total}
	e, failed := errors.AsType[*rest.Error](i.err)
	if dryRun || !i.wrote && (!failed || e.NotSent || strings.HasPrefix(e.Endpoint, "GET ")) {
		return s
	}
	s.Target, s.Outcome, s.ID = i.Target(), "ok", int64(i.seen.ID)
	switch {
	case i.outcome == Unknown:
		s.Outcome = string(rest.OutcomeUnknown)
	case i.err != nil && i.wrote:
		s.Outcome = "partial"
	case failed:
		s.Outcome = string(e.Class)
	}
	return s
}

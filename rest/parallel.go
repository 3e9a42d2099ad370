package rest

import (
	"context"
	"sync"
	"sync/atomic"
)

// InParallel calls do with 0 to n-1, in up to as many goroutines as a user may
// have requests in flight. It returns when all calls have returned.
func InParallel(n int, do func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(n, MaxInFlight) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// InParallelWithSteps is like InParallel and reports a step after each call. Done
// steps came before.
func InParallelWithSteps(ctx context.Context, n, done int, do func(i int)) {
	var finished atomic.Int64
	InParallel(n, func(i int) {
		do(i)
		ReportStep(ctx, Step{Done: done + int(finished.Add(1)), Total: done + n})
	})
}

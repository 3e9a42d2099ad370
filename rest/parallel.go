package rest

import "sync"

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

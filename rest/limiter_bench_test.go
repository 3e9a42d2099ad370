package rest

import (
	"fmt"
	"strconv"
	"testing"
	"time"
)

// BenchmarkNewUser measures the first request of a user among others.
func BenchmarkNewUser(b *testing.B) {
	for _, known := range []int{1, 1_000, 100_000} {
		b.Run(fmt.Sprintf("known=%d", known), func(b *testing.B) {
			ls := newLimiters([]Rate{{50, time.Minute}, {4000, time.Hour}}, time.Minute)
			for i := range known {
				ls.forToken("known" + strconv.Itoa(i))
			}
			n := 0
			for b.Loop() {
				ls.forToken("new" + strconv.Itoa(n))
				n++
			}
		})
	}
}

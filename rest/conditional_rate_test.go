package rest_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestConfirmedReadsMakeRoom checks that the request of a 304 lets the next one go
// that waits for the rate, and that the window still holds for the others.
func TestConfirmedReadsMakeRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &confirming{}
		c := newClientOf(t, conditional(), service, rest.Config{Rates: []rest.Rate{{Requests: 2, Per: time.Minute}}, MaxWait: 10 * time.Minute})
		start := time.Now()
		require.NoError(t, getThing(t.Context(), c))
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { assert.NoError(t, getThing(t.Context(), c)) })
		}
		wg.Wait()
		assert.Zero(t, time.Since(start))
		assert.Len(t, service.tags, 11)
		for _, want := range []time.Duration{0, time.Minute, time.Minute} {
			require.NoError(t, updateThing(t.Context(), c))
			assert.Equal(t, want, time.Since(start))
		}
	})
}

// TestConfirmedReadIsGivenBackItself checks that the time of the request that was
// confirmed no longer counts, and no other's.
func TestConfirmedReadIsGivenBackItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClientOf(t, conditional(), &confirming{}, rest.Config{Rates: []rest.Rate{{Requests: 3, Per: time.Minute}}, MaxWait: 2 * time.Minute})
		start := time.Now()
		require.NoError(t, getThing(t.Context(), c))
		time.Sleep(30 * time.Second)
		require.NoError(t, getThing(t.Context(), c))
		for _, want := range []time.Duration{30 * time.Second, 30 * time.Second, 60 * time.Second, 90 * time.Second} {
			require.NoError(t, updateThing(t.Context(), c))
			assert.Equal(t, want, time.Since(start))
		}
	})
}

// TestConfirmationPauses checks that the header of a 304 can pause its user.
func TestConfirmationPauses(t *testing.T) {
	t.Parallel()
	f := pausing()
	f.Conditional = true
	c := newClientOf(t, f, &confirming{confirmation: []string{"Pause", "60"}}, rest.Config{})
	require.NoError(t, getThing(t.Context(), c))
	require.NoError(t, getThing(t.Context(), c))
	assert.True(t, errorOf(t, getThing(t.Context(), c)).Paused)
}

// TestConditionalReadsOfRealServer checks conditional reads against the standard
// library's implementation of entity tags.
func TestConditionalReadsOfRealServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tag, body := `"a"`, thing7
		transport := pipeServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Etag", tag)
			http.ServeContent(w, r, "thing.json", time.Time{}, strings.NewReader(body))
		}))
		var statuses []int
		c := newClientOf(t, conditional(), transport, rest.Config{Observe: func(a rest.Attempt) { statuses = append(statuses, a.Status) }})
		read := func() int {
			got, err := rest.Call[thing](t.Context(), c, endpoint7, thingRef{"o", 7})
			require.NoError(t, err)
			return got.ID
		}
		assert.Equal(t, []int{7, 7}, []int{read(), read()})
		tag, body = `W/"b"`, `{"id":8}`
		assert.Equal(t, []int{8, 8}, []int{read(), read()})
		assert.Equal(t, []int{200, 304, 200, 304}, statuses)
	})
}

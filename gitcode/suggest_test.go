package gitcode

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// slow responds with a label after a second.
type slow struct{ requests atomic.Int32 }

func (s *slow) RoundTrip(r *http.Request) (*http.Response, error) {
	s.requests.Add(1)
	select {
	case <-time.After(time.Second):
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader(`[{"name":"bug"}]`))}, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// TestCanceledSuggestions checks that one request serves somebody who types faster than
// GitCode responds.
func TestCanceledSuggestions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &slow{}
		c, err := New(Config{Token: "secret", Transport: service, Rates: rest.Unlimited})
		require.NoError(t, err)
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			names, err := c.RepoNames(ctx, RepoRef{"o", "r"}, PartLabels)
			cancel()
			if err == nil {
				assert.Equal(t, []string{"bug"}, names)
			}
		}
		names, err := c.RepoNames(t.Context(), RepoRef{"o", "r"}, PartLabels)
		require.NoError(t, err)
		assert.Equal(t, []string{"bug"}, names)
		assert.EqualValues(t, 1, service.requests.Load())
	})
}

package gitcode

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestCollaborators checks that the members of a repository are read up to 500,
// and cached.
func TestCollaborators(t *testing.T) {
	t.Parallel()
	repo := RepoRef{Owner: "o", Repo: "r"}
	for _, test := range []struct{ people, names, requests int }{{0, 0, 1}, {3, 3, 1}, {150, 150, 2}, {500, 500, 5}, {5_000, 500, 5}} {
		requests := 0
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests++
			page, _ := strconv.Atoi(r.URL.Query().Get("page"))
			rows := []map[string]any{}
			for n := (page - 1) * 100; n < min(page*100, test.people); n++ {
				rows = append(rows, map[string]any{"id": strconv.Itoa(n), "username": fmt.Sprintf("user%d", n), "name": "User"})
			}
			w.Header().Set("total_count", strconv.Itoa(test.people))
			json.NewEncoder(w).Encode(rows)
		}))
		t.Cleanup(web.Close)
		c, err := New(Config{BaseURL: web.URL, Token: "t", MaxWait: -1, Rates: rest.Unlimited})
		require.NoError(t, err)
		for range 2 {
			people, err := c.collaborators(t.Context(), repo, time.Now().Add(-cacheTime))
			require.NoError(t, err)
			assert.Len(t, people, test.names)
		}
		assert.Equal(t, test.requests, requests)
	}
	c, err := New(Config{BaseURL: "http://gitcode.test", Token: "t", MaxWait: -1, Transport: failing{}})
	require.NoError(t, err)
	_, err = c.collaborators(t.Context(), repo, time.Now())
	assert.Error(t, err)
}

type failing struct{}

func (failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, http.ErrServerClosed }

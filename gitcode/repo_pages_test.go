package gitcode_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// numbered is a service with a number of labels in pages.
func numbered(total int, withTotals bool) *paths {
	s := offers()
	delete(s.responses, labelsPath)
	s.handler = func(w http.ResponseWriter, r *http.Request) {
		var page, size int
		fmt.Sscan(r.URL.Query().Get("page"), &page)
		fmt.Sscan(r.URL.Query().Get("per_page"), &size)
		rows := []map[string]any{}
		for i := (page - 1) * size; i < min(page*size, total); i++ {
			rows = append(rows, map[string]any{"id": i + 1, "name": fmt.Sprintf("label %04d", i)})
		}
		if withTotals {
			w.Header()["total_count"], w.Header()["total_page"] = []string{fmt.Sprint(total)}, []string{fmt.Sprint((total + size - 1) / size)}
		}
		json.NewEncoder(w).Encode(rows)
	}
	return s
}

func TestGetRepoWithManyLabels(t *testing.T) {
	t.Parallel()
	s := numbered(5_000, true)
	c := newClient(t, s)
	result, err := c.GetRepo(t.Context(), getRepo)
	require.NoError(t, err)
	assert.Equal(t, map[string]int{labelsPath: 1, milestonesPath: 1, peoplePath: 1, issuesPath: 1}, s.sent(), "no fifth request for the second page")
	assert.Len(t, result.Labels.Items, 100)
	assert.Equal(t, new(5_000), result.Labels.Total)
	assert.True(t, result.Labels.More)

	result, err = c.GetRepo(t.Context(), fields("labels"))
	require.NoError(t, err)
	assert.Equal(t, map[string]int{labelsPath: 4}, s.sent(), "further pages as far as four requests allow")
	assert.Len(t, result.Labels.Items, 500)

	c = newClient(t, numbered(250, false))
	result, err = c.GetRepo(t.Context(), fields("labels"))
	require.NoError(t, err)
	assert.Len(t, result.Labels.Items, 250)
	assert.Nil(t, result.Labels.Total)
	assert.False(t, result.Labels.More)

	// A service that ignores the page number.
	s = numbered(100, false)
	all := s.handler
	s.handler = func(w http.ResponseWriter, r *http.Request) {
		r.URL.RawQuery = "page=1&per_page=100"
		all(w, r)
	}
	result, err = newClient(t, s).GetRepo(t.Context(), fields("labels"))
	require.NoError(t, err)
	assert.Len(t, result.Labels.Items, 100)
	assert.False(t, result.Labels.More)
	assert.Equal(t, map[string]int{labelsPath: 2}, s.sent())

	// A second page that fails leaves the first, and is requested again.
	s = numbered(250, true)
	all = s.handler
	fail := true
	s.handler = func(w http.ResponseWriter, r *http.Request) {
		if fail && r.URL.Query().Get("page") == "2" {
			http.Error(w, "", http.StatusServiceUnavailable)
			return
		}
		all(w, r)
	}
	c = newClient(t, s)
	result, err = c.GetRepo(t.Context(), fields("labels"))
	require.NoError(t, err)
	require.NoError(t, result.Labels.Err)
	assert.Len(t, result.Labels.Items, 100)
	assert.True(t, result.Labels.More)
	s.sent()
	fail = false
	result, err = c.GetRepo(t.Context(), fields("labels"))
	require.NoError(t, err)
	assert.Len(t, result.Labels.Items, 250)
	assert.Equal(t, map[string]int{labelsPath: 2}, s.sent())
}

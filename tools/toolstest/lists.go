package toolstest

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// PageOf returns the part of a list that a request asks for by page and per_page,
// whose default is size, and these two. It fails if they are not integers.
func PageOf(r *http.Request, rows []string, size int) (part []string, page, perPage int, err error) {
	page, perPage = 1, size
	for name, n := range map[string]*int{"page": &page, "per_page": &perPage} {
		if text := r.URL.Query().Get(name); text != "" {
			if *n, err = strconv.Atoi(text); err != nil {
				return nil, 0, 0, err
			}
		}
	}
	start := min((page-1)*perPage, len(rows))
	return rows[start:min(start+perPage, len(rows))], page, perPage, nil
}

// ListResult is the result of a list.
type ListResult[Row any] struct {
	Rows     []Row
	Total    *int
	NextPage json.Number `json:"next_page"`
	Cut      string
}

// ReadByNextPage reads a list by next_page alone, with at most so many calls. No
// result may be longer than bound bytes, or have more rows than the limit unless that
// is 0.
func ReadByNextPage[Row any](t *testing.T, list tools.Tool, arguments map[string]any, bound, limit, calls int) []ListResult[Row] {
	t.Helper()
	arguments = maps.Clone(arguments)
	if limit > 0 {
		arguments["limit"] = limit
	}
	var results []ListResult[Row]
	for range calls {
		encoded, err := json.Marshal(arguments)
		require.NoError(t, err)
		result, _ := list.Call(t.Context(), tools.Env{MaxResult: bound}, encoded)
		text := Text(t, result)
		require.False(t, result.IsError, text)
		require.LessOrEqual(t, len(text), bound)
		var value ListResult[Row]
		require.NoError(t, json.Unmarshal([]byte(text), &value))
		if limit > 0 {
			require.LessOrEqual(t, len(value.Rows), limit)
		}
		results = append(results, value)
		if value.NextPage == "" {
			return results
		}
		arguments["page"] = value.NextPage
	}
	require.Fail(t, "the list does not end")
	return nil
}

package rest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// rawRow is a row that keeps a member as the response writes it.
type rawRow struct {
	ID   lenient.Int     `json:"id"`
	Name lenient.Text    `json:"name"`
	Raw  json.RawMessage `json:"raw"`
}

func (r rawRow) IsEmpty() bool    { return r.ID == 0 }
func (r rawRow) Identity() string { return fmt.Sprint(r.ID) }

// TestResultsOutliveTheirResponses checks that nothing which was decoded from a
// response, and no Body of a Response, changes when its buffer is used again.
func TestResultsOutliveTheirResponses(t *testing.T) {
	t.Parallel()
	f := forge()
	f.Decode = lenient.Decode
	f.PerPage = 20
	f.PageInfo = func(http.Header) rest.PageInfo { return rest.PageInfo{} }
	c := newClientOf(t, f, inMemory(func(r *http.Request) (*http.Response, error) {
		row := strings.ReplaceAll(`{"id":N,"name":"name N","raw":{"n":N}}`, "N", path.Base(r.URL.Path))
		if r.URL.Query().Has("list") {
			row = "[" + row + "]"
		}
		return response(200, row), nil
	}), rest.Config{})
	read := func(id int) error {
		one, err := rest.Call[rawRow](t.Context(), c, "GET /{id}", map[string]int{"id": id})
		if err != nil {
			return err
		}
		req, err := rest.NewRequest("GET /{id}", map[string]int{"id": id})
		if err != nil {
			return err
		}
		_, kept, err := rest.Do[rawRow](t.Context(), c, req)
		if err != nil {
			return err
		}
		req.Query.Set("list", "")
		page, err := rest.List(t.Context(), c, req, rest.Paging{}, rest.ListOptions[*rawRow]{})
		if err != nil {
			return err
		}
		if err = rest.Send(t.Context(), c, "GET /{id}", map[string]int{"id": 9999}); err != nil {
			return err
		}
		want := &rawRow{lenient.Int(id), lenient.Text(fmt.Sprint("name ", id)), json.RawMessage(fmt.Sprintf(`{"n":%d}`, id))}
		assert.Equal(t, want, one)
		assert.Equal(t, []*rawRow{want}, page.Items)
		assert.Equal(t, fmt.Sprintf(`{"id":%d,"name":"name %d","raw":{"n":%d}}`, id, id, id), string(kept.Body))
		return nil
	}
	errs := make([]error, 1000)
	rest.InParallel(len(errs), func(i int) { errs[i] = read(1000 + i) })
	require.NoError(t, errors.Join(errs...))
}

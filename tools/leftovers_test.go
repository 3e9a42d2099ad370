package tools_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TestLeftoversHoldNothingElse checks that the rows which did not fit in a result
// hold neither the rows that did nor the items that all of them were made of.
func TestLeftoversHoldNothingElse(t *testing.T) {
	t.Parallel()
	type row struct {
		Text string `json:"text"`
		item *box
	}
	var items []weak.Pointer[box]
	tool := tools.Read("x", "", func(context.Context, *ref) (*rest.Page[*box], error) {
		page := &rest.Page[*box]{}
		for n := range 10 {
			item := &box{Text: strings.Repeat("x", 200)}
			items = append(items, weak.Make(item))
			page.Items, page.Starts = append(page.Items, item), append(page.Starts, rest.NewPageNumber(1, n))
		}
		return page, nil
	}, func(_ *ref, page *rest.Page[*box]) *tools.List[*row] {
		return tools.PageOf(page, func(b *box) *row {
			r := &row{Text: b.Text}
			if b == page.Items[0] {
				r.item = b // as a row does that can cut its text
			}
			return r
		})
	})
	forge := &tools.Forge{Client: newIdleClient(t)}
	text, _ := call(t, forge.Toolset("x", tool)[0], tools.Env{MaxResult: 1000})
	assert.Contains(t, text, "repeat the call with page=1.")
	runtime.GC()
	for n, item := range items {
		assert.Nil(t, item.Value(), "item %d", n)
	}
	runtime.KeepAlive(forge)
}

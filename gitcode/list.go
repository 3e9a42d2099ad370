package gitcode

import (
	"context"
	"net/http"
	"strconv"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// unsent are the members of params that GitCode does not know.
var unsent = []string{"limit", "fields", "include", "numbers"}

// list is rest.Call for lists with pages.
func list[T rest.Row](ctx context.Context, c *Client, endpoint string, params interface{ paging() rest.Paging }) (*rest.Page[T], error) {
	return listWith(ctx, c, endpoint, params, rest.ListOptions[T]{})
}

// listWith is list for a list that options describe.
func listWith[T rest.Row](ctx context.Context, c *Client, endpoint string, params interface{ paging() rest.Paging }, options rest.ListOptions[T]) (*rest.Page[T], error) {
	req, err := rest.NewRequest(endpoint, params)
	if err != nil {
		return nil, err
	}
	for _, name := range unsent {
		req.Query.Del(name)
	}
	options.AtOnce = true
	options.Received = func(req *rest.Request, header http.Header) { c.rememberCounts(ctx, req, header) }
	return rest.List(ctx, c.Client, req, params.paging(), options)
}

// listAll is rest.Call for lists without pages. If the list has more rows than the
// limit, it returns the first ones, with the number of all.
func listAll[T lenient.Row](ctx context.Context, c *Client, endpoint string, params any, limit RowLimit) (*rest.Page[T], error) {
	result, err := rest.Call[lenient.AllRows[T]](ctx, c.Client, endpoint, params)
	if err != nil {
		return nil, err
	}
	page := &rest.Page[T]{Items: result.Items, Unreadable: result.Unreadable}
	if all := len(page.Items); limit.Limit > 0 && all > limit.Limit {
		page.Items, page.Total = page.Items[:limit.Limit], &all
	}
	return page, nil
}

// pageInfo returns what the header of a page reports of the whole list.
func pageInfo(header http.Header) rest.PageInfo {
	return rest.PageInfo{Total: intHeader(header, "total_count"), Last: intHeader(header, "total_page")}
}

// intHeader returns a header that holds a number, or nil.
func intHeader(h http.Header, name string) *int {
	n, err := strconv.Atoi(h.Get(name))
	const most = 1_000_000_000 // so that no sum overflows
	if err != nil || n < 0 || n > most {
		return nil
	}
	return &n
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
)

// ref are arguments of both tools.
type ref struct {
	Owner  string `json:"owner"`
	Repo   string `json:"repo"`
	Number int    `json:"number,omitempty"`
}

// BenchmarkDecode measures what a tool asks its client for: a request to a service in
// memory, and decoding its response, a list of issues of 204 kB or one issue. For
// comparison, encoding/json decodes the list into plain structs with the members that a
// row shows.
func BenchmarkDecode(b *testing.B) {
	client := newTestClient(b)
	repo := gitcode.RepoRef{Owner: "o", Repo: "r"}
	b.Run("list", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			page, err := client.ListRepoIssues(b.Context(), &gitcode.ListRepoIssuesParams{RepoRef: repo})
			require.NoError(b, err)
			require.Len(b, page.Items, pageSize)
		}
	})
	b.Run("issue", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := client.GetIssue(b.Context(), &gitcode.GetIssueParams{IssueRef: gitcode.IssueRef{RepoRef: repo, Number: 7}})
			require.NoError(b, err)
		}
	})
	type person struct{ Login string }
	type plain struct {
		Number, State, Title, Body string
		User, Assignee             person
		Labels                     []struct{ Name string }
	}
	b.Run("list, plain structs", func(b *testing.B) {
		text := issues(1, pageSize)
		b.ReportAllocs()
		for b.Loop() {
			var list []plain
			require.NoError(b, json.Unmarshal(text, &list))
		}
	})
}

// BenchmarkTool measures tools without MCP, with a service in memory: what
// BenchmarkDecode measures, checking the arguments before, the view and encoding the
// result after.
func BenchmarkTool(b *testing.B) {
	for name, call := range map[string]string{"list": listCall, "issue": getCall} {
		b.Run(name, func(b *testing.B) {
			tool, arguments := toolOf(b, call)
			callTool(b, tool, arguments)
		})
	}
}

// BenchmarkEncode measures how results become text, with hidden characters and secrets
// removed. It calls tools whose results are there already.
func BenchmarkEncode(b *testing.B) {
	type rows = tools.List[*toolset.DetailedRow]
	list, issue := resultOf[rows](b, listCall), resultOf[toolset.Issue](b, getCall)
	forge := &tools.Forge{Client: newTestClient(b).Client}
	for _, tool := range forge.Toolset("encode",
		tools.Read("list", "", func(context.Context, *ref) (*rows, error) { return new(list), nil }, func(_ *ref, v *rows) *rows { return v }),
		tools.Read("issue", "", func(context.Context, *ref) (*toolset.Issue, error) { return new(issue), nil }, func(_ *ref, v *toolset.Issue) *toolset.Issue { return v }),
	) {
		b.Run(tool.Name, func(b *testing.B) { callTool(b, tool, json.RawMessage(`{"owner":"o","repo":"r"}`)) })
	}
}

// BenchmarkCall measures whole calls: an MCP client over pipes, and a service on
// loopback, all in this process.
func BenchmarkCall(b *testing.B) {
	web := httptest.NewServer(newStub())
	b.Cleanup(web.Close)
	client, err := newClient(web.URL, nil)
	require.NoError(b, err)
	s, stop := serveInside(client)
	b.Cleanup(stop)
	require.NoError(b, s.initialize())
	for name, call := range map[string]string{"list": listCall, "issue": getCall} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, s.call(call))
			}
		})
	}
}

// callTool measures calls of a tool.
func callTool(b *testing.B, tool tools.Tool, arguments json.RawMessage) {
	b.ReportAllocs()
	for b.Loop() {
		_, err := tool.Call(b.Context(), tools.Env{MaxResult: maxResult}, arguments)
		require.NoError(b, err)
	}
}

// toolOf returns the tool that a call names, with a service in memory, and the call's
// arguments.
func toolOf(b *testing.B, call string) (tool tools.Tool, arguments json.RawMessage) {
	var params struct {
		Name      string
		Arguments json.RawMessage
	}
	require.NoError(b, json.Unmarshal([]byte(call), &params))
	all := toolset.Tools(newTestClient(b), tools.Settings{})
	i := slices.IndexFunc(all, func(t tools.Tool) bool { return t.Name == params.Name })
	return all[i], params.Arguments
}

// resultOf returns what a call returns, decoded.
func resultOf[V any](b *testing.B, call string) (value V) {
	tool, arguments := toolOf(b, call)
	result, err := tool.Call(b.Context(), tools.Env{MaxResult: maxResult}, arguments)
	require.NoError(b, err)
	require.NoError(b, json.Unmarshal([]byte(result.Content[0].(mcp.TextContent).Text), &value))
	return value
}

// newTestClient returns a client of a service in memory, which costs next to nothing.
func newTestClient(b *testing.B) *gitcode.Client {
	list := issues(1, pageSize)
	issue := bytes.Trim(issues(7, 7), "[]")
	client, err := newClient("http://gitcode.test", transport(func(r *http.Request) (*http.Response, error) {
		body := list
		if r.URL.Path == issuePath {
			body = issue
		}
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
			Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		}, nil
	}))
	require.NoError(b, err)
	return client
}

type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

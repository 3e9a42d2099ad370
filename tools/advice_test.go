package tools_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// noteRef mixes arguments that identify something with texts and lists.
type noteRef struct {
	Shelf string   `json:"shelf"`
	Box   int      `json:"box" jsonschema:"minimum=1"`
	Body  string   `json:"body" jsonschema:"pattern=\\S"`
	Tags  []string `json:"tags"`
	Color string   `json:"color,omitempty"`
}

// failing returns a tool with params P whose method fails with err, and its
// client.
func failing[P any](t *testing.T, settings tools.Settings, err error) (tools.Tool, *rest.Client) {
	t.Helper()
	c, _ := rest.New(rest.Forge{BaseURL: "http://depot.test"}, rest.Config{Token: token})
	require.NotNil(t, c)
	forge := &tools.Forge{Client: c, Name: "Depot", TokenHelp: "Ask the depot for one.", TokenHeader: "X-Depot-Token", Settings: settings, Limits: "5 requests a day", Lags: true}
	return forge.Toolset("x", tools.Read("x", "Fail.",
		func(context.Context, P) (*box, error) { return nil, err }, func(P, *box) *boxView { return nil }))[0], c
}

func textOf(t *testing.T, ctx context.Context, tool tools.Tool, arguments string) string {
	t.Helper()
	result, _ := tool.Call(ctx, tools.Env{}, json.RawMessage(arguments))
	content, ok := result.Content[0].(mcp.TextContent)
	require.True(t, ok)
	return content.Text
}

// TestAdviceNamesTheToolsArguments checks that advice after not_found names what
// the caller wrote, not the names in the endpoint.
func TestAdviceNamesTheToolsArguments(t *testing.T) {
	t.Parallel()
	tool, _ := failing[noteRef](t, tools.Settings{}, notFound)
	assert.Equal(t, "x: GET /{other} returned 404 Not Found. Check shelf=top left and box=#7. Depot also returns 404 if the token lacks permission, and for a moment after something was created.",
		textOf(t, t.Context(), tool, `{"shelf":"top\n left","box":"#7","body":"private words","tags":["a"],"color":"red"}`))
	one, _ := failing[ref](t, tools.Settings{}, notFound)
	assert.Contains(t, textOf(t, t.Context(), one, `{"shelf":"a"}`), ". Check shelf=a. Depot also")
	none, _ := failing[struct {
		Color string `json:"color,omitempty"`
	}](t, tools.Settings{}, notFound)
	assert.Contains(t, textOf(t, t.Context(), none, `{"color":"red"}`), "Not Found. Depot returns 404 if the token lacks permission")
	assert.Contains(t, textOf(t, t.Context(), none, ``), "Not Found. Depot returns 404 if the token lacks permission")
}

// TestAdviceOfAnotherForge checks what the advice of a forge depends on: whether
// what was just created can be missing, and the forge's own advice.
func TestAdviceOfAnotherForge(t *testing.T) {
	t.Parallel()
	gone := &rest.Error{Class: rest.NotFound, Endpoint: "GET /", Status: http.StatusGone}
	moved := &rest.Error{Class: rest.Moved, Endpoint: "PATCH /", Status: http.StatusMovedPermanently}
	own := func(f tools.Failure) string {
		if f.Status == http.StatusGone {
			return "It was deleted."
		}
		return ""
	}
	for name, test := range map[string]struct {
		forge *tools.Forge
		err   *rest.Error
		want  string
	}{
		"lags":            {&tools.Forge{Lags: true}, notFound, "404 Not Found. Check shelf=a. Pier also returns 404 if the token lacks permission, and for a moment after something was created."},
		"does not lag":    {&tools.Forge{}, notFound, "404 Not Found. Check shelf=a. Pier also returns 404 if the token lacks permission."},
		"its own advice":  {&tools.Forge{Advise: own}, gone, "410 Gone. It was deleted."},
		"no own advice":   {&tools.Forge{Advise: own}, notFound, "404 Not Found. Check shelf=a. Pier also returns 404 if the token lacks permission."},
		"the default one": {&tools.Forge{Advise: own}, moved, "301 Moved Permanently. The repository or issue has moved. Call again with its new owner and name."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.forge.Client, test.forge.Name = newIdleClient(t), "Pier"
			tool := test.forge.Toolset("x", tools.Read("x", "Fail.",
				func(context.Context, *ref) (*box, error) { return nil, test.err }, func(*ref, *box) *boxView { return nil }))[0]
			assert.Equal(t, "x: "+test.err.Endpoint+" returned "+test.want, textOf(t, t.Context(), tool, `{"shelf":"a"}`))
		})
	}
}

var notFound = &rest.Error{Class: rest.NotFound, Endpoint: "GET /{other}", Status: http.StatusNotFound}

// TestAdviceNamesSettingsAsGiven checks that advice about the token names the
// place that the token of this call comes from.
func TestAdviceNamesSettingsAsGiven(t *testing.T) {
	t.Parallel()
	local := &rest.Error{Class: rest.RateLimited, NotSent: true, Message: "the local rate limit is exhausted", RetryAfter: 47 * time.Second}
	paused := &rest.Error{Class: rest.RateLimited, NotSent: true, Paused: true, Message: "the service's rate limit is exhausted", RetryAfter: 47 * time.Second}
	full := &rest.Error{Class: rest.RateLimited, NotSent: true, Message: "25 requests are already in flight"}
	bad := &rest.Error{Class: rest.Unauthenticated, Endpoint: "GET /", Status: http.StatusUnauthorized}
	settings := tools.Settings{Token: "the file in --token-file", Rate: "--rate"}
	for name, test := range map[string]struct {
		err      error
		settings tools.Settings
		user     bool // the call has a token of its own
		want     string
	}{
		"the server's token": {bad, settings, false, "x: GET / returned 401 Unauthorized. Put a valid token in the file in --token-file. Ask the depot for one."},
		"a user's token":     {bad, settings, true, "x: GET / returned 401 Unauthorized. Put a valid token in the header X-Depot-Token. Ask the depot for one."},
		"rate":               {local, settings, false, "x: not sent: the local rate limit is exhausted. Retry in 47s. The limit is set with --rate."},
		"rate without name":  {local, tools.Settings{}, false, "x: not sent: the local rate limit is exhausted. Retry in 47s."},
		"service's rate":     {paused, settings, false, "x: not sent: the service's rate limit is exhausted. Retry in 47s."},
		"in flight":          {full, settings, false, "x: not sent: 25 requests are already in flight. Retry when one of them has ended."},
	} {
		tool, client := failing[ref](t, test.settings, test.err)
		ctx := t.Context()
		if test.user {
			ctx = client.WithToken(ctx, "token-of-ann")
		}
		assert.Equal(t, test.want, textOf(t, ctx, tool, `{"shelf":"a"}`), name)
	}
}

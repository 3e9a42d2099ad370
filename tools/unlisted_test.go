package tools

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestUnlisting checks that arguments that are not published are accepted, coerced
// and checked nevertheless.
func TestUnlisting(t *testing.T) {
	t.Parallel()
	type params struct {
		ID     string `json:"id"`
		Weight int    `json:"weight,omitempty" jsonschema:"minimum=1"`
		Page   int    `json:"page,omitempty"`
	}
	var got params
	method := func(_ context.Context, p *params) (*struct{}, error) { got = *p; return nil, nil }
	view := func(*params, *struct{}) *List[*struct{}] { return &List[*struct{}]{} }
	tool := Read("list_things", "List things.", method, view)
	short := tool.Unlisting("weight")
	assert.JSONEq(t, `{"type":"object","properties":{"id":{"type":"string"},"page":{"type":"integer"}},"required":["id"]}`, string(short.Input()))
	assert.Contains(t, string(tool.Input()), "weight", "the tool itself is unchanged")

	c, err := rest.New(rest.Forge{BaseURL: "http://forge.test"}, rest.Config{})
	require.NoError(t, err)
	short = (&Forge{Client: c}).Toolset("things", short)[0]
	result, err := short.Call(t.Context(), Env{}, json.RawMessage(`{"id":"x","weight":"3"}`))
	require.NoError(t, err, result)
	assert.Equal(t, params{ID: "x", Weight: 3}, got)
	_, err = short.Call(t.Context(), Env{}, json.RawMessage(`{"id":"x","weight":0}`))
	assert.ErrorContains(t, err, "weight")

	assert.Panics(t, func() { tool.Unlisting("height").Input() })
}

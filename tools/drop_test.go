package tools_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// exact is a result whose text must not be changed.
type exact struct {
	Text string `json:"text,omitempty"`
	tools.Written
}

func (e *exact) Exact() any         { return e.Text }
func (e *exact) Drop(reason string) { e.Text, e.Cut = "", "left out "+reason }

// TestDropper checks that a part of a result is whole or left out.
func TestDropper(t *testing.T) {
	t.Parallel()
	c, err := rest.New(rest.Forge{BaseURL: "http://depot.test"}, rest.Config{Token: token})
	require.NoError(t, err)
	for text, want := range map[string]string{
		"a<b>\n\u2028é":              `{"text":"a<b>\n\u2028é"}`,
		"a\u200bb":                   `{"cut":"left out because it contains characters that a result cannot show"}`,
		"a\r\nb":                     `{"cut":"left out because it contains characters that a result cannot show"}`,
		"\x1b":                       `{"cut":"left out because it contains characters that a result cannot show"}`,
		"my " + token:                `{"cut":"left out because it contains characters that a result cannot show"}`,
		strings.Repeat("long ", 200): `{"cut":"left out because of its size"}`,
	} {
		tool := tools.Write(tools.Spec{Name: "x", Effect: tools.Adds}, func(context.Context, *ref) (string, error) { return text, nil },
			func(_ *ref, text string) *exact { return &exact{Text: text} })
		result, _ := call(t, (&tools.Forge{Client: c}).Toolset("x", tool)[0], tools.Env{MaxResult: 500})
		assert.Equal(t, want, result)
	}
}

package tools_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// A row is Readable.
func (r *row) LongTexts() []tools.LongText {
	return []tools.LongText{{Text: r.Text, Rest: "get_box", Set: func(text string, _ bool) { r.Text = text }}}
}

func (r *row) History() *tools.History { return &tools.History{} }

func (r *row) Omit() string { return "" }

type row struct {
	Text string `json:"text,omitempty"`
}

// TestPointers checks that params, responses and rows can be pointers, with the same
// schemas and results.
func TestPointers(t *testing.T) {
	t.Parallel()
	longText := strings.Repeat("0123456789 ", 200)
	values := []tools.Tool{
		tools.Read("list", "", func(context.Context, ref) (*rest.Page[string], error) {
			return &rest.Page[string]{Items: []string{longText}}, nil
		}, func(p ref, page *rest.Page[string]) *tools.List[row] {
			return tools.PageOf(page, func(s string) row { return row{p.Shelf + s} })
		}),
		tools.Write(tools.Spec{Name: "put", Effect: tools.Adds}, func(context.Context, ref) (box, error) { return box{Text: "x"}, nil },
			func(p ref, b box) *boxWritten { return &boxWritten{Text: p.Shelf + b.Text} }),
	}
	pointers := []tools.Tool{
		tools.Read("list", "", func(context.Context, *ref) (*rest.Page[*string], error) {
			return &rest.Page[*string]{Items: []*string{new(longText)}}, nil
		}, func(p *ref, page *rest.Page[*string]) *tools.List[*row] {
			return tools.PageOf(page, func(s *string) *row { return &row{p.Shelf + *s} })
		}),
		tools.Write(tools.Spec{Name: "put", Effect: tools.Adds}, func(context.Context, *ref) (*box, error) { return &box{Text: "x"}, nil },
			func(p *ref, b *box) *boxWritten { return &boxWritten{Text: p.Shelf + b.Text} }),
	}
	for i, want := range values {
		got := pointers[i]
		assert.Equal(t, string(want.Input()), string(got.Input()))
		assert.Equal(t, string(want.Output()), string(got.Output()))
		for _, env := range []tools.Env{{}, {MaxResult: tools.MinResult}, {DryRun: true}} {
			text, _ := call(t, (&tools.Forge{Client: newIdleClient(t)}).Toolset("x", want)[0], env)
			same, isError := call(t, (&tools.Forge{Client: newIdleClient(t)}).Toolset("x", got)[0], env)
			assert.False(t, isError)
			assert.Equal(t, text, same)
		}
	}
}

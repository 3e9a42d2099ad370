package textedit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

func TestSkip(t *testing.T) {
	t.Parallel()
	text, form := lenient.Text("añ语😀x"), lenient.Text("añ")
	require.NoError(t, textedit.Skip("GET /x", "body", 3, &text, &form))
	assert.EqualValues(t, "😀x", text, "an offset counts characters")
	assert.Empty(t, form)
	require.EqualError(t, textedit.Skip("GET /x", "body", 2, &text), "GET /x: offset 2 is past the end: the body has 2 characters")
	require.EqualError(t, textedit.Skip("GET /x", "body", -1, &text), "not sent: offset must be at least 0, not -1")
}

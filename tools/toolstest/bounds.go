package toolstest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TestBounded calls a tool whose result is too long with limits from the least to the
// default. Cut is in the member of this name with the limit of 2,000 bytes; it is ""
// for an error.
func TestBounded(t *testing.T, tool tools.Tool, dryRun bool, arguments, cut string) {
	t.Helper()
	schema := Compile(t, tool.Output())
	for _, limit := range []int{1, 499, 500, 800, 2000, 10_000, 60_000} {
		result, _ := tool.Call(t.Context(), tools.Env{MaxResult: limit, DryRun: dryRun}, json.RawMessage(arguments))
		text := Text(t, result)
		assert.LessOrEqual(t, len(text), max(limit, 500), "%d bytes", limit)
		require.Equal(t, cut == "", result.IsError, text)
		if result.IsError {
			assert.True(t, utf8.ValidString(text))
			continue
		}
		var value map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &value), text)
		switch {
		case limit == 2000:
			assert.Contains(t, value["cut"], cut)
		case limit < 2000:
			assert.NotEmpty(t, value["cut"], "%d bytes: %s", limit, text)
		}
		if limit >= 800 {
			assert.NoError(t, schema.Validate(value), "%d bytes: %s", limit, text)
		}
	}
}

// Quoted returns a text in JSON.
func Quoted(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err) // every text has an encoding
	}
	return string(encoded)
}

// Many returns an array in JSON whose elements are a format with the numbers from 1
// to n.
func Many(format string, n int) string {
	var elements []string
	for i := range n {
		elements = append(elements, fmt.Sprintf(format, i+1))
	}
	return "[" + strings.Join(elements, ",") + "]"
}

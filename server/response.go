package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// response is the response to a request: its result or an error.
type response struct {
	JSONRPC string                   `json:"jsonrpc"`
	ID      json.RawMessage          `json:"id"` // as the client wrote it
	Result  any                      `json:"result,omitempty"`
	Error   *mcp.JSONRPCErrorDetails `json:"error,omitempty"`
}

// buffers are unused buffers of responses.
type buffers struct{ pool sync.Pool }

// maxBuffer is the maximum size of a buffer that is used again. Few responses need
// a larger one.
const maxBuffer = 256 << 10

// get returns an empty buffer.
func (b *buffers) get() *[]byte {
	if buffer, ok := b.pool.Get().(*[]byte); ok {
		return buffer
	}
	return new([]byte)
}

// put lets another response use a buffer.
func (b *buffers) put(buffer *[]byte) {
	if cap(*buffer) <= maxBuffer {
		*buffer = (*buffer)[:0]
		b.pool.Put(buffer)
	}
}

// appendLine appends the encoded response to b, as a line.
func (r response) appendLine(b []byte) ([]byte, error) {
	if result, ok := r.Result.(*mcp.CallToolResult); ok {
		line := fmt.Appendf(b, `{"jsonrpc":%q,"id":%s,"result":`, r.JSONRPC, r.ID)
		if line, ok = appendResult(line, result); ok {
			return append(line, "}\n"...), nil
		}
	}
	buffer := bytes.NewBuffer(b)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(r)
	return buffer.Bytes(), err
}

// appendResult appends the result of a tool if its text is its structured content,
// which is JSON on one line, and otherwise returns false. It copies that content
// twice; mcp-go v1.2.1 and encoding/json would read it, and the text, three times.
func appendResult(b []byte, result *mcp.CallToolResult) ([]byte, bool) {
	structured, isJSON := result.StructuredContent.(json.RawMessage)
	if !isJSON || bytes.ContainsRune(structured, '\n') || len(result.Content) != 1 || result.IsError || result.NeedsInput() {
		return b, false
	}
	text, isText := result.Content[0].(mcp.TextContent)
	if !isText || text.Text != string(structured) {
		return b, false
	}
	meta, err := json.Marshal(result.Meta)
	if err != nil {
		return b, false
	}
	b = slices.Grow(b, len(meta)+len(structured)*5/2+200)
	b = append(b, '{')
	if result.Meta != nil {
		b = append(append(append(b, `"_meta":`...), meta...), ',')
	}
	b = appendQuoted(append(b, `"content":[{"type":"text","text":`...), structured)
	b = append(b, `}],`...)
	if result.ResultType != "" {
		b = fmt.Appendf(b, `"resultType":%q,`, result.ResultType)
	}
	b = append(append(b, `"structuredContent":`...), structured...)
	return append(b, '}'), true
}

// appendQuoted appends a JSON text as a string literal.
func appendQuoted(b, text []byte) []byte {
	b = append(b, '"')
	start := 0
	for i, c := range text {
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, text[start:i]...)
		if c < ' ' {
			b = fmt.Appendf(b, `\u%04x`, c)
		} else {
			b = append(b, '\\', c)
		}
		start = i + 1
	}
	return append(append(b, text[start:]...), '"')
}

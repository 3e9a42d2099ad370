package rest

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func remember(m *memory, name string, size int) {
	m.put(keyOf("t", name, ""), &Response{200, http.Header{"Etag": {`"a"`}}, make([]byte, size)}, nil)
}

// TestMemoryIsBounded checks that the responses used last are kept, and that the
// sizes add up.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m := newMemory()
	const size = maxMemory / 10
	for i := range 100 {
		remember(m, strconv.Itoa(i), size)
		require.NotNil(t, m.get(keyOf("t", "0", "")), "it is used each time")
		assert.LessOrEqual(t, m.size, maxMemory)
	}
	assert.Len(t, m.entries, 9)
	assert.Equal(t, 9, m.order.Len())
	for i := range 99 {
		assert.Equal(t, i == 0 || i > 91, m.get(keyOf("t", strconv.Itoa(i), "")) != nil, i)
	}

	remember(m, "0", maxRemembered)
	assert.Nil(t, m.get(keyOf("t", "0", "")), "too large with its header")
	for i := range 100 {
		m.put(keyOf("t", strconv.Itoa(i), ""), unusable(), &Error{Class: MalformedResponse})
	}
	assert.Zero(t, m.size)
	assert.Empty(t, m.entries)
	assert.Zero(t, m.order.Len())

	for i := range 100_000 {
		m.put(keyOf("t", strconv.Itoa(i), ""), &Response{204, http.Header{"Etag": {`"a"`}}, nil}, nil)
	}
	assert.Less(t, len(m.entries), 20_000, "empty responses have a size too")
}

// unusable returns a response that could be remembered if it could be used.
func unusable() *Response { return &Response{Header: http.Header{"Etag": {`"a"`}}} }

// TestMemoryKeepsNoToken checks that reads have different keys, which do not
// contain the token.
func TestMemoryKeepsNoToken(t *testing.T) {
	t.Parallel()
	keys := map[memoryKey]bool{}
	for _, key := range []memoryKey{keyOf("ann", "/", "text"), keyOf("bob", "/", "text"), keyOf("ann", "/x", "text"), keyOf("ann", "/", "html"), keyOf("", "/", "ann\ntext")} {
		keys[key] = true
		assert.NotContains(t, string(key[:]), "ann")
	}
	assert.Len(t, keys, 5)
}

// TestMemoryIsNotShared checks that neither a caller's response nor the buffer of
// its body is a part of the memory.
func TestMemoryIsNotShared(t *testing.T) {
	t.Parallel()
	m := newMemory()
	key := keyOf("t", "/", "")
	response := &Response{200, http.Header{"Etag": {`"a"`}, "Link": {"<2>"}}, []byte(strings.Repeat("a", 100))[:10]}
	m.put(key, response, nil)
	response.Body[0] = 'b'
	response.Header.Set("Link", "changed")
	again := m.get(key).confirmed(nil)
	assert.Equal(t, "aaaaaaaaaa", string(again.Body))
	assert.Equal(t, "<2>", again.Header.Get("Link"))
	again.Header.Set("Link", "changed")
	assert.Equal(t, "<2>", m.get(key).Header.Get("Link"))
	assert.Less(t, cap(m.get(key).Body), 100)
}

func FuzzETag(f *testing.F) {
	for _, seed := range []string{`"a"`, `W/"a"`, `""`, `"`, `W/"`, `a`, `"a`, `"a b"`, `"a""b"`, "\"\x00\"", "\"\xff\"", `w/"a"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		if !isETag(tag) {
			return
		}
		assert.Regexp(t, `^(W/)?"[^"\x00- \x7f]*"$`, tag)
		assert.LessOrEqual(t, len(tag), maxETag)
	})
}

// TestLargeBodyIsBounded checks that the buffer of a body of unknown length is not
// much larger than the largest body.
func TestLargeBodyIsBounded(t *testing.T) {
	t.Parallel()
	for _, size := range []int{smallResponse, smallResponse + 1, maxResponse / 2, maxResponse} {
		b := newBody(&sync.Pool{})
		text := io.NopCloser(strings.NewReader(strings.Repeat("x", size)))
		require.NoError(t, b.read(t.Context(), &limiter{large: make(chan struct{}, 1)}, text, -1, 0))
		assert.Equal(t, size, b.Len())
		assert.LessOrEqual(t, b.Cap(), maxResponse+smallResponse)
	}
}

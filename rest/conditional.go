package rest

import (
	"bytes"
	"container/list"
	"crypto/sha256"
	"net/http"
	"strings"
	"sync"
)

// The memory of a client is bounded, in bytes. A response in it is smaller than
// smallResponse, so it needs no place among the large ones.
const (
	maxMemory     = 8 << 20
	maxRemembered = 1 << 20 // for one response
	memoryCost    = 512     // of a response besides its body and header
	maxETag       = 256
)

// memory holds successful responses to reads by what was asked for, as long as
// there is room: those that were used last. Nil holds none. The responses in it
// do not change.
type memory struct {
	mu      sync.Mutex
	size    int
	order   list.List // of *remembered, those used last first
	entries map[memoryKey]*list.Element
}

// memoryKey identifies a read and its user. It is a hash, so that no token
// outlives its requests.
type memoryKey [sha256.Size]byte

type remembered struct {
	key      memoryKey
	response *Response
	size     int
}

func newMemory() *memory { return &memory{entries: map[memoryKey]*list.Element{}} }

// keyOf returns the key of a read. No token and no media type contains a line
// break: a header could not carry it.
func keyOf(token, address, accept string) memoryKey {
	return sha256.Sum256([]byte(token + "\n" + accept + "\n" + address))
}

// get returns the response to a read, or nil.
func (m *memory) get(key memoryKey) *Response {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	element := m.entries[key]
	if element == nil {
		return nil
	}
	m.order.MoveToFront(element)
	return element.Value.(*remembered).response
}

// put replaces the response to a read. One that could not be used, that the
// service does not want to be stored or cannot confirm, or that is too large, is
// dropped together with the one before.
func (m *memory) put(key memoryKey, response *Response, failure *Error) {
	if m == nil {
		return
	}
	size := memoryCost + len(response.Body)
	for name, values := range response.Header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	store := failure == nil && size <= maxRemembered && isETag(response.Header.Get("Etag")) &&
		!strings.Contains(strings.ToLower(response.Header.Get("Cache-Control")), "no-store")
	m.mu.Lock()
	defer m.mu.Unlock()
	if element := m.entries[key]; element != nil {
		m.drop(element)
	}
	if !store {
		return
	}
	stored := &Response{response.Status, response.Header.Clone(), bytes.Clone(response.Body)} // the body may be a part of a larger one
	m.entries[key] = m.order.PushFront(&remembered{key, stored, size})
	m.size += size
	for m.size > maxMemory {
		m.drop(m.order.Back())
	}
}

// drop forgets a response. The caller must hold m.mu.
func (m *memory) drop(element *list.Element) {
	r := m.order.Remove(element).(*remembered)
	delete(m.entries, r.key)
	m.size -= r.size
}

// confirmed returns a remembered response that the service has confirmed with a
// 304, whose header updates it (RFC 9111, section 3.2) except for what describes
// the body: the 304 has none, and the entity tag must stay the one of this body.
func (r *Response) confirmed(header http.Header) *Response {
	updated := &Response{r.Status, r.Header.Clone(), r.Body}
	for name, values := range header {
		if name != "Etag" && !strings.HasPrefix(name, "Content-") {
			updated.Header[name] = values
		}
	}
	return updated
}

// isETag reports whether a header contains an entity tag that can be sent back.
func isETag(s string) bool {
	tag, isStrong := strings.CutPrefix(strings.TrimPrefix(s, "W/"), `"`)
	tag, isClosed := strings.CutSuffix(tag, `"`)
	return isStrong && isClosed && len(s) <= maxETag && !strings.ContainsFunc(tag, func(r rune) bool { return r <= ' ' || r == '"' || r == 0x7f })
}

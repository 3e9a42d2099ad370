package tools

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// leftovers keeps rows that were read and did not fit in a result, so that the
// call for the next page takes no request. They are kept for minutes, until they
// are taken or the same user writes something through the forge.
type leftovers struct {
	mu      sync.Mutex
	entries []*leftover // the oldest first
	bytes   int         // of all entries
	reads   map[*read]bool
}

// read is a read that may leave something.
type read struct {
	user  [sha256.Size]byte
	stale bool // whether the user wrote something after it began
}

type leftover struct {
	user, call [sha256.Size]byte
	rows       result
	bytes      int
	expires    time.Time
}

// The limits of what is kept.
const (
	leftoverAge  = 5 * time.Minute
	maxLeftovers = 32
	maxLeftBytes = 8 << 20
)

// begin begins a read. The caller must end it.
func (l *leftovers) begin(user [sha256.Size]byte) *read {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &read{user: user}
	if l.reads == nil {
		l.reads = map[*read]bool{}
	}
	l.reads[r] = true
	return r
}

func (l *leftovers) end(r *read) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.reads, r)
}

// put keeps what is left of a read.
func (l *leftovers) put(r *read, e *leftover) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.stale || e.bytes > maxLeftBytes {
		return
	}
	l.drop(func(old *leftover) bool { return old.user == e.user && old.call == e.call })
	l.entries = append(l.entries, e)
	l.bytes += e.bytes
	for len(l.entries) > maxLeftovers || l.bytes > maxLeftBytes {
		l.bytes -= l.entries[0].bytes
		l.entries = slices.Delete(l.entries, 0, 1)
	}
}

// take removes and returns what is left for a call, or nil. Rendering changes
// it, so no other call may have it.
func (l *leftovers) take(user, call [sha256.Size]byte) result {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found result
	l.drop(func(e *leftover) bool {
		if e.user != user || e.call != call {
			return false
		}
		found = e.rows
		return true
	})
	return found
}

// forget drops what is kept for a user, and what the reads in progress leave.
func (l *leftovers) forget(user [sha256.Size]byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for r := range l.reads {
		r.stale = r.stale || r.user == user
	}
	l.drop(func(e *leftover) bool { return e.user == user })
}

// drop removes entries, and those that are too old. The caller must hold l.mu.
func (l *leftovers) drop(remove func(*leftover) bool) {
	now := time.Now()
	l.entries = slices.DeleteFunc(l.entries, func(e *leftover) bool {
		if now.Before(e.expires) && !remove(e) {
			return false
		}
		l.bytes -= e.bytes
		return true
	})
}

// result returns the result of a user's call: what was left of the page before, or what
// the tool returns.
func (t Tool) result(ctx context.Context, user [sha256.Size]byte, env Env, arguments json.RawMessage) (result, error) {
	if t.Effect != Reads {
		if !env.DryRun {
			defer t.forge.leftovers.forget(user)
		}
	} else if _, isPaged := t.properties()["page"]; isPaged {
		if call, page, ok := t.identify(arguments); ok && page != 0 {
			if left := t.forge.leftovers.take(user, call(page)); left != nil {
				return left, nil
			}
		}
	}
	return t.run(ctx, t.forge.Client, env, arguments)
}

// keepRemainder keeps what was left out of a result for the call that asks for
// it.
func (t Tool) keepRemainder(r *read, arguments json.RawMessage, value result) {
	partial, ok := value.(partial)
	if !ok {
		return
	}
	left, next := partial.remainder()
	if left == nil {
		return
	}
	call, _, ok := t.identify(arguments)
	if !ok {
		return
	}
	text, err := rest.Marshal(left)
	if err != nil {
		return
	}
	t.forge.leftovers.put(r, &leftover{user: r.user, call: call(next), rows: left, bytes: len(text), expires: time.Now().Add(leftoverAge)})
}

// user identifies the owner of a call's token.
func (t Tool) user(ctx context.Context) [sha256.Size]byte {
	return sha256.Sum256([]byte(t.forge.Client.Token(ctx)))
}

// identify returns a function that identifies the call with these arguments and
// another page, and the page of this one, 0 if there is none.
func (t Tool) identify(arguments json.RawMessage) (call func(page float64) [sha256.Size]byte, page float64, ok bool) {
	members := map[string]json.RawMessage{}
	if len(arguments) > 0 && json.Unmarshal(arguments, &members) != nil {
		return nil, 0, false
	}
	page, _ = strconv.ParseFloat(strings.Trim(string(members["page"]), `"`), 64) // 0 for anything else
	delete(members, "page")
	return func(page float64) [sha256.Size]byte {
		others, _ := rest.Marshal(members) // in the order of their names; cannot fail
		return sha256.Sum256([]byte(t.Name + " " + strconv.FormatFloat(page, 'f', -1, 64) + " " + string(others)))
	}, page, true
}

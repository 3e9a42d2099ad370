package server

import (
	"errors"
	"fmt"
)

// The maximum numbers of sessions and streams that exist at a time. Those for
// each owner apply to callers with their own tokens; other callers share the
// total.
const (
	maxSessions        = 10_000
	maxSessionsOfOwner = 1_000
	maxStreams         = 1_000
	maxStreamsOfOwner  = 100
)

// quota counts what owners hold, up to a maximum for all and one for each.
type quota struct {
	what       string // plural, for errors
	total, own int
	count      int
	held       map[ownerID]int
}

var errQuota = errors.New("too many")

// acquire counts one more, or returns an error that wraps errQuota.
func (q *quota) acquire(owner ownerID) error {
	switch {
	case q.count >= q.total:
		return fmt.Errorf("%w %s: the server allows %d at a time; try again later", errQuota, q.what, q.total)
	case owner != ownerID{} && q.held[owner] >= q.own:
		return fmt.Errorf("%w %s: the server allows each user %d at a time; end one of yours, or try again later", errQuota, q.what, q.own)
	}
	q.count++
	q.held[owner]++
	return nil
}

// release counts one less.
func (q *quota) release(owner ownerID) {
	q.count--
	if q.held[owner]--; q.held[owner] == 0 {
		delete(q.held, owner)
	}
}

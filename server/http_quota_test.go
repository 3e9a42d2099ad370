package server

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQuota(t *testing.T) {
	t.Parallel()
	ann, bob := ownerID{1}, ownerID{2}
	q := quota{what: "streams", total: 5, own: 2, held: map[ownerID]int{}}
	require.NoError(t, q.acquire(ann))
	require.NoError(t, q.acquire(ann))
	require.ErrorIs(t, q.acquire(ann), errQuota)
	require.EqualError(t, q.acquire(ann), "too many streams: the server allows each user 2 at a time; end one of yours, or try again later")
	q.release(ann)
	require.NoError(t, q.acquire(ann))
	require.NoError(t, q.acquire(bob))
	require.NoError(t, q.acquire(ownerID{}))
	require.NoError(t, q.acquire(ownerID{}), "callers without tokens are not one user")
	require.EqualError(t, q.acquire(bob), "too many streams: the server allows 5 at a time; try again later")
	for _, owner := range []ownerID{ann, ann, bob, {}, {}} {
		q.release(owner)
	}
	assert.Zero(t, q.count)
	assert.Empty(t, q.held)
}

package policy

import (
	"context"
	"errors"
	"sync"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const (
	placeTime = 5 * time.Minute // how long the place of a repository is remembered
	maxPlaces = 1000
)

// places remembers where repositories are, for each user: some services respond for one
// that has moved under its old name. The zero places knows none.
type places struct {
	mu    sync.Mutex
	known map[placeKey]*place
}

type placeKey struct {
	user user
	repo string
}

// place is where a repository is. Its lock is held while that is looked up.
type place struct {
	mu    sync.Mutex
	name  string // "" if it has not moved, or that is unknown
	until time.Time
}

// find returns where a repository is, or "" if it has not moved as far as is known.
func (p *places) find(ctx context.Context, c *rest.Client, repo string) (string, *rest.Error) {
	found := p.entry(placeKey{userOf(ctx, c), lower(repo)})
	found.mu.Lock()
	defer found.mu.Unlock()
	if time.Now().Before(found.until) {
		return found.name, nil
	}
	name, err := c.PlaceOf(ctx, repo)
	if err != nil {
		failure, ok := errors.AsType[*rest.Error](err)
		if !ok {
			failure = &rest.Error{Class: rest.Unavailable, Message: "it is unknown where the repository is", Err: err}
		}
		if failure.Class == rest.NotFound || failure.Class == rest.Forbidden {
			return "", nil // and so is what was asked for
		}
		return "", failure
	}
	if lower(name) == lower(repo) {
		name = ""
	}
	found.name, found.until = name, time.Now().Add(placeTime)
	return name, nil
}

func (p *places) entry(key placeKey) *place {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.known[key]
	if found == nil {
		if p.known == nil || len(p.known) >= maxPlaces {
			p.known = map[placeKey]*place{}
		}
		found = &place{}
		p.known[key] = found
	}
	return found
}

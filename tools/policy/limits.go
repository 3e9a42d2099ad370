package policy

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const (
	window   = time.Hour // how long a write counts
	maxUsers = 1000      // if there are more, those without a recent write are dropped
)

// counter remembers the writes of the last hour. The zero counter has none.
type counter struct {
	mu    sync.Mutex
	users map[user][]*write
}

// write is a write that was sent, or that is reserved for a call.
type write struct {
	at       time.Time
	issue    string // "" for none
	reserved bool
}

// reservation holds the writes that a call may still send.
type reservation struct{ writes []*write }

type reservationKey struct{ guard *Guard }

// Reserve counts all writes of a call, or refuses them if they are more than the rules
// allow.
func (g *Guard) Reserve(ctx context.Context, c *rest.Client, actions []*rest.Action) (context.Context, func(), *rest.Error) {
	if g.rules.writesPerHour.rule == "" && g.rules.writesPerIssue.rule == "" {
		return ctx, func() {}, nil
	}
	issues := make([]string, len(actions))
	for i, a := range actions {
		issues[i] = lower(a.Issue)
	}
	who := userOf(ctx, c)
	g.writes.mu.Lock()
	defer g.writes.mu.Unlock()
	added, refusal := g.add(who, issues, true)
	if refusal != nil {
		return ctx, nil, refusal
	}
	r := &reservation{added}
	release := func() {
		g.writes.mu.Lock()
		defer g.writes.mu.Unlock()
		g.writes.drop(who, func(w *write) bool {
			return w.reserved && slices.Contains(r.writes, w)
		})
	}
	return context.WithValue(ctx, reservationKey{g}, r), release, nil
}

// count counts a write that is about to be sent. One that its call has reserved is
// counted already.
func (g *Guard) count(ctx context.Context, c *rest.Client, a *rest.Action) *rest.Error {
	if g.rules.writesPerHour.rule == "" && g.rules.writesPerIssue.rule == "" {
		return nil
	}
	issue := lower(a.Issue)
	g.writes.mu.Lock()
	defer g.writes.mu.Unlock()
	if r, ok := ctx.Value(reservationKey{g}).(*reservation); ok && r.take(issue) {
		return nil
	}
	_, refusal := g.add(userOf(ctx, c), []string{issue}, false)
	return refusal
}

// take uses a write that was reserved for an issue, if there is one. Writes to an issue
// that the call creates are reserved for the number 0.
func (r *reservation) take(issue string) bool {
	repo, _, _ := strings.Cut(issue, " ")
	for _, name := range []string{issue, repo + " 0"} {
		for _, w := range r.writes {
			if w.reserved && w.issue == name {
				w.reserved, w.issue = false, issue
				return true
			}
		}
	}
	return false
}

// add adds writes, unless they are too many. The caller must hold the counter's lock.
func (g *Guard) add(who user, issues []string, reserved bool) ([]*write, *rest.Error) {
	now, hour, perIssue := time.Now(), g.rules.writesPerHour, g.rules.writesPerIssue
	isOld := func(w *write) bool { return now.Sub(w.at) >= window }
	if g.writes.drop(who, isOld); len(g.writes.users) > maxUsers {
		for other := range g.writes.users {
			g.writes.drop(other, isOld)
		}
	}
	all := g.writes.users[who]
	counts := map[string]int{}
	for _, w := range all {
		counts[w.issue]++
	}
	if hour.rule != "" && len(all)+len(issues) > hour.most {
		return nil, g.rules.refuseWrites(hour, "", len(issues), len(all), all, now)
	}
	for _, issue := range issues {
		if counts[issue]++; perIssue.rule != "" && issue != "" && counts[issue] > perIssue.most {
			same := all[:0:0]
			for _, w := range all {
				if w.issue == issue {
					same = append(same, w)
				}
			}
			return nil, g.rules.refuseWrites(perIssue, " to "+strings.Replace(issue, " ", "#", 1), counts[issue]-len(same), len(same), same, now)
		}
	}
	added := make([]*write, len(issues))
	for i, issue := range issues {
		added[i] = &write{now, issue, reserved}
	}
	if g.writes.users == nil {
		g.writes.users = map[user][]*write{}
	}
	if len(added) > 0 {
		g.writes.users[who] = append(all, added...)
	}
	return added, nil
}

// refuseWrites refuses a number of writes after those of the last hour.
func (r *Rules) refuseWrites(rule limit, where string, wanted, sent int, earlier []*write, now time.Time) *rest.Error {
	refusal := r.refuse(rule.rule, "%d writes%s in an hour are allowed; %d were sent, and this call takes %d or more", rule.most, where, sent, wanted)
	if len(earlier) > 0 && rule.most > 0 {
		refusal.RetryAfter = earlier[0].at.Add(window).Sub(now)
	}
	return refusal
}

// drop forgets writes of a user. The caller must hold the lock.
func (c *counter) drop(who user, old func(*write) bool) {
	var kept []*write
	for _, w := range c.users[who] {
		if !old(w) {
			kept = append(kept, w)
		}
	}
	if kept == nil {
		delete(c.users, who)
		return
	}
	c.users[who] = kept
}

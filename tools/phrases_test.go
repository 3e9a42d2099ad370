package tools_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func TestTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 11, 20, 13, 0, 21, 0, time.FixedZone("", 8*3600))
	assert.Equal(t, "2024-11-20", tools.Day(at))
	assert.Equal(t, "2024-11-20T13:00+08:00", tools.Minute(at))
	assert.Equal(t, "2024-11-20T13:00:21+08:00", tools.Second(at))
	for _, format := range []func(time.Time) string{tools.Day, tools.Minute, tools.Second} {
		assert.Empty(t, format(time.Time{}))
	}
}

func TestPhrases(t *testing.T) {
	t.Parallel()
	busy := &rest.Error{Class: rest.RateLimited, Endpoint: "GET /x", Status: 429, RetryAfter: 1500 * time.Millisecond}
	assert.Equal(t, "was", tools.Plural([]string{"bug"}, "was", "were"))
	assert.Equal(t, "were", tools.Plural([]string{"bug", "p1"}, "was", "were"))
	assert.Equal(t, `"bug", "p1"`, tools.Quoted([]string{"bug", "p1"}))
	assert.Equal(t, strings.Repeat(`"a", `, 19)+`"a" and 3 more`, tools.Quoted(slices.Repeat([]string{"a"}, 23)))
	assert.Less(t, len(tools.Quoted(slices.Repeat([]string{strings.Repeat("长", 1000)}, 1000))), 2200)
	assert.Equal(t, "could not verify labels, state: not in Depot's response", tools.Unverified("Depot", []string{"labels", "state"}, nil))
	assert.Equal(t, "could not verify state: reading the issue back: "+busy.Error(), tools.Unverified("Depot", []string{"state"}, busy))
	assert.Equal(t, "check with get_issue", tools.CheckWith("get_issue", nil))
	assert.Equal(t, "check with get_issue", tools.CheckWith("get_issue", errors.New("boom")))
	assert.Equal(t, "check in 2s with get_issue", tools.CheckWith("get_issue", busy))
}

func TestUnreadNote(t *testing.T) {
	t.Parallel()
	gone := func(endpoint string) error { return &rest.Error{Class: rest.NotFound, Endpoint: endpoint, Status: 404} }
	boom := errors.New("boom")
	few := errors.New("too few")
	var many []tools.Unread
	for n := range 203 {
		many = append(many, tools.Unread{Part: "issue", Number: 203 - n, Err: boom})
	}
	for name, test := range map[string]struct {
		unread []tools.Unread
		want   string
	}{
		"nothing":      {nil, ""},
		"an issue":     {[]tools.Unread{{Part: "issue", Number: 7, Err: boom}}, "Could not read #7: boom."},
		"of one class": {[]tools.Unread{{Part: "comments", Number: 9, Err: gone("GET /9")}, {Part: "comments", Number: 7, Err: gone("GET /7")}}, "Could not read the comments of #7, #9: GET /9 returned 404 Not Found."},
		"by part": {
			[]tools.Unread{{Part: "pull_requests", Number: 7, Err: boom}, {Part: "comments", Number: 7, Err: boom}},
			"Could not read the comments of #7: boom. Could not read the pull requests of #7: boom.",
		},
		"too few": {
			[]tools.Unread{{Part: "comments", Number: 7, Err: few, Returned: 2, Count: 5}, {Part: "comments", Number: 8, Err: boom}, {Part: "comments", Number: 9, Err: few, Returned: 0, Count: 1}},
			"Depot returned 2 of 6 comments of #7, #9. Could not read the comments of #8: boom.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, tools.UnreadNote("Depot", test.unread))
		})
	}
	note := tools.UnreadNote("Depot", many)
	assert.Contains(t, note, "Could not read #1, #2, ")
	assert.Contains(t, note, "#200, and 3 more: boom.")
}

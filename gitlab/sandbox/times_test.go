package sandbox

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParseDuration(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"3h30m": 12600, "1w 2d": 7 * day, "1mo": 4 * week, "1 month, 2 weeks and 3 days": month + 2*week + 3*day, "-1h": -3600, "90s": 90, "2": 7200, "1.5h": 5400,
		" 1H ": 3600, "30 mins": 1800, "0": 0,
	} {
		seconds, valid := parseDuration(text)
		assert.True(t, valid, text)
		assert.Equal(t, want, seconds, text)
	}
	for _, text := range []string{"", "soon", "1y", "h", "1h -30m", "--1h", "1h!", "99999999999999mo"} {
		_, valid := parseDuration(text)
		assert.False(t, valid, text)
	}
	assert.Equal(t, "1mo 2w 3d 4h 5m 6s", *formatDuration(month + 2*week + 3*day + 4*hour + 5*minute + 6))
}

func TestTimes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const issue = portal + "/issues/2"
	for n, tt := range []struct {
		action, body, want string
		status             int
	}{
		{"time_estimate", "duration=1w+2d", `{"time_estimate":201600,"total_time_spent":0,"human_time_estimate":"1w 2d","human_total_time_spent":null}`, 200},
		{"add_spent_time", "duration=3h30m&summary=Reading", `{"time_estimate":201600,"total_time_spent":12600,"human_time_estimate":"1w 2d","human_total_time_spent":"3h 30m"}`, 201},
		{"add_spent_time", "duration=-30m", `{"time_estimate":201600,"total_time_spent":10800,"human_time_estimate":"1w 2d","human_total_time_spent":"3h"}`, 201},
		{"add_spent_time", "duration=-4h", `{"message":{"time_spent":["Time to subtract exceeds the total time spent"]}}`, 400},
		{"add_spent_time", "duration=soon", `{"message":{"time_spent":["can't be blank"]}}`, 400},
		{"add_spent_time", "", `{"error":"duration is missing"}`, 400},
		{"time_estimate", "", `{"error":"duration is missing"}`, 400},
		{"time_estimate", "duration=-1h", `{"message":{"time_estimate":["must have a valid format and be greater than or equal to zero."]}}`, 400},
		{"reset_time_estimate", "", `{"time_estimate":0,"total_time_spent":10800,"human_time_estimate":null,"human_total_time_spent":"3h"}`, 200},
		{"reset_spent_time", "", `{"time_estimate":0,"total_time_spent":0,"human_time_estimate":null,"human_total_time_spent":null}`, 200},
	} {
		got := s.do("rhea", "POST", issue+"/"+tt.action, tt.body)
		assert.Equal(t, tt.status, got.StatusCode, n)
		assert.JSONEq(t, tt.want, got.body, n)
	}
	assert.JSONEq(t, `{"time_estimate":57600,"total_time_spent":12600,"human_time_estimate":"2d","human_total_time_spent":"3h 30m"}`, s.do("stella", "GET", portal+"/issues/1/time_stats", "").body)
	assert.Equal(t, 403, s.do("gus", "POST", issue+"/add_spent_time", "duration=1h").StatusCode)
	assert.Equal(t, "removed time spent", s.get(issue+"/notes").member("body"))
}

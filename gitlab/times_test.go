package gitlab_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestDurations checks which times are sent, and with which seconds a response
// confirms an estimate.
func TestDurations(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		duration, sent string // sent is empty for a time that is rejected
		seconds        string
	}{
		{"3h30m", "3h30m", "12600"},
		{" 1h 30m 5s ", "1h 30m 5s", "5405"},
		{"90m", "90m", "5400"},
		{"1 h", "1 h", "3600"},
		{"1d", "1d", "28800"},
		{"1w 2d", "1w 2d", "201600"},
		{"1mo", "1mo", "576000"},
		{"2mo3w", "2mo3w", "1584000"},
		{"30m 1h", "30m 1h", "5400"},
		{"", "", ""},
		{"-", "", ""},
		{"3", "", ""},
		{"h", "", ""},
		{"3h 30", "", ""},
		{"1.5h", "", ""},
		{"1h-30m", "", ""},
		{"3H", "", ""},
		{"1y", "", ""},
		{"1 hour", "", ""},
		{"一h", "", ""},
		{"1h/close", "", ""},
		{"0", "", ""},
		{"0h", "", ""},
		{"0h 0m", "", ""},
		{"-1h", "", ""},
		{"596523h", "596523h", "2147482800"},
		{"596524h", "", ""},
		{"596523h 48m", "", ""},
		{"99999999999999999999h", "", ""},
	} {
		t.Run(test.duration, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{`201 {"time_estimate":` + test.seconds + `,"total_time_spent":0}`}}
			stats, err := newClient(t, s).SetTimeEstimate(t.Context(), &gitlab.SetEstimateParams{IssueRef: incident, Duration: test.duration})
			if test.sent == "" {
				assert.Equal(t, rest.Invalid, rest.ErrorClass(err))
				assert.Empty(t, s.requests)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []string{"POST " + incidentPath + `/time_estimate {"duration":"` + test.sent + `"}`}, s.requests)
			assert.Empty(t, stats.Ignored)
			assert.Empty(t, stats.Unknown)
		})
	}
}

// TestTimes checks what is reported of a time that is not as requested.
func TestTimes(t *testing.T) {
	t.Parallel()
	set := func(duration string) func(*testing.T, *gitlab.Client) (*gitlab.TimeStats, error) {
		return func(t *testing.T, c *gitlab.Client) (*gitlab.TimeStats, error) {
			return c.SetTimeEstimate(t.Context(), &gitlab.SetEstimateParams{IssueRef: incident, Duration: duration})
		}
	}
	add := func(duration string) func(*testing.T, *gitlab.Client) (*gitlab.TimeStats, error) {
		return func(t *testing.T, c *gitlab.Client) (*gitlab.TimeStats, error) {
			return c.AddSpentTime(t.Context(), &gitlab.AddSpentTimeParams{IssueRef: incident, Duration: duration})
		}
	}
	resetEstimate := func(t *testing.T, c *gitlab.Client) (*gitlab.TimeStats, error) {
		return c.ResetTimeEstimate(t.Context(), &incident)
	}
	resetSpent := func(t *testing.T, c *gitlab.Client) (*gitlab.TimeStats, error) {
		return c.ResetSpentTime(t.Context(), &incident)
	}
	deviation := func(field, missing, extra string) []gitlab.Deviation {
		return []gitlab.Deviation{{Field: field, Missing: []string{missing}, Extra: []string{extra}}}
	}
	for name, test := range map[string]struct {
		call      func(*testing.T, *gitlab.Client) (*gitlab.TimeStats, error)
		responses []string
		ignored   []gitlab.Deviation
		unknown   []string
		readErr   rest.Class
	}{
		"the estimate":                         {set("3h30m"), []string{`201 {"time_estimate":12600,"total_time_spent":0,"human_time_estimate":"3h 30m"}`}, nil, nil, ""},
		"another estimate":                     {set("3h30m"), []string{`201 {"time_estimate":3600,"human_time_estimate":"1h"}`}, deviation("duration", "3h30m", "1h"), nil, ""},
		"no estimate":                          {set("1w"), []string{`201 {"time_estimate":0,"human_time_estimate":null}`}, deviation("duration", "1w", "0"), nil, ""},
		"days of another length":               {set("1d"), []string{`201 {"time_estimate":86400,"human_time_estimate":"1d"}`}, nil, nil, ""},
		"an estimate with spent time":          {set("1h"), []string{`201 {"time_estimate":3600,"total_time_spent":7200}`}, nil, nil, ""},
		"the estimate is reset":                {resetEstimate, []string{`201 {"time_estimate":0,"total_time_spent":60}`}, nil, nil, ""},
		"the estimate is not reset":            {resetEstimate, []string{`201 {"time_estimate":60,"human_time_estimate":"1m"}`}, deviation("time_estimate", "0", "1m"), nil, ""},
		"time is added":                        {add("1h"), []string{`201 {"total_time_spent":7200}`}, nil, nil, ""},
		"less than was added":                  {add("2h"), []string{`201 {"total_time_spent":3600,"human_total_time_spent":"1h"}`}, deviation("duration", "2h", "1h"), nil, ""},
		"a day is added":                       {add("1d"), []string{`201 {"total_time_spent":3600}`}, nil, nil, ""},
		"a day is not added":                   {add("1d"), []string{`201 {"total_time_spent":0}`}, deviation("duration", "1d", "0"), nil, ""},
		"time is subtracted":                   {add("-1h"), []string{`201 {"total_time_spent":0}`}, nil, nil, ""},
		"the spent time is reset":              {resetSpent, []string{`201 {"time_estimate":60,"total_time_spent":0}`}, nil, nil, ""},
		"the spent time is not reset":          {resetSpent, []string{`201 {"total_time_spent":60}`}, deviation("total_time_spent", "0", "60"), nil, ""},
		"an empty response":                    {set("1h"), []string{`201 `, `200 {"time_estimate":3600,"total_time_spent":0}`}, nil, nil, ""},
		"another after an empty response":      {set("1h"), []string{`201 `, `200 {"time_estimate":0,"total_time_spent":0}`}, deviation("duration", "1h", "0"), nil, ""},
		"an odd form":                          {add("1h"), []string{`201 {"time_estimate":0,"total_time_spent":{}}`, `200 {"time_estimate":0,"total_time_spent":3600}`}, nil, nil, ""},
		"the read back fails":                  {resetSpent, []string{`201 []`, `403 `}, nil, []string{"total_time_spent"}, rest.Forbidden},
		"the read back does not show it":       {resetSpent, []string{`201 `, `200 {"time_estimate":0}`}, nil, []string{"total_time_spent"}, ""},
		"members that a service has no say in": {set("1h"), []string{`201 {"time_estimate":3600,"ignored":[{"field":"x"}],"Unknown":["y"]}`}, nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			stats, err := test.call(t, newClient(t, s))
			require.NoError(t, err)
			assert.Equal(t, test.ignored, stats.Ignored)
			assert.Equal(t, test.unknown, stats.Unknown)
			assert.Equal(t, test.readErr, rest.ErrorClass(stats.ReadErr))
			assert.Len(t, s.requests, len(test.responses))
			if len(s.requests) > 1 {
				assert.Equal(t, "GET "+incidentPath+"/time_stats", s.requests[1])
			}
		})
	}
}

// TestSpentTime checks that spent time may be negative, and with which summary it is
// sent.
func TestSpentTime(t *testing.T) {
	t.Parallel()
	for duration, sent := range map[string]string{
		"1h":       `{"duration":"1h"}`,
		"-1w 2d":   `{"duration":"-1w 2d"}`,
		"- 30m":    "",
		"0h":       "",
		"-0h":      "",
		"--1h":     "",
		"1h -30m":  "",
		"half":     "",
		"-596524h": "",
	} {
		t.Run(duration, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{`201 {"time_estimate":0,"total_time_spent":3600}`}}
			_, err := newClient(t, s).AddSpentTime(t.Context(), &gitlab.AddSpentTimeParams{IssueRef: incident, Duration: duration})
			if sent == "" {
				assert.Equal(t, rest.Invalid, rest.ErrorClass(err))
				assert.Empty(t, s.requests)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []string{"POST " + incidentPath + "/add_spent_time " + sent}, s.requests)
		})
	}
}

// TestTimeErrors checks that GitLab's own words are reported.
func TestTimeErrors(t *testing.T) {
	t.Parallel()
	s := &service{responses: []string{`400 {"message":{"base":["Time to subtract exceeds the total time spent"]}}`}}
	_, err := newClient(t, s).AddSpentTime(t.Context(), &gitlab.AddSpentTimeParams{IssueRef: incident, Duration: "-1h"})
	assert.Equal(t, rest.Invalid, rest.ErrorClass(err))
	assert.ErrorContains(t, err, "Time to subtract exceeds the total time spent")
}

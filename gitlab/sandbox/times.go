package sandbox

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The lengths of the units of durations, in seconds. A day has eight hours, a
// week five days, and a month four weeks.
const (
	minute = 60
	hour   = 60 * minute
	day    = 8 * hour
	week   = 5 * day
	month  = 4 * week
)

// units are the units, the longest first, with the names they have in durations.
var units = []struct {
	seconds int
	names   []string
}{
	{month, []string{"mo", "mos", "month", "months"}},
	{week, []string{"w", "wk", "wks", "week", "weeks"}},
	{day, []string{"d", "day", "days"}},
	{hour, []string{"h", "hr", "hrs", "hour", "hours"}},
	{minute, []string{"m", "min", "mins", "minute", "minutes"}},
	{1, []string{"s", "sec", "secs", "second", "seconds"}},
}

// parseDuration returns the seconds of a duration such as 3h30m, which may be
// negative. A number alone is hours.
func parseDuration(text string) (seconds int, valid bool) {
	text, isNegative := strings.CutPrefix(strings.ToLower(strings.TrimSpace(text)), "-")
	total := 0.0
	quantity := regexp.MustCompile(`^\s*(\d+(?:\.\d+)?)\s*([a-z]*)(?:\s*(?:,|and\b))?`) // a number with its unit
	for text != "" {
		match := quantity.FindStringSubmatch(text)
		if match == nil {
			return 0, false
		}
		n, err := strconv.ParseFloat(match[1], 64)
		unit := unitSeconds(match[2])
		if err != nil || unit == 0 {
			return 0, false
		}
		total += n * float64(unit)
		text = strings.TrimSpace(text[len(match[0]):])
		valid = true
	}
	if total > 1<<31 {
		return 0, false
	}
	if isNegative {
		total = -total
	}
	return int(total), valid
}

func unitSeconds(name string) int {
	if name == "" {
		return hour
	}
	for _, unit := range units {
		if slices.Contains(unit.names, name) {
			return unit.seconds
		}
	}
	return 0
}

// formatDuration returns a duration as the service writes it, or nil for zero.
func formatDuration(seconds int) *string {
	if seconds == 0 {
		return nil
	}
	var parts []string
	for _, unit := range units {
		if n := seconds / unit.seconds; n > 0 {
			parts = append(parts, strconv.Itoa(n)+unit.names[0])
			seconds -= n * unit.seconds
		}
	}
	text := strings.Join(parts, " ")
	return &text
}

type wireTimeStats struct {
	Estimate      int     `json:"time_estimate"`
	Spent         int     `json:"total_time_spent"`
	HumanEstimate *string `json:"human_time_estimate"`
	HumanSpent    *string `json:"human_total_time_spent"`
}

func (i *issue) timeStats() wireTimeStats {
	return wireTimeStats{i.Estimate, i.Spent, formatDuration(i.Estimate), formatDuration(i.Spent)}
}

func (s *Sandbox) getTimeStats(r *request) response {
	i, errResponse := s.pathIssue(r)
	if i == nil {
		return errResponse
	}
	return ok(i.timeStats())
}

// changeTime lets change set the times of an issue, and adds a system note if
// change succeeds.
func (s *Sandbox) changeTime(r *request, status int, change func(*issue) (note string, err response)) response {
	i, errResponse := s.writableIssue(r, s.canTriageIssue)
	if i == nil {
		return errResponse
	}
	note, errResponse := change(i)
	if note == "" {
		return errResponse
	}
	s.addNote(i, r.user, note, true)
	i.Updated = now()
	return response{Status: status, Body: i.timeStats()}
}

func (s *Sandbox) setTimeEstimate(r *request) response {
	text := r.params.text("duration")
	if !r.params.has("duration") {
		return missing("duration")
	}
	return s.changeTime(r, http.StatusOK, func(i *issue) (string, response) {
		seconds, valid := parseDuration(text)
		if !valid || seconds < 0 {
			return "", invalidField("time_estimate", "must have a valid format and be greater than or equal to zero.")
		}
		i.Estimate = seconds
		if seconds == 0 {
			return "removed time estimate", response{}
		}
		return "changed time estimate to " + *formatDuration(seconds), response{}
	})
}

func (s *Sandbox) resetTimeEstimate(r *request) response {
	return s.changeTime(r, http.StatusOK, func(i *issue) (string, response) {
		i.Estimate = 0
		return "removed time estimate", response{}
	})
}

// addSpentTime responds with 201, unlike the other operations.
func (s *Sandbox) addSpentTime(r *request) response {
	text := r.params.text("duration")
	if !r.params.has("duration") {
		return missing("duration")
	}
	return s.changeTime(r, http.StatusCreated, func(i *issue) (string, response) {
		seconds, valid := parseDuration(text)
		switch {
		case !valid || seconds == 0:
			return "", invalidField("time_spent", "can't be blank")
		case i.Spent+seconds < 0:
			return "", invalidField("time_spent", "Time to subtract exceeds the total time spent")
		}
		i.Spent += seconds
		if seconds < 0 {
			return "subtracted " + *formatDuration(-seconds) + " of time spent", response{}
		}
		return "added " + *formatDuration(seconds) + " of time spent", response{}
	})
}

func (s *Sandbox) resetSpentTime(r *request) response {
	return s.changeTime(r, http.StatusOK, func(i *issue) (string, response) {
		i.Spent = 0
		return "removed time spent", response{}
	})
}

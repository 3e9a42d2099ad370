package gitlab

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// duration is a working time as GitLab reads it.
type duration struct {
	text    string // as it is sent
	seconds int64  // negative to subtract
	// exact says that it contains no days, weeks and months, whose length an
	// instance could define otherwise.
	exact bool
}

const hour = 60 * 60

// unitSeconds returns the length of a unit, or 0 for an unknown one: a day has 8
// hours, a week 5 days, a month 4 weeks.
func unitSeconds(name string) int64 {
	switch name {
	case "s":
		return 1
	case "m":
		return 60
	case "h":
		return hour
	case "d":
		return 8 * hour
	case "w":
		return 5 * 8 * hour
	case "mo":
		return 4 * 5 * 8 * hour
	}
	return 0
}

// maxSeconds is the longest time that GitLab can store.
const maxSeconds = 1<<31 - 1

var errDuration = errors.New("duration must consist of whole numbers with the units mo, w, d, h, m or s, such as 3h30m or 1w 2d")

// parseDuration parses a time such as 3h30m, 1w 2d or -1h. It rejects times that
// GitLab would read in another way, such as a number without a unit, and zero, which
// GitLab ignores or rejects.
func parseDuration(text string) (duration, error) {
	d := duration{text: strings.TrimSpace(text), exact: true}
	left, negative := strings.CutPrefix(d.text, "-")
	if left == "" {
		return duration{}, errDuration
	}
	for ; left != ""; left = strings.TrimSpace(left) {
		after := strings.TrimLeft(left, "0123456789")
		digits := left[:len(left)-len(after)]
		after = strings.TrimSpace(after)
		left = strings.TrimLeft(after, "abcdefghijklmnopqrstuvwxyz")
		unit := unitSeconds(after[:len(after)-len(left)])
		if digits == "" || unit == 0 {
			return duration{}, errDuration
		}
		number, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || number > (maxSeconds-d.seconds)/unit {
			return duration{}, fmt.Errorf("duration must be at most %d hours", maxSeconds/hour)
		}
		d.seconds += number * unit
		d.exact = d.exact && unit <= hour
	}
	if d.seconds == 0 {
		return duration{}, errors.New("duration must not be zero; a reset sets a time to zero")
	}
	if negative {
		d.seconds = -d.seconds
	}
	return d, nil
}

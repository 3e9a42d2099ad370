package rest

import (
	"net/http"
	"strconv"
	"time"
)

// UntilReset returns how long it takes until the time in the header with a name, in
// seconds since 1970, at most a day, or 0 if that is unknown. It compares the
// service's clock with the service's clock.
func UntilReset(header http.Header, name string, now time.Time) time.Duration {
	reset, err := strconv.ParseInt(header.Get(name), 10, 64)
	const most = 1 << 40 // so that no difference overflows
	if err != nil || reset < 0 || reset > most {
		return 0
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	return time.Duration(min(max(reset-now.Unix(), 0), 24*60*60)) * time.Second
}

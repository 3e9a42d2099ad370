package tools

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
)

// Day formats a time in a row of issues. Like the other formats it keeps the
// service's offset, and yields "" for the zero time.
func Day(t time.Time) string { return format(t, time.DateOnly) }

// Minute formats a time in any other row.
func Minute(t time.Time) string { return format(t, "2006-01-02T15:04Z07:00") }

// Second formats a time in a single object.
func Second(t time.Time) string { return format(t, time.RFC3339) }

func format(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}

// Plural returns the singular or the plural of a word, for the values of a field.
func Plural(values []string, singular, plural string) string {
	if len(values) > 1 {
		return plural
	}
	return singular
}

// Quoted returns names in quotes, for a sentence: the first twenty, and the number
// of the others. Long ones are truncated.
func Quoted(names []string) string {
	const most = 20
	var quoted []string
	for _, name := range names[:min(len(names), most)] {
		quoted = append(quoted, closest.Quoted(name))
	}
	text := strings.Join(quoted, ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Unverified says that no response of a service shows whether a write did what
// was requested. Err is why the issue could not be read back; nil if it did not
// have to be.
func Unverified(service string, what []string, err error) string {
	why := "not in " + service + "'s response"
	if err != nil {
		why = "reading the issue back: " + clause(err)
	}
	return fmt.Sprintf("could not verify %s: %s", strings.Join(what, ", "), why)
}

// CheckWith says with which tool to find out what an error left unknown, and when.
func CheckWith(tool string, err error) string {
	if e, ok := errors.AsType[*rest.Error](err); ok && e.RetryAfter > 0 {
		return fmt.Sprintf("check in %v with %s", Wait(e), tool)
	}
	return "check with " + tool
}

// NotSet describes the values of a field that a service did not set, and those that
// it did not remove. The field is named in the singular and the plural.
func NotSet(singular, plural string, missing, extra []string) []string {
	named := func(values []string) string { return Plural(values, singular, plural) + " " + Quoted(values) }
	var all []string
	if len(missing) > 0 {
		all = append(all, named(missing)+" "+Plural(missing, "was", "were")+" not set")
	}
	if len(extra) > 0 {
		all = append(all, named(extra)+" "+Plural(extra, "is", "are")+" still set")
	}
	return all
}

// clause returns the text of an error as a part of a sentence: messages of services
// may end with a period.
func clause(err error) string { return strings.TrimSuffix(err.Error(), ".") }

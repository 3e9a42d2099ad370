package gitcode

import (
	"slices"
	"strings"
)

// splitNames splits a comma-separated list.
func splitNames(list string) []string {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// without returns the names that are not in others, ignoring case.
func without(names, others []string) []string {
	var rest []string
	for _, name := range names {
		if !slices.ContainsFunc(others, func(o string) bool { return strings.EqualFold(o, name) }) {
			rest = append(rest, name)
		}
	}
	return rest
}

// quoted returns the names in quotes, for a sentence.
func quoted(names []string) string {
	return `"` + strings.Join(names, `", "`) + `"`
}

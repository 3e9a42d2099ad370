package gitcode

import "strings"

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
	known := make(map[string]bool, len(others))
	for _, name := range others {
		known[strings.ToLower(name)] = true
	}
	var rest []string
	for _, name := range names {
		if !known[strings.ToLower(name)] {
			rest = append(rest, name)
		}
	}
	return rest
}

// normalizeText normalizes line endings and trims white space, both of which
// GitCode may change.
func normalizeText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
}

// sameText reports whether two texts are the same but for what GitCode may
// change.
func sameText(a, b string) bool { return normalizeText(a) == normalizeText(b) }

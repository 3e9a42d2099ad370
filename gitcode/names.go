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

// withoutExact is like without, but in another case a name is another one. It
// returns each name once.
//
//go:noinline
func withoutExact(names, others []string) []string {
	seen := make(map[string]bool, len(others))
	for _, name := range others {
		seen[name] = true
	}
	var rest []string
	for _, name := range names {
		if !seen[name] {
			seen[name] = true
			rest = append(rest, name)
		}
	}
	return rest
}

// distinct returns the names, each once, ignoring case.
func distinct(names []string) []string {
	seen := make(map[string]bool, len(names))
	var list []string
	for _, name := range names {
		if lower := strings.ToLower(name); !seen[lower] {
			seen[lower] = true
			list = append(list, name)
		}
	}
	return list
}

// sameNames reports whether two lists have the same names, in any order and case.
func sameNames(a, b []string) bool { return len(without(a, b)) == 0 && len(without(b, a)) == 0 }

// trimmed returns label names without surrounding white space.
//
//go:noinline
func trimmed(labels Labels) []string {
	var names []string
	for _, l := range labels {
		names = append(names, strings.TrimSpace(l))
	}
	return names
}

// normalizeText normalizes line endings and trims white space, both of which
// GitCode may change.
func normalizeText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
}

// sameText reports whether two texts are the same but for what GitCode may
// change.
func sameText(a, b string) bool { return normalizeText(a) == normalizeText(b) }

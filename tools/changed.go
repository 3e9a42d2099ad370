package tools

import "gitcode.com/gitcode-mcp/gitcode-mcp/rest"

// OutcomeOf returns the outcome of a change for the audit log, of which a number of
// fields were ignored or are unknown. What certainly did not happen counts more than
// what may not have happened.
func OutcomeOf(ignored, unknown int) string {
	switch {
	case ignored > 0:
		return Partial
	case unknown > 0:
		return string(rest.OutcomeUnknown)
	}
	return ""
}

// Known returns a list that is known, which is not nil even if it is empty.
func Known(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}

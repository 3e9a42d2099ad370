package tools

import (
	"context"
	"encoding/json"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/sanitize"
)

// WriteAsking is like Write for a call that its user should confirm. The question
// says what will happen, in words that need no knowledge of the arguments' names; it
// is "" if a call with these params needs no confirmation.
func WriteAsking[P interface{ Target() string }, R any, V writeResult](spec Spec, question func(P) string, method func(context.Context, P) (R, error), view func(P, R) V) Tool {
	t := Write(spec, method, view)
	t.question = func(arguments json.RawMessage) string {
		var params P
		if t.decode(arguments, &params) != nil {
			return "" // the call says what is wrong
		}
		return question(params)
	}
	return t
}

// MayAsk reports whether there are calls of the tool that its user should confirm.
func (t Tool) MayAsk() bool { return t.question != nil }

// Question returns what the user should be asked before a call with these arguments,
// or "". It is one line of at most 300 bytes, without invisible characters. Question
// sends nothing.
func (t Tool) Question(env Env, arguments json.RawMessage) string {
	if t.question == nil || env.DryRun {
		return ""
	}
	arguments, err := t.expand(arguments, env.Forges)
	if err != nil {
		return ""
	}
	text, _ := sanitize.Filter{Secrets: env.Secrets}.Text(t.question(arguments))
	return rest.Excerpt([]byte(text))
}

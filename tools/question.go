package tools

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/sanitize"
)

// A Question says what a call will do, in words that need no knowledge of the arguments'
// names. It may read what the call is about: what it fails at, the call would too.
type Question func(context.Context) (string, error)

// Asking is a question that reads nothing.
func Asking(text string) Question {
	return func(context.Context) (string, error) { return text, nil }
}

// WriteAsking is like Write for a call that its user should confirm. The question is nil
// if a call with these params needs no confirmation.
func WriteAsking[P interface{ Target() string }, R any, V writeResult](spec Spec, question func(P) Question, method func(context.Context, P) (R, error), view func(P, R) V) Tool {
	t := Write(spec, method, view)
	t.question = func(arguments json.RawMessage) Question {
		var params P
		if t.decode(arguments, &params) != nil {
			return nil // the call says what is wrong
		}
		return question(params)
	}
	return t
}

// MayAsk reports whether there are calls of the tool that its user should confirm.
func (t Tool) MayAsk() bool { return t.question != nil }

// Question returns what finds out what the user should be asked before a call with these
// arguments, or nil. The text is one line of at most 300 bytes, without invisible
// characters. If it cannot be found out, that is the result of the call, and the error is
// also returned, for the log.
func (t Tool) Question(env Env, arguments json.RawMessage) func(context.Context) (string, *mcp.CallToolResult, error) {
	if t.question == nil || env.DryRun {
		return nil
	}
	arguments, err := t.expand(arguments, env.Forges)
	if err != nil {
		return nil
	}
	question := t.question(arguments)
	if question == nil {
		return nil
	}
	return func(ctx context.Context) (string, *mcp.CallToolResult, error) {
		filter := sanitize.Filter{Secrets: env.Secrets}
		text, err := question(ctx)
		if err != nil {
			return "", t.errorResult(ctx, env, filter, arguments, err), err
		}
		text, _ = filter.Text(text)
		return rest.Excerpt([]byte(text)), nil, nil
	}
}

// FirstWords returns the beginning of a text in quotes, for a question.
func FirstWords(text string) string {
	const most = 40 // runes
	text, _ = sanitize.Filter{}.Text(text)
	short := []rune(strings.Join(strings.Fields(text), " "))
	if len(short) > most {
		return strconv.Quote(strings.TrimSpace(string(short[:most])) + "…")
	}
	return strconv.Quote(string(short))
}

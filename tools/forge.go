package tools

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// Forge describes the forge that a group of tools belongs to.
type Forge struct {
	Client *rest.Client
	Name   string // "GitCode"
	// TokenHelp says how to pass a token and where to create one.
	TokenHelp string
	// Limits are the forge's documented rate limits, in words.
	Limits string
	// Advise, if non-nil, returns advice on an error that only this forge's
	// messages allow, or "".
	Advise func(*rest.Error) string
}

// Toolset returns the tools as a toolset of the forge.
func (f *Forge) Toolset(name string, tools ...Tool) []Tool {
	for i := range tools {
		tools[i].Toolset, tools[i].forge = name, f
	}
	return tools
}

// explain returns the text of an error for a model: what failed, and what to do
// next.
func (t Tool) explain(err error) string {
	text := err.Error()
	if e, ok := errors.AsType[*rest.Error](err); ok {
		if advice := t.advice(e); advice != "" {
			text = strings.TrimSuffix(text, ".") + ". " + advice
		}
	}
	return text
}

// advice returns what to do after an error, in terms of the tool's user.
func (t Tool) advice(e *rest.Error) string {
	if t.forge.Advise != nil {
		if advice := t.forge.Advise(e); advice != "" {
			return advice
		}
	}
	switch e.Class {
	case rest.Unauthenticated:
		return t.forge.TokenHelp
	case rest.Forbidden:
		return "The token's owner may not do this. Ask for access to the repository, or use another token."
	case rest.NotFound:
		return fmt.Sprintf("Check %s. %s also returns 404 if the token lacks permission, and for a moment after something was created.",
			strings.Join(pathNames(e.Endpoint), ", "), t.forge.Name)
	case rest.Conflict:
		return "It was changed in the meantime or already exists. Read it again before another attempt."
	case rest.Invalid:
		if e.Status != 0 {
			return "Correct the arguments; the same call will be rejected again."
		}
	case rest.RateLimited:
		if e.RetryAfter > 0 {
			return retryIn(e.RetryAfter)
		}
		return fmt.Sprintf("The limit is %s for each user. Wait a minute, then retry.", t.forge.Limits)
	case rest.ContentBlocked:
		return t.forge.Name + "'s firewall considers the content unsafe. Rephrase it, or leave out what looks like an attack (scripts, SQL, shell commands)."
	case rest.Moved:
		return "The repository or issue has moved. Call again with its new owner and name."
	case rest.Unavailable:
		if e.RetryAfter > 0 {
			return retryIn(e.RetryAfter)
		}
		return t.forge.Name + " cannot be reached or is failing. Retry in a minute."
	case rest.MalformedResponse:
		return fmt.Sprintf("The response is not what %s documents. Retry, for a list with a smaller per_page.", t.forge.Name)
	case rest.OutcomeUnknown:
		return fmt.Sprintf("The outcome is unknown. Check with %s before retrying.", t.Verify)
	}
	return ""
}

// pathNames returns the names in braces in an endpoint.
func pathNames(endpoint string) []string {
	var names []string
	for part := range strings.SplitSeq(endpoint, "{") {
		if name, _, ok := strings.Cut(part, "}"); ok {
			names = append(names, name)
		}
	}
	return names
}

// retryIn rounds the wait up to whole seconds.
func retryIn(d time.Duration) string {
	return fmt.Sprintf("Retry in %v.", (d + time.Second - 1).Truncate(time.Second))
}

// notSent is the error for arguments that do not match the schema.
func notSent(err error) error { return fmt.Errorf("not sent: %w", err) }

// audit records a write, unless it was not sent: because the client rejected it,
// or because a read that it depends on failed.
func (env Env) audit(tool, target string, w *Written, err error) {
	e, isRest := errors.AsType[*rest.Error](err)
	if env.Audit == nil || isRest && (e.NotSent || strings.HasPrefix(e.Endpoint, "GET ")) {
		return
	}
	r := Record{Tool: tool, Target: target, Outcome: "ok", ID: w.ID}
	switch {
	case isRest:
		r.Outcome = string(e.Class)
	case err != nil:
		r.Outcome = "failed"
	case w.Partial:
		r.Outcome = "partial"
	}
	env.Audit(r)
}

package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// Failure is a failed call.
type Failure struct {
	*rest.Error
	Tool      string
	Arguments map[string]string // as given, on one line and shortened
	// Subject names the arguments that identify what the call was about, with
	// their values: "owner=openharbor, repo=portal and number=7".
	Subject string
}

// OutcomeUnknown begins the advice after a write that may have happened.
const OutcomeUnknown = "The outcome is unknown."

// explain returns the text of an error for a model: what failed, and what to do
// next.
func (t Tool) explain(ctx context.Context, arguments json.RawMessage, err error) string {
	text := err.Error()
	if e, ok := errors.AsType[*rest.Error](err); ok {
		if advice := t.advice(ctx, t.failure(e, arguments)); advice != "" {
			if !strings.HasSuffix(text, "!") && !strings.HasSuffix(text, "?") {
				text = strings.TrimSuffix(text, ".") + "."
			}
			text += " " + advice
		}
	}
	return text
}

func (t Tool) failure(e *rest.Error, arguments json.RawMessage) Failure {
	f := Failure{Error: e, Tool: t.Name, Arguments: map[string]string{}}
	var members map[string]json.RawMessage
	if json.Unmarshal(arguments, &members) != nil {
		return f
	}
	for name, value := range members {
		f.Arguments[name] = display(value)
	}
	var subject []string
	for _, name := range t.identifiers() {
		if value, ok := f.Arguments[name]; ok {
			subject = append(subject, name+"="+value)
		}
	}
	f.Subject = Enumerated(subject, "and")
	return f
}

// display returns an argument as a person would write it.
func display(value json.RawMessage) string {
	var s string
	var list []string
	switch {
	case json.Unmarshal(value, &s) == nil:
	case json.Unmarshal(value, &list) == nil:
		s = strings.Join(list, ", ")
	default:
		s = string(value)
	}
	return rest.Excerpt([]byte(s))
}

// Enumerated joins phrases as in "a, b and c", where "and" is the conjunction.
func Enumerated(phrases []string, conjunction string) string {
	last := len(phrases) - 1
	if last < 1 {
		return strings.Join(phrases, "")
	}
	return strings.Join(phrases[:last], ", ") + " " + conjunction + " " + phrases[last]
}

// advice returns what to do after an error, in terms of the tool's user.
func (t Tool) advice(ctx context.Context, f Failure) string {
	if advice := t.adviceOnToken(ctx, f); advice != "" {
		return advice
	}
	if t.forge.Advise != nil {
		if advice := t.forge.Advise(f); advice != "" {
			return advice
		}
	}
	if advice := AdviseOnConnection(f.Problem); advice != "" {
		return advice
	}
	switch f.Class {
	case rest.Unauthenticated:
		return fmt.Sprintf("Put a valid token in %s. %s", t.tokenSource(ctx), t.forge.TokenHelp)
	case rest.Forbidden:
		return "The token's owner may not do this. Ask for access to the repository, or use another token."
	case rest.NotFound:
		when := "returns 404 if the token lacks permission"
		if t.forge.Lags {
			when += ", and for a moment after something was created"
		}
		if f.Subject == "" {
			return fmt.Sprintf("%s %s.", t.forge.Name, when)
		}
		return fmt.Sprintf("Check %s. %s also %s.", f.Subject, t.forge.Name, when)
	case rest.Conflict:
		if f.Status == 0 {
			return "" // the client found it, and says what to do
		}
		return "It was changed in the meantime or already exists. Read it again before retrying."
	case rest.Invalid:
		if f.Status != 0 {
			return "Correct the arguments; the same call will be rejected again."
		}
	case rest.RateLimited:
		return t.adviceOnRates(f)
	case rest.ContentBlocked:
		return t.forge.Name + "'s firewall considers the content unsafe. Rephrase it, or leave out what looks like an attack (scripts, SQL, shell commands)."
	case rest.Moved:
		return "The repository or issue has moved. Call again with its new owner and name."
	case rest.Unavailable:
		if f.RetryAfter > 0 {
			return retryIn(f.Error)
		}
		return t.forge.Name + " cannot be reached or is failing. Retry in a minute."
	case rest.MalformedResponse:
		return fmt.Sprintf("The response does not match %s's documentation. Retry; for a list, use a smaller per_page.", t.forge.Name)
	case rest.ForbiddenByPolicy:
		if f.RetryAfter > 0 {
			return retryIn(f.Error)
		}
		return "The operator of this server decided so; do not look for another way."
	case rest.OutcomeUnknown:
		return fmt.Sprintf("%s Check with %s before retrying.", OutcomeUnknown, t.Verify)
	}
	return ""
}

// adviceOnToken returns the advice after a request without a token, or "".
func (t Tool) adviceOnToken(ctx context.Context, f Failure) string {
	if f.NotSent || !t.forge.Client.Anonymous() || t.forge.Client.Token(ctx) != "" {
		return ""
	}
	check := ""
	switch f.Class {
	case rest.NotFound:
		if check = "It may need a token."; f.Subject != "" {
			check = fmt.Sprintf("Check %s, which may need a token.", f.Subject)
		}
	case rest.Unauthenticated, rest.Forbidden:
	default:
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%s Without a token, %s shows only public data. Put one in %s. %s", check, t.forge.Name, t.tokenSource(ctx), t.forge.TokenHelp))
}

// tokenSource returns where the token of a call comes from.
func (t Tool) tokenSource(ctx context.Context) string {
	if t.forge.Client.HasUserToken(ctx) {
		return "the header " + t.forge.TokenHeader
	}
	return t.forge.Settings.Token
}

func (t Tool) adviceOnRates(f Failure) string {
	switch {
	case f.NotSent && f.RetryAfter == 0:
		return "Retry when one of them has ended."
	case f.NotSent && !f.Paused && t.forge.Settings.Rate != "":
		return fmt.Sprintf("%s The limit is set with %s.", retryIn(f.Error), t.forge.Settings.Rate)
	case f.RetryAfter > 0:
		return retryIn(f.Error)
	}
	return fmt.Sprintf("The limit is %s for each user. Wait a minute, then retry.", t.forge.Limits)
}

func retryIn(e *rest.Error) string { return fmt.Sprintf("Retry in %v.", Wait(e)) }

// Wait returns how long to wait before another attempt, rounded up to whole
// seconds. It is 0 if the error does not say.
func Wait(e *rest.Error) time.Duration {
	return (e.RetryAfter + time.Second - 1).Truncate(time.Second)
}

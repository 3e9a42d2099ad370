package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// token checks the token, and what it allows.
func (e *examination) token(ctx context.Context, connected bool) {
	switch {
	case e.TokenError != nil:
		e.add("token", Failed, e.TokenError.Error(), e.SetToken)
	case e.Client.Token(ctx) == "" && e.Client.Anonymous():
		e.add("token", Warning, "there is no token: public data can be read, but nothing else, and nothing can be written", "If you need more: "+e.SetToken)
	case e.Client.Token(ctx) == "":
		e.add("token", Failed, "there is no token", e.SetToken)
	case !connected:
		e.add("token", Skipped, "there is one in "+e.TokenSource+", but it cannot be checked without a connection", "")
	default:
		info, err := e.Client.CheckToken(ctx)
		if err != nil {
			e.rejected(err)
			return
		}
		e.accepted(info, time.Now())
		e.scopes(info)
	}
}

// rejected explains why the token could not be used.
func (e *examination) rejected(err error) {
	failure, ok := errors.AsType[*rest.Error](err)
	if !ok {
		failure = &rest.Error{Message: err.Error()}
	}
	switch failure.Class {
	case rest.Unauthenticated:
		e.add("token", Failed, fmt.Sprintf("%s does not accept the one in %s: %s (%d)", e.Name, e.TokenSource, failure.Message, failure.Status), e.SetToken)
	case rest.MalformedResponse, rest.Moved, rest.NotFound, rest.Invalid:
		e.add("token", Failed, "the response is not that of "+e.Name+"'s API: "+err.Error(), "Check "+e.URLSetting+": it must be the address of the API.")
	case rest.Forbidden:
		e.add("token", Failed, err.Error(), e.SetToken)
	default:
		e.add("token", Failed, "it could not be checked: "+err.Error(), "Retry in a minute.")
	}
}

// accepted says whose the token is.
func (e *examination) accepted(info *rest.TokenInfo, now time.Time) {
	text := "the one in " + e.TokenSource + " is accepted"
	if info.Login != "" {
		text += "; its owner is " + info.Login
	}
	if info.Expires.IsZero() {
		e.add("token", OK, text, "")
		return
	}
	status := OK
	if info.Expires.Sub(now) < expiresSoon {
		status = Warning
	}
	e.add("token", status, text+"; it expires on "+info.Expires.UTC().Format(time.DateOnly), e.SetToken)
}

// scopes says what the token allows.
func (e *examination) scopes(info *rest.TokenInfo) {
	list := "the token allows to read issues; " + e.Name + " does not show whether it may write"
	if info.Scopes != nil {
		list = "the token has " + strings.Join(info.Scopes, ", ")
		if len(info.Scopes) == 0 {
			list = "the token has none"
		}
	}
	switch {
	case info.Lacks != "":
		text := "the token lacks " + info.Lacks
		if info.Scopes != nil {
			text = list + ", but not " + info.Lacks
		}
		e.add("scopes", Failed, text, "Add it to the token if "+e.Name+" allows that. Otherwise: "+e.SetToken)
	case info.ReadOnly && !e.ReadOnly:
		e.add("scopes", Warning, list+"; it can only read", "Set GITCODE_MCP_READ_ONLY to offer only tools that read, or use a token that may write. "+e.SetToken)
	case info.Limits != "":
		e.add("scopes", Warning, list+"; "+info.Limits, "If you need that, use another token. "+e.SetToken)
	default:
		e.add("scopes", OK, list, "")
	}
}

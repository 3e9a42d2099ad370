package tools

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/sanitize"
)

// Forge describes the forge that a group of tools belongs to.
type Forge struct {
	Client    *rest.Client
	Name      string // "GitCode"
	Addresses Addresses
	// TokenHelp is a sentence that says where to create a token.
	TokenHelp string
	TokenURL  string // of the page on which users create tokens; optional
	// TokenHeader is the HTTP header in which users send their own token.
	TokenHeader string
	// Lags reports whether the forge returns 404 for a moment after something was
	// created.
	Lags bool
	// Limits are the forge's documented rate limits, in words.
	Limits   string
	Settings Settings
	// Advise, if non-nil, returns advice based on the forge's own messages, or ""
	// to use the default.
	Advise func(Failure) string

	leftovers leftovers
}

// Settings say where the user set something, in the form in which they did, for
// advice: "GITCODE_RATE" or "--rate". Files are those that the user allows to send.
// Hosts have addresses of the forge besides those that follow from its base URL.
type Settings struct {
	Token string // the server's own token
	Rate  string // the local rate limit; "" if it cannot be set
	Files *Files
	Hosts []string
}

// Toolset returns the tools as a toolset of the forge that is offered by default.
func (f *Forge) Toolset(name string, tools ...Tool) []Tool {
	for i := range tools {
		tools[i].Toolset, tools[i].forge = name, f
	}
	return tools
}

// OptionalToolset returns the tools as a toolset of the forge that is offered only
// if it is selected.
func (f *Forge) OptionalToolset(name string, tools ...Tool) []Tool {
	tools = f.Toolset(name, tools...)
	for i := range tools {
		tools[i].Optional = true
	}
	return tools
}

// notSent is the error for arguments that do not match the schema.
func notSent(err error) error { return fmt.Errorf("not sent: %w", err) }

// withUser returns an audit function that adds the user to each record and
// removes the token from it.
func withUser(audit func(Record), token string, filter sanitize.Filter) func(Record) {
	if audit == nil {
		return nil
	}
	hash := sha256.Sum256([]byte(token))
	return func(r Record) {
		r.User = hex.EncodeToString(hash[:4])
		r.Target, _ = filter.Text(r.Target)
		audit(r)
	}
}

// audit records a write, unless its steps were recorded or it was not sent:
// because the client rejected it, or because a read that it depends on failed.
func (env Env) audit(tool, target string, w *Written, err error) {
	e, isRest := errors.AsType[*rest.Error](err)
	if env.Audit == nil || *env.audited || isRest && (e.NotSent || strings.HasPrefix(e.Endpoint, "GET ")) {
		return
	}
	if err == nil && w.Outcome == Unchanged {
		return
	}
	r := Record{Tool: tool, Target: target, Outcome: cmp.Or(w.Outcome, "ok"), ID: w.ID}
	switch {
	case isRest:
		r.Outcome = string(e.Class)
	case err != nil:
		r.Outcome = "failed"
	}
	env.Audit(r)
}

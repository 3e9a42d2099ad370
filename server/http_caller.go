package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// caller is who a request over HTTP comes from. The zero value is the only
// user of a server on stdio.
type caller struct {
	id        ownerID         // tells users apart
	client    *gitcode.Client // with the caller's own token; nil for the server's
	selection Selection       // how the caller narrows itself
}

// ownerID tells callers, and so the owners of sessions, apart: a digest of the
// token.
type ownerID [sha256.Size]byte

type callerKey struct{}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// env is what a call runs with: the server's, as the caller.
func (c caller) env(env tools.Env) tools.Env {
	if c.client != nil {
		env.Client = c.client
	}
	return env
}

// The headers by which callers say who they are and narrow themselves.
const (
	headerToken    = "X-GitCode-Token"
	headerToolsets = "X-MCP-Toolsets"
	headerTools    = "X-MCP-Tools"
	headerReadOnly = "X-MCP-Readonly"
)

var errNoUserToken = errors.New("this server works with each user's own token: send it in the header " + headerToken + "; " + gitcode.TokenHelp)

// callerFrom reads who a request comes from. Where users bring their tokens
// there is no other token to fall back to.
func callerFrom(r *http.Request, users *gitcode.Client) (caller, error) {
	c := caller{selection: Selection{
		ReadOnly: strings.EqualFold(r.Header.Get(headerReadOnly), "true"),
		Toolsets: headerList(r, headerToolsets),
		Tools:    headerList(r, headerTools),
	}}
	if err := c.selection.Check(); err != nil {
		return c, err
	}
	if users == nil {
		return c, nil
	}
	token, err := gitcode.CleanToken(headerToken, r.Header.Get(headerToken))
	if err != nil {
		return c, err
	}
	if token == "" {
		return c, errNoUserToken
	}
	c.id = sha256.Sum256([]byte(token))
	c.client = users.As(token)
	return c, nil
}

func headerList(r *http.Request, name string) []string {
	var list []string
	for _, value := range r.Header.Values(name) {
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list = append(list, item)
			}
		}
	}
	return list
}

package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// caller is the sender of a request over HTTP. The zero value is the only caller
// of a server on stdio.
type caller struct {
	id        ownerID
	token     string    // the caller's own; "" to use the server's
	selection Selection // from the request's headers
}

// ownerID identifies the owner of a session or stream: the hash of a caller's
// token. It is the same for all callers that bring none.
type ownerID [sha256.Size]byte

type callerKey struct{}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// secrets returns what the log must not contain besides the server's secrets.
func (c caller) secrets() []string {
	if c.token == "" {
		return nil
	}
	return []string{c.token}
}

// UserToken says how callers send their own token for a forge.
type UserToken struct {
	Client *rest.Client // of the forge
	Header string       // that contains the token
	Help   string       // sentence that says where to create one
}

// The request headers that restrict the caller's tools.
const (
	headerToolsets = "X-MCP-Toolsets"
	headerTools    = "X-MCP-Tools"
	headerReadOnly = "X-MCP-Readonly"
)

var errNoUserToken = errors.New("this server uses each caller's own token")

// withCaller identifies the caller and stores it in the request's context.
func (h *HTTP) withCaller(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := h.callerFrom(r)
		switch {
		case errors.Is(err, errNoUserToken):
			unauthorized(w, err.Error())
			return
		case err != nil:
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		ctx := context.WithValue(r.Context(), callerKey{}, c)
		if h.cfg.UserTokens {
			ctx = h.cfg.UserToken.Client.WithToken(ctx, c.token)
		}
		r.Header.Del(h.cfg.UserToken.Header) // it is in the context, or unused
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// callerFrom returns the sender of a request. It never falls back to another
// token if callers must send their own.
func (h *HTTP) callerFrom(r *http.Request) (c caller, err error) {
	if c.selection, err = selectionFrom(r.Header); err != nil {
		return c, err
	}
	if err := c.selection.check(h.cfg.Tools, headerNames); err != nil {
		return c, err
	}
	user := h.cfg.UserToken
	if !h.cfg.UserTokens {
		return c, nil
	}
	if c.token, err = CleanToken(user.Header, r.Header.Get(user.Header)); err != nil {
		return c, err
	}
	if c.token == "" {
		return c, fmt.Errorf("%w; send it in the %s header. %s", errNoUserToken, user.Header, user.Help)
	}
	c.id = sha256.Sum256([]byte(c.token))
	return c, nil
}

// selectionFrom returns the selection in a request's headers. A header without a
// value is an error, because it could mean every tool as well as none.
func selectionFrom(header http.Header) (s Selection, err error) {
	for _, value := range header.Values(headerReadOnly) {
		readOnly, err := strconv.ParseBool(strings.TrimSpace(value))
		if err != nil {
			return s, fmt.Errorf("%s: %.40q is neither true nor false", headerReadOnly, value)
		}
		s.ReadOnly = s.ReadOnly || readOnly
	}
	if s.Toolsets, err = headerList(header, headerToolsets); err != nil {
		return s, err
	}
	s.Tools, err = headerList(header, headerTools)
	return s, err
}

// headerList returns the elements of a header that holds a comma-separated list.
// If the header is present, it has at least one.
func headerList(header http.Header, name string) ([]string, error) {
	var list []string
	for _, value := range header.Values(name) {
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list = append(list, item)
			}
		}
	}
	if len(list) == 0 && header.Values(name) != nil {
		return nil, fmt.Errorf("%s: the list is empty; leave out the header to select everything", name)
	}
	return list, nil
}

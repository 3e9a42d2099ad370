package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// caller is the sender of a request over HTTP. The zero value is the only caller
// of a server on stdio.
type caller struct {
	id        ownerID
	selection Selection // from the request's headers
}

// ownerID identifies the owner of a session or stream: the hash of a caller's
// tokens. It is the same for all callers that bring none.
type ownerID [sha256.Size]byte

type callerKey struct{}

//go:noinline
func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
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
		c, tokens, err := h.callerFrom(r)
		switch {
		case errors.Is(err, errNoUserToken):
			unauthorized(w, err.Error())
			return
		case err != nil:
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		ctx := context.WithValue(r.Context(), callerKey{}, c)
		for i, f := range h.forges {
			if h.cfg.UserTokens {
				ctx = f.Client.WithToken(ctx, tokens[i])
			}
			r.Header.Del(f.TokenHeader) // it is in the context, or unused
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// callerFrom returns the sender of a request. If callers must send their own
// tokens, it also returns the caller's token for each forge: "" for a forge whose
// header is absent, so that calls of its tools use no other token. They fail, unless
// they read public data of a forge that shows it to everyone. All callers without any
// token are one owner.
func (h *HTTP) callerFrom(r *http.Request) (c caller, tokens []string, err error) {
	if c.selection, err = selectionFrom(r.Header); err != nil {
		return c, nil, err
	}
	if err := c.selection.check(h.cfg.Tools, headerNames); err != nil {
		return c, nil, err
	}
	if !h.cfg.UserTokens {
		return c, nil, nil
	}
	var help []string
	for _, f := range h.forges {
		// A repeated header is one with several values, which are no token.
		token, err := CleanToken(f.TokenHeader, strings.Join(r.Header.Values(f.TokenHeader), ", "))
		if err != nil {
			return c, nil, err
		}
		tokens, help = append(tokens, token), append(help, f.TokenHelp)
	}
	if strings.Join(tokens, "") == "" && !slices.ContainsFunc(h.forges, func(f *tools.Forge) bool { return f.Client.Anonymous() }) {
		return c, nil, fmt.Errorf("%w; send it in the %s header. %s", errNoUserToken, enumerate(h.forges, headerOf, "or"), strings.Join(help, " "))
	}
	c.id = ownerOf(tokens)
	return c, tokens, nil
}

// ownerOf returns the owner with these tokens, one for each forge. The hashes of
// the tokens have one length, so that no other tokens yield the same text.
func ownerOf(tokens []string) ownerID {
	var hashes []byte
	for _, token := range tokens {
		hash := sha256.Sum256([]byte(token))
		hashes = append(hashes, hash[:]...)
	}
	return sha256.Sum256(hashes)
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

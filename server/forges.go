package server

import (
	"cmp"
	"context"
	"slices"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// forgesOf returns the forges that tools belong to, in the order of the tools.
//
//go:noinline
func forgesOf(list []tools.Tool) []*tools.Forge {
	var forges []*tools.Forge
	for _, t := range list {
		if f := t.Forge(); !slices.Contains(forges, f) {
			forges = append(forges, f)
		}
	}
	return forges
}

// tokensOf returns the tokens that calls with ctx use, which neither the log nor
// a result of any forge may contain. The longest is first, so that no other token
// that is a part of it leaves its rest when it is removed.
func tokensOf(ctx context.Context, forges []*tools.Forge) []string {
	var tokens []string
	for _, f := range forges {
		tokens = append(tokens, f.Client.Token(ctx))
	}
	return removable(tokens)
}

// removable returns the secrets in the order in which to remove them from text.
func removable(secrets []string) []string {
	var list []string
	for _, secret := range secrets {
		if secret != "" {
			list = append(list, secret)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return list
}

// enumerate joins a text of each forge as in "GitCode, GitHub and GitLab".
func enumerate(forges []*tools.Forge, text func(*tools.Forge) string, conjunction string) string {
	var list []string
	for _, f := range forges {
		list = append(list, text(f))
	}
	return tools.Enumerated(list, conjunction)
}

func nameOf(f *tools.Forge) string   { return f.Name }
func headerOf(f *tools.Forge) string { return f.TokenHeader }

// Package github defines the operations of GitHub as tools, and what a model reads
// of their results.
package github

import (
	api "gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TokenHeader is the HTTP header in which users of a shared server send their
// own tokens.
const TokenHeader = "X-GitHub-Token"

// CreateToken says where to create a token.
const CreateToken = "Create one on GitHub under Settings, Developer settings, Personal access tokens, with access to issues."

// Instructions explain to a model how the tools fit together.
const Instructions = ``

// Tools returns the tools of a client. Advice names the settings.
func Tools(c *api.Client, settings tools.Settings) []tools.Tool {
	forge := &tools.Forge{
		Client:      c.Client,
		Name:        "GitHub",
		TokenHelp:   CreateToken,
		TokenHeader: TokenHeader,
		Limits:      "5,000 requests an hour",
		Settings:    settings,
	}
	return forge.Toolset("github")
}

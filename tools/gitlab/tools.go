// Package gitlab defines the operations of GitLab as tools, and what a model reads
// of their results.
package gitlab

import (
	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TokenHeader is the HTTP header in which users of a shared server send their
// own tokens.
const TokenHeader = "X-GitLab-Token"

// CreateToken says where to create a token.
const CreateToken = "Create one on GitLab under Preferences, Access Tokens, with the scope api."

// Instructions explain to a model how the tools fit together.
const Instructions = ``

// Tools returns the tools of a client. Advice names the settings.
func Tools(c *api.Client, settings tools.Settings) []tools.Tool {
	forge := &tools.Forge{
		Client:      c.Client,
		Name:        "GitLab",
		TokenHelp:   CreateToken,
		TokenHeader: TokenHeader,
		Settings:    settings,
	}
	return forge.Toolset("gitlab")
}

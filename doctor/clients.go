package doctor

import (
	"os"
	"path/filepath"
	"regexp"
)

// Places are the directories in which MCP clients keep their configurations.
type Places struct {
	Home    string
	Config  string // of applications: ~/.config, ~/Library/Application Support or %AppData%
	Project string // the current directory
}

// files returns the names of clients and the files that can configure them.
func (p Places) files() [][]string {
	home := func(path ...string) string { return filepath.Join(p.Home, filepath.Join(path...)) }
	config := func(path ...string) string { return filepath.Join(p.Config, filepath.Join(path...)) }
	project := func(path ...string) string { return filepath.Join(p.Project, filepath.Join(path...)) }
	return [][]string{
		{"claude-code", home(".claude.json"), project(".mcp.json")},
		{"claude-desktop", config("Claude", "claude_desktop_config.json")},
		{"vscode", config("Code", "User", "mcp.json"), project(".vscode", "mcp.json")},
		{"cursor", home(".cursor", "mcp.json"), project(".cursor", "mcp.json")},
		{"opencode", home(".config", "opencode", "opencode.json"), home(".config", "opencode", "opencode.jsonc"), project("opencode.json"), project("opencode.jsonc")},
		{"gemini", home(".gemini", "settings.json"), project(".gemini", "settings.json")},
		{"windsurf", home(".codeium", "windsurf", "mcp_config.json")},
		{"codex", home(".codex", "config.toml")},
	}
}

// entry matches this server in the configuration of a client: its program, or the
// name of an entry for a remote one.
var entry = regexp.MustCompile(`gitcode-mcp|"gitcode"\s*:|\[mcp_servers\.gitcode\]`)

// ExamineClients finds the MCP clients that are configured to use this server.
func ExamineClients(p Places) (checks []Check) {
	for _, files := range p.files() {
		for _, file := range files[1:] {
			content, err := os.ReadFile(file)
			if err == nil && entry.Match(content) {
				checks = append(checks, Check{Subject: "Clients", Name: files[0], Status: OK, Text: file + " names this server"})
			}
		}
	}
	if checks == nil {
		const fix = "Add this server to the configuration of your client, as the README shows for each of them."
		checks = []Check{{Subject: "Clients", Name: "clients", Status: Warning, Text: "no client is configured to use this server", Fix: fix}}
	}
	return checks
}

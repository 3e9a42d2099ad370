package doctor

import (
	"os"
	"regexp"

	"gitcode.com/gitcode-mcp/gitcode-mcp/install"
)

// entry matches this server in the configuration of a client: its program, or the
// name of an entry for a remote one.
const entry = `gitcode-mcp|"gitcode"\s*:|\[mcp_servers\.gitcode\]`

// ExamineClients finds the MCP clients that are configured to use this server, for the
// user or for the project in a directory.
func ExamineClients(p install.Places, project string) (checks []Check) {
	isEntry := regexp.MustCompile(entry)
	for _, client := range install.Clients() {
		for _, file := range client.Files(p, project) {
			content, err := os.ReadFile(file)
			if err == nil && isEntry.Match(content) {
				checks = append(checks, Check{Subject: "Clients", Name: client.Name, Status: OK, Text: file + " names this server"})
			}
		}
	}
	if checks == nil {
		const fix = "Add this server to one with 'gitcode-mcp install CLIENT'."
		checks = []Check{{Subject: "Clients", Name: "clients", Status: Warning, Text: "no client is configured to use this server", Fix: fix}}
	}
	return checks
}

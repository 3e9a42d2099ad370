package main

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	githubsandbox "gitcode.com/gitcode-mcp/gitcode-mcp/github/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	gitcodetools "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
	githubtools "gitcode.com/gitcode-mcp/gitcode-mcp/tools/github"
)

// summary says in one line what the program is.
const summary = "An MCP server for the issues of GitCode and GitHub"

// tokenHelp is the part of the program's help that says how to use each forge.
const tokenHelp = `The access token is read from GITCODE_TOKEN. GitHub's tools are added if
GITHUB_TOKEN, GITHUB_TOKEN_FILE or GITHUB_API_URL is set.`

// allForges returns the forges that the program can serve, with settings that
// are not set yet. This file is the only one that knows them.
func allForges() []*forge {
	return []*forge{
		{
			name: "GitCode", variables: "GITCODE_",
			baseURL: gitcode.DefaultBaseURL, rates: "50/m,4000/h",
			tools: toolsOf(gitcode.New, gitcodetools.Tools), instructions: gitcodetools.Instructions, header: gitcodetools.TokenHeader,
			sandbox: sandboxPart{path: sandbox.Prefix, token: sandbox.Token, users: usersOf(sandbox.Users())},
		},
		{
			name: "GitHub", flags: "github-", variables: "GITHUB_", optional: true,
			baseURL: github.DefaultBaseURL, rates: "5000/h",
			tools: toolsOf(github.New, githubtools.Tools), instructions: githubtools.Instructions, header: githubtools.TokenHeader,
			sandbox: sandboxPart{path: githubsandbox.Prefix, token: githubsandbox.Token, users: usersOf(githubsandbox.Users())},
		},
	}
}

// toolsOf returns a function that makes the tools of a forge.
func toolsOf[C any](newClient func(rest.Config) (C, error), newTools func(C, tools.Settings) []tools.Tool) func(rest.Config, tools.Settings) ([]tools.Tool, error) {
	return func(cfg rest.Config, settings tools.Settings) ([]tools.Tool, error) {
		client, err := newClient(cfg)
		if err != nil {
			return nil, err
		}
		return newTools(client, settings), nil
	}
}

// usersOf returns the users of a sandbox.
func usersOf[U ~struct{ Name, Role, Token string }](users []U) []server.SandboxUser {
	var list []server.SandboxUser
	for _, user := range users {
		list = append(list, server.SandboxUser(user))
	}
	return list
}

// startSandbox serves the sandboxes of all forges on a loopback port until the
// process ends. The URL is that of the port. The state of GitHub's is in a file
// of its own, whose name is that of the state file with .github appended.
func (s *settings) startSandbox() (url string, err error) {
	box, github := sandbox.New(), githubsandbox.New()
	if s.stateFile != "" {
		if box, err = sandbox.Open(string(s.stateFile)); err != nil {
			return "", err
		}
		if slices.ContainsFunc(s.forges, func(f *forge) bool { return f.sandbox.path == githubsandbox.Prefix && f.configured() }) {
			if github, err = githubsandbox.Open(string(s.stateFile) + ".github"); err != nil {
				return "", err
			}
		}
	}
	// http.ServeMux would redirect requests whose path is not clean.
	both := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, githubsandbox.Prefix+"/") {
			github.ServeHTTP(w, r)
		} else {
			box.ServeHTTP(w, r)
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("start the sandbox: %w", err)
	}
	go http.Serve(listener, both) //nolint:errcheck,gosec // ends with the process and is reachable only from this machine
	return "http://" + listener.Addr().String(), nil
}

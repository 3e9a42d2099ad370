package main

import (
	"net/http"

	"gitcode.com/gitcode-mcp/gitcode-mcp/doctor"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	githubsandbox "gitcode.com/gitcode-mcp/gitcode-mcp/github/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	gitlabsandbox "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	gitcodetools "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
	githubtools "gitcode.com/gitcode-mcp/gitcode-mcp/tools/github"
	gitlabtools "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitlab"
)

// summary says in one line what the program is.
const summary = "An MCP server for the issues of GitCode, GitHub and GitLab"

// tokenHelp is the part of the program's help that says how to use each forge.
const tokenHelp = `The access token is read from GITCODE_TOKEN; public data can be read without.
GitHub's tools are added if GITHUB_TOKEN, GITHUB_TOKEN_FILE or GITHUB_API_URL is
set, and GitLab's if GITLAB_TOKEN, GITLAB_TOKEN_FILE or GITLAB_API_URL is set.`

// allForges returns the forges that the program can serve, with settings that
// are not set yet. This file is the only one that knows them.
func allForges() []*forge {
	return []*forge{
		{
			name: "GitCode", variables: "GITCODE_", pipeline: "ATOMGIT_", apiBelow: "/api/v5",
			baseURL: gitcode.DefaultBaseURL, sites: []string{"gitcode.com", "atomgit.com"}, rates: "50/m,4000/h",
			tools: toolsOf(gitcode.New, gitcodetools.Tools, gitcodetools.Completions), resources: gitcodetools.Resources(), instructions: gitcodetools.Instructions, header: gitcodetools.TokenHeader,
			client: clientOf(gitcode.New), createToken: gitcodetools.CreateToken,
			sandbox: sandboxPart{path: sandbox.Prefix, other: sandbox.Prefix8, pages: sandbox.Attachments, token: sandbox.Token, users: usersOf(sandbox.Users), open: opened(sandbox.New, sandbox.Open),
				example: server.Example{Tool: "list_repo_issues", Arguments: map[string]string{"owner": "openharbor", "repo": "portal", "number": "1"}}},
		},
		{
			name: "GitHub", flags: "github-", variables: "GITHUB_", optional: true,
			baseURL: github.DefaultBaseURL, sites: []string{"github.com"}, rates: "5000/h",
			tools: toolsOf(github.New, githubtools.Tools), instructions: githubtools.Instructions, header: githubtools.TokenHeader,
			client: clientOf(github.New), createToken: githubtools.CreateToken,
			sandbox: sandboxPart{path: githubsandbox.Prefix, token: githubsandbox.Token, users: usersOf(githubsandbox.Users), open: opened(githubsandbox.New, githubsandbox.Open), suffix: ".github",
				example: server.Example{Tool: "github_list_repo_issues", Arguments: map[string]string{"owner": "octoharbor", "repo": "portal", "issue_number": "1"}}},
		},
		{
			name: "GitLab", flags: "gitlab-", variables: "GITLAB_", optional: true,
			baseURL: gitlab.DefaultBaseURL, apiPath: "/api/v4", rates: "300/m",
			tools: toolsOf(gitlab.New, gitlabtools.Tools), instructions: gitlabtools.Instructions, header: gitlabtools.TokenHeader,
			client: clientOf(gitlab.New), createToken: gitlabtools.CreateToken,
			sandbox: sandboxPart{path: gitlabsandbox.Prefix, token: gitlabsandbox.Token, users: usersOf(gitlabsandbox.Users), open: opened(gitlabsandbox.New, gitlabsandbox.Open), suffix: ".gitlab",
				example: server.Example{Tool: "gitlab_list_project_issues", Arguments: map[string]string{"id": "harborlab/portal", "issue_iid": "1"}}},
		},
	}
}

// toolsOf returns a function that makes the tools of a forge, and the completions
// that use the same client.
func toolsOf[C any](newClient func(rest.Config) (C, error), newTools func(C, tools.Settings) []tools.Tool, newCompletions ...func(C, []tools.Tool) []tools.Completion) toolMaker {
	return func(cfg rest.Config, settings tools.Settings) (list []tools.Tool, completions []tools.Completion, err error) {
		client, err := newClient(cfg)
		if err != nil {
			return nil, nil, err
		}
		list = newTools(client, settings)
		for _, complete := range newCompletions {
			completions = append(completions, complete(client, list)...)
		}
		return list, completions, nil
	}
}

// clientOf returns a function that makes a client of a forge to examine.
func clientOf[C doctor.Client](newClient func(rest.Config) (C, error)) func(rest.Config) (doctor.Client, error) {
	return func(cfg rest.Config) (doctor.Client, error) { return newClient(cfg) }
}

// usersOf returns a function that returns the users of a sandbox.
func usersOf[U ~struct{ Name, Role, Token string }](users func() []U) func() []server.SandboxUser {
	return func() (list []server.SandboxUser) {
		for _, user := range users() {
			list = append(list, server.SandboxUser(user))
		}
		return list
	}
}

// opened returns a function that opens a sandbox in a file, or a new one if the
// file has no name.
func opened[S http.Handler](newSandbox func() S, open func(file string) (S, error)) func(string) (http.Handler, error) {
	return func(file string) (http.Handler, error) {
		if file == "" {
			return newSandbox(), nil
		}
		return open(file)
	}
}

package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/prompts"
	"gitcode.com/gitcode-mcp/gitcode-mcp/skills"
)

// TestCallsOfPromptsAndSkills makes every call that the prompts and skills name, as
// they name it, on the sandbox.
func TestCallsOfPromptsAndSkills(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for _, p := range prompts.All() {
		texts[p.Prompt.Name] = p.Text
	}
	for _, s := range skills.All() {
		texts[s.Name] = s.Text
	}
	calls := map[string]bool{}
	for where, text := range texts {
		found := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(text, -1)
		assert.NotEmpty(t, found, where)
		for _, match := range found {
			calls[match[1]] = true
		}
	}
	assert.Greater(t, len(calls), 15)
	for call := range calls {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, status := run(t, "", nil, completed(call)...)
			assert.Zero(t, status, stderr)
			assert.NotEmpty(t, stdout)
		})
	}
}

// completed returns a call with what a model adds to it: the issue, and values
// instead of ….
func completed(call string) []string {
	values := map[string]string{"search": "login", "numbers": "1,2", "since": "2026-11-01", "comment": "Fixed."}
	more := map[string]string{
		"update_issues": `changes=[{"numbers":[1],"add_labels":["help wanted"]}]`, "create_issue": "title=T", "comment": "body=B",
	}
	arguments := []string{"call", "--sandbox"}
	fields := strings.Fields(call)
	for i, field := range fields {
		if name, value, ok := strings.Cut(field, "="); ok {
			value = strings.Trim(value, "[]")
			if value == "…" {
				value = values[name]
			}
			field = name + "=" + value
		}
		if i == 1 {
			arguments = append(arguments, "owner=openharbor", "repo=portal")
		}
		arguments = append(arguments, field)
	}
	if len(fields) == 1 {
		arguments = append(arguments, "owner=openharbor", "repo=portal")
	}
	if strings.Contains("get_issue update_issue comment list_issue_comments", fields[0]) {
		arguments = append(arguments, "number=1")
	}
	if argument := more[fields[0]]; argument != "" {
		arguments = append(arguments, argument)
	}
	return arguments
}

// TestGuidanceFollowsTheTools checks that only those prompts, skills and resources
// are offered whose tools are, and that nothing is declared that does not exist.
func TestGuidanceFollowsTheTools(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, args, capabilities, prompts, resources, templates string }{
		{"default", "", "prompts resources tools completions", "draft_bug_report find_duplicates reply_to_issue summarize_issue triage_backlog triage_issue weekly_report",
			"skill://triage-gitcode-backlog/SKILL.md skill://work-on-gitcode-issue/SKILL.md",
			"gitcode://{owner}/{repo}/issues/{number} gitcode://{owner}/{repo}/issues{?state} gitcode://{owner}/{repo}/labels gitcode://{owner}/{repo}/milestones"},
		{"read-only", "--read-only", "prompts resources tools completions", "summarize_issue weekly_report", "",
			"gitcode://{owner}/{repo}/issues/{number} gitcode://{owner}/{repo}/issues{?state} gitcode://{owner}/{repo}/labels gitcode://{owner}/{repo}/milestones"},
		{"without comments", "--toolsets=issues", "prompts resources tools completions", "draft_bug_report find_duplicates summarize_issue triage_backlog triage_issue weekly_report",
			"skill://triage-gitcode-backlog/SKILL.md",
			"gitcode://{owner}/{repo}/issues/{number} gitcode://{owner}/{repo}/issues{?state} gitcode://{owner}/{repo}/labels gitcode://{owner}/{repo}/milestones"},
		{"one tool", "--tools=get_issue", "prompts resources tools completions", "summarize_issue", "", "gitcode://{owner}/{repo}/issues/{number}"},
		{"comments", "--toolsets=comments", "tools", "", "", ""},
		{"GitHub", "--toolsets=github", "tools", "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var input strings.Builder
			for i, method := range []string{"prompts/list", "resources/list", "resources/templates/list"} {
				fmt.Fprintf(&input, `{"jsonrpc":"2.0","id":%d,"method":%q}`+"\n", i+1, method)
			}
			initialize := `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}` + "\n"
			stdout, stderr, status := run(t, initialize+input.String(), []string{"GITHUB_TOKEN=" + hubToken}, append([]string{"--sandbox"}, strings.Fields(test.args)...)...)
			require.Zero(t, status, stderr)
			all := func(pattern string) string {
				var list []string
				for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(stdout, -1) {
					list = append(list, match[1])
				}
				return strings.Join(list, " ")
			}
			capabilities := all(`"capabilities":\{(.*?)\},"serverInfo"`)
			assert.Equal(t, test.capabilities, strings.Join(regexp.MustCompile(`\w+`).FindAllString(capabilities, -1), " "))
			assert.Equal(t, test.prompts, all(`"name":"(\w+)","description":"[^"]*","arguments"`))
			assert.Equal(t, test.resources, all(`"uri":"([^"]+)"`))
			assert.Equal(t, test.templates, all(`"uriTemplate":"([^"]+)"`))
		})
	}
}

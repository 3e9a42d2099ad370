package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

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

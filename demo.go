package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
)

type demoCmd struct{}

// Run plays a short triage on the sandbox, as an assistant would, through an
// MCP client.
func (demoCmd) Run(ctx context.Context, settings *Settings) error {
	settings.quiet()
	settings.Sandbox = true
	session, err := connect(ctx, settings)
	if err != nil {
		return err
	}
	defer session.Close()
	const issue = `"owner":"openharbor","repo":"portal","number":11`
	for _, step := range []struct{ why, tool, arguments string }{
		{"Which open issues changed last?", "list_repo_issues", `{"owner":"openharbor","repo":"portal","state":"open","sort":"updated","per_page":5}`},
		{"Read one that waits for its author.", "get_issue", `{` + issue + `}`},
		{"What was said so far?", "list_issue_comments", `{` + issue + `}`},
		{"It is a bug.", "add_labels", `{` + issue + `,"labels":["bug"]}`},
		{"The question is answered.", "remove_labels", `{` + issue + `,"labels":["needs-info"]}`},
		{"Say what was found.", "comment", `{` + issue + `,"body":"Both mails have the same Message-ID: the relay sent it twice. Fixed in its configuration."}`},
		{"Done.", "update_issue", `{` + issue + `,"state":"closed","assignee":"tomb"}`},
		{"A mistake, to see an error.", "get_issue", `{"owner":"openharbor","repo":"portal","number":999}`},
	} {
		fmt.Printf("# %s\n> %s %s\n", step.why, step.tool, step.arguments)
		result, err := call(ctx, session, step.tool, json.RawMessage(step.arguments))
		if err != nil {
			return err
		}
		if result.IsError {
			fmt.Println("error: " + text(result))
		} else if err := printReadable(os.Stdout, text(result)); err != nil {
			return err
		}
		fmt.Println()
	}
	fmt.Println("That was the sandbox. For your own issues, set GITCODE_TOKEN and see the README.")
	return nil
}

package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
)

func demoCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Run a short triage against the built-in fake GitCode",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.sandbox, s.stateFile = true, "" // always the same conversation
			return s.demo(cmd.Context())
		},
	}
}

// demo makes the calls that an assistant would make to triage an issue.
func (s *settings) demo(ctx context.Context) error {
	session, err := s.connect()
	if err != nil {
		return err
	}
	const issue = `"owner":"openharbor","repo":"portal","number":11`
	for _, step := range []struct{ why, tool, arguments string }{
		{"List the open issues, most recently updated first.", "list_repo_issues", `{"owner":"openharbor","repo":"portal","state":"open","sort":"updated","per_page":5}`},
		{"Read one that is waiting for its author.", "get_issue", `{` + issue + `}`},
		{"Read the discussion.", "list_issue_comments", `{` + issue + `}`},
		{"It is a bug, so label it as one.", "add_labels", `{` + issue + `,"labels":["bug"]}`},
		{"The log of the mail relay shows the cause, so nothing more is needed from the author.", "remove_labels", `{` + issue + `,"labels":["needs-info"]}`},
		{"Explain the cause.", "comment", `{` + issue + `,"body":"Both emails have the same Message-ID: the relay sent it twice. Fixed in its configuration."}`},
		{"Close the issue, assigned to whoever fixed it.", "update_issue", `{` + issue + `,"state":"closed","assignee":"linwei"}`},
		{"Ask for an issue that does not exist, to see an error.", "get_issue", `{"owner":"openharbor","repo":"portal","number":999}`},
	} {
		fmt.Printf("# %s\n> %s %s\n", step.why, step.tool, step.arguments)
		result, err := session.call(ctx, step.tool, json.RawMessage(step.arguments))
		if err != nil {
			return err
		}
		if result.IsError {
			fmt.Println("error: " + result.text())
		} else {
			fmt.Println(readable(result.text()))
		}
		fmt.Println()
	}
	fmt.Println("These calls used a built-in fake GitCode. To work on your own issues, set GITCODE_TOKEN and see the README.")
	return nil
}

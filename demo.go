package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"gitcode.com/gitcode-mcp/gitcode-mcp/readable"
)

func demoCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Run a short triage against the built-in fake GitCode",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.sandbox, s.stateFile = true, "" // always the same conversation
			return s.demo(cmd)
		},
	}
}

// demo makes the calls that an assistant would make to triage an issue.
func (s *settings) demo(cmd *cobra.Command) error {
	session, err := (&serverFlags{}).connect(cmd.Context(), s)
	if err != nil {
		return err
	}
	const issue = `"owner":"openharbor","repo":"portal","number":11`
	for _, step := range []struct{ why, tool, arguments string }{
		{"Which open issues wait for their author?", "list_repo_issues", `{"owner":"openharbor","repo":"portal","state":"open","labels":["needs-info"],"fields":["number","title","labels","updated"]}`},
		{"Read the first one with its discussion.", "get_issue", `{` + issue + `,"include":["comments"]}`},
		{"The log of the mail relay shows the cause: it is a bug. A mistyped label is rejected, because GitCode would create it.", "add_labels", `{` + issue + `,"labels":["bgu"]}`},
		{"Relabel it, plan it and answer, in one call.", "update_issues", `{"owner":"openharbor","repo":"portal","changes":[{"numbers":[11],"add_labels":["bug"],"remove_labels":["needs-info"],"milestone":"v2.3","comment":"Both mails have the same Message-ID: the relay sent it twice."}]}`},
		{"Close it, and assign whoever fixed it. GitCode silently ignores people who may not be assigned; a warning names them.", "update_issue", `{` + issue + `,"assignee":"guest","state":"closed"}`},
		{"So assign a member.", "update_issue", `{` + issue + `,"assignee":"linwei"}`},
		{"What changed?", "get_issue", `{` + issue + `,"include":["logs"]}`},
	} {
		fmt.Printf("# %s\n> %s %s\n", step.why, step.tool, step.arguments)
		result, err := session.call(cmd.Context(), step.tool, json.RawMessage(step.arguments))
		if err != nil {
			return err
		}
		if result.IsError {
			fmt.Println("error: " + result.text())
		} else {
			fmt.Println(readable.YAML(result.text(), keyStyle(os.Stdout)))
		}
		fmt.Println()
	}
	fmt.Println("These calls used a built-in fake GitCode. To work on your own issues, set GITCODE_TOKEN and see the README.")
	return nil
}

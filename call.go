package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
	"github.com/spf13/cobra"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

func callCommand(s *settings) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "call <tool> [address] [name=value]...",
		Short: "Call a tool and print its result",
		Long: `Call a tool and print its result. Give the arguments as name=value or all of
them as one JSON object. The address of a repository, an issue or a comment can
replace owner, repo, number (or issue_number) and id, or id and issue_iid.`,
		Example: `  gitcode-mcp call get_issue owner=openharbor repo=portal number=1
  gitcode-mcp call get_issue https://gitcode.com/openharbor/portal/issues/1
  gitcode-mcp call comment openharbor/portal#1 body="Fixed in v2.3."
  gitcode-mcp call list_repo_issues '{"owner":"openharbor","repo":"portal"}' --json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("no tool given\nRun '%s tools' for a list of them", cmd.Root().Name())
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			session, err := s.connect()
			if err != nil {
				return err
			}
			takers, err := addressArguments(cmd.Context(), session, args[0])
			if err != nil {
				return err
			}
			arguments, err := parseArguments(args[1:], takers)
			if err != nil {
				return err
			}
			result, err := session.call(cmd.Context(), args[0], arguments)
			if err != nil {
				return s.explainUnknown(unknownTool(cmd.Context(), session, args[0], err), args[0])
			}
			if result.IsError {
				return errors.New(result.text())
			}
			if asJSON {
				fmt.Println(result.text())
				return nil
			}
			_, err = fmt.Println(readable(result.text()))
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "Print the structured result as JSON.")
	return cmd
}

// unknownTool returns the error for a tool that does not exist, if that is why a
// call of it failed, and otherwise the error of the call.
func unknownTool(ctx context.Context, session session, name string, failure error) error {
	list, err := session.list(ctx)
	if err != nil {
		return failure
	}
	var names []string
	for _, t := range list.Tools {
		if names = append(names, t.Name); t.Name == name {
			return failure
		}
	}
	return errors.New(closest.NotAmong("tool", name, "this server", names))
}

func toolsCommand(s *settings) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "tools",
		Short: "List the tools",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			session, err := s.connect()
			if err != nil {
				return err
			}
			list, err := session.list(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(os.Stdout)
				enc.SetEscapeHTML(false)
				return enc.Encode(list)
			}
			if len(list.Tools) == 0 {
				return errors.New(s.noTool())
			}
			longest := 0
			for _, t := range list.Tools {
				longest = max(longest, len(t.Name))
			}
			for _, t := range list.Tools {
				if _, err := fmt.Printf("%-*s  %s\n", longest, t.Name, t.Description); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "Print the response to tools/list as JSON.")
	return cmd
}

// addressArguments returns the names of the two arguments of a tool that can be
// given as addresses: the server takes the others from them.
func addressArguments(ctx context.Context, session session, tool string) ([]string, error) {
	list, err := session.list(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range list.Tools {
		_, hasOwner := t.InputSchema.Properties["owner"]
		if _, hasID := t.InputSchema.Properties["id"]; t.Name == tool && hasID && !hasOwner {
			return []string{"id", "to_project_id"}, nil
		}
	}
	return []string{"owner", "repo"}, nil
}

// parseArguments parses name=value pairs and addresses, or one JSON object. The
// values of pairs remain strings; the server converts them to the types of the
// schema. An address becomes the first of the takers that is not given.
func parseArguments(args, takers []string) (json.RawMessage, error) {
	if len(args) == 1 && strings.HasPrefix(strings.TrimSpace(args[0]), "{") {
		if !json.Valid([]byte(args[0])) {
			return nil, fmt.Errorf("invalid JSON: %.80q", args[0])
		}
		return json.RawMessage(args[0]), nil
	}
	if len(args) == 2 && strings.Contains(args[0], "/") && strings.HasPrefix(strings.TrimSpace(args[1]), "{") {
		return addAddress(args[1], args[0], takers)
	}
	values := map[string]string{}
	var addresses []string
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		switch {
		case ok && !strings.Contains(name, "/"):
			values[name] = value
		case strings.Contains(name, "/"):
			addresses = append(addresses, arg)
		default:
			return nil, fmt.Errorf("argument %q is neither name=value, an address nor a JSON object", arg)
		}
	}
	for _, address := range addresses {
		name := takers[0]
		if _, ok := values[name]; ok {
			name = takers[1]
		}
		if _, ok := values[name]; ok {
			return nil, fmt.Errorf("argument %q is an address, but %s are already given", address, strings.Join(takers, " and "))
		}
		values[name] = address
	}
	return json.Marshal(values)
}

// addAddress adds an address to the arguments in a JSON object.
func addAddress(object, address string, takers []string) (json.RawMessage, error) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &values); err != nil {
		return nil, fmt.Errorf("invalid JSON: %.80q", object)
	}
	for _, name := range takers {
		if _, given := values[name]; given {
			return nil, fmt.Errorf("argument %q is an address, but the JSON object contains %s", address, name)
		}
	}
	quoted, err := json.Marshal(address)
	if err != nil {
		return nil, err
	}
	values[takers[0]] = quoted
	return json.Marshal(values)
}

// connect returns a session of a server in this process. It raises the log level
// to warn, so that the log of calls does not mix with their results.
func (s *settings) connect() (session, error) {
	s.logLevel = max(s.logLevel, slog.LevelWarn)
	_, cfg, err := s.configure(false, nil)
	if err != nil {
		return session{}, err
	}
	return session{server.New(cfg).MCPServer}, nil
}

// session sends requests to a server in this process. An MCP client is not needed
// for that, nor is the handshake.
type session struct{ server *mcpserver.MCPServer }

// request sends a request and decodes its result.
func (s session) request(ctx context.Context, method mcp.MCPMethod, params, result any) error {
	request, err := json.Marshal(map[string]any{"jsonrpc": mcp.JSONRPC_VERSION, "id": 1, "method": method, "params": params})
	if err != nil {
		return err
	}
	text, err := json.Marshal(s.server.HandleMessage(ctx, request))
	if err != nil {
		return err
	}
	var response struct {
		Result json.RawMessage
		Error  struct{ Message string }
	}
	if err := json.Unmarshal(text, &response); err != nil {
		return err
	}
	if response.Result == nil {
		return errors.New(response.Error.Message)
	}
	return json.Unmarshal(response.Result, result)
}

// list returns the tools that the server offers.
func (s session) list(ctx context.Context) (*mcp.ListToolsResult, error) {
	list := &mcp.ListToolsResult{}
	return list, s.request(ctx, mcp.MethodToolsList, nil, list)
}

// callResult is the result of a call.
type callResult struct {
	Content []struct{ Text string }
	IsError bool
}

func (s session) call(ctx context.Context, tool string, arguments json.RawMessage) (*callResult, error) {
	result := &callResult{}
	return result, s.request(ctx, mcp.MethodToolsCall, map[string]any{"name": tool, "arguments": arguments}, result)
}

// text returns the text of the result, which is what a model reads.
func (r *callResult) text() string {
	for _, content := range r.Content {
		if content.Text != "" {
			return content.Text
		}
	}
	return ""
}

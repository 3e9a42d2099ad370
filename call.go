package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gitcode.com/gitcode-mcp/gitcode-mcp/readable"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// serverFlags select the server that a command uses.
type serverFlags struct {
	address    string // of a running server; "" means one in this process
	secretFile path
	userTokens bool
}

func (f *serverFlags) add(flags *pflag.FlagSet, s *settings) {
	flags.StringVar(&f.address, "server", "", "Use the server at this `URL` instead of one in this process.")
	flags.Var(&f.secretFile, "secret-file", "Read the secret of that server from this file instead of GITCODE_MCP_SECRET.")
	flags.BoolVar(&f.userTokens, "user-tokens", false, "Send that server your own tokens, in "+s.headers()+".")
	bindVariables(flags, map[string]string{"server": "GITCODE_MCP_SERVER", "secret-file": "GITCODE_MCP_SECRET_FILE", "user-tokens": "GITCODE_MCP_USER_TOKENS"})
}

// connect returns a session of the server. It raises the log level of one in this
// process to warn unless a level is set, so that the log of calls does not mix with
// their results.
func (f *serverFlags) connect(ctx context.Context, s *settings) (session, error) {
	if f.address != "" {
		return f.connectRemote(s)
	}
	if !s.flags.Changed("log-level") {
		s.logLevel = max(s.logLevel, slog.LevelWarn)
	}
	_, cfg, err := s.configure(false, nil)
	if err != nil {
		return session{}, err
	}
	return localSession(ctx, server.New(cfg), cfg.Logger), nil
}

func (f *serverFlags) connectRemote(s *settings) (session, error) {
	if s.sandbox {
		return session{}, usageError{fmt.Errorf("--server cannot be combined with %s: a server is a sandbox or not", s.origin("sandbox"))}
	}
	header := http.Header{}
	secret, err := readSecret(f.secretFile)
	if err != nil {
		return session{}, err
	}
	if secret != "" {
		header.Set("Authorization", "Bearer "+secret)
	}
	if f.userTokens {
		for _, forge := range s.forges {
			token, err := s.token(forge)
			if err != nil {
				return session{}, err
			}
			if token != "" {
				header.Set(forge.header, token)
			}
		}
	}
	transport, err := s.transport()
	if err != nil {
		return session{}, err
	}
	return remoteSession(f.address, header, transport)
}

func callCommand(s *settings) *cobra.Command {
	var asJSON bool
	from := &serverFlags{}
	cmd := &cobra.Command{
		Use:   "call <tool> [address] [name=value]...",
		Short: "Call a tool and print its result",
		Long: `Call a tool and print its result. Give the arguments as name=value or all of
them as one JSON object; - reads the object from stdin. The address of a
repository, an issue or a comment can replace owner, repo, number (or
issue_number) and id, or id and issue_iid.

A value that begins with @ is the content of a file, or of stdin for @-; @@ stands
for a literal @.

'gitcode-mcp call <tool> --help' describes a tool and its arguments.

The exit status is 0 if the call succeeded, 1 if it failed or was rejected, also
for its arguments, 2 if the command is wrong, such as an unknown flag or tool, and
3 if the outcome of a write is unknown.`,
		Example: `  gitcode-mcp call get_issue owner=openharbor repo=portal number=1
  gitcode-mcp call get_issue https://gitcode.com/openharbor/portal/issues/1
  gitcode-mcp call comment openharbor/portal#1 body=@reply.md
  gitcode-mcp call list_repo_issues '{"owner":"openharbor","repo":"portal"}' --json
  gitcode-mcp call list_repo_issues openharbor/portal --server http://127.0.0.1:8080`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("no tool given\nRun '%s tools' for a list of them", cmd.Root().Name())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if asJSON {
				return jsonError(s.call(cmd, from, args, true))
			}
			return s.call(cmd, from, args, false)
		},
	}
	cmd.ValidArgsFunction = completion(s, from)
	cmd.Flags().BoolVar(&asJSON, "json", false, "Print the structured result as JSON, and an error as {\"error\": …}.")
	from.add(cmd.Flags(), s)
	cmd.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		tool := cmd.Flags().Args()
		if len(tool) == 0 {
			cmd.Root().HelpFunc()(cmd, args)
			return
		}
		err := cmd.Root().PersistentPreRunE(cmd, nil) // cobra does not run it for help
		if err == nil {
			err = printTool(cmd, s, from, tool[0])
		}
		if err != nil {
			cmd.PrintErrln(server.Name+":", err)
		}
	})
	return cmd
}

// call makes a call and prints its result.
func (s *settings) call(cmd *cobra.Command, from *serverFlags, args []string, asJSON bool) error {
	if from.address == "" {
		defer s.startTraces()()
	}
	session, err := from.connect(cmd.Context(), s)
	if err != nil {
		return err
	}
	interact(cmd.Context(), &session, s.stderr)
	list, err := session.list(cmd.Context())
	if err != nil {
		return err
	}
	tool, unknown := find(list, args[0]) // the server says why it excludes one
	arguments, err := parseArguments(cmd.Context(), args[1:], addressArguments(tool), os.Stdin)
	if err != nil {
		return usageError{err}
	}
	result, err := session.call(cmd.Context(), args[0], arguments)
	switch {
	case err != nil && unknown != nil:
		return s.explainUnknown(unknown, args[0])
	case err != nil:
		if _, lost := errors.AsType[lostResponse](err); lost && !tool.reads() {
			err = unknownOutcome{fmt.Errorf("%w. %s Check before retrying", err, tools.OutcomeUnknown)}
		}
		return err
	}
	switch text := result.text(); {
	case result.IsError && strings.Contains(text, tools.OutcomeUnknown):
		return unknownOutcome{errors.New(text)}
	case result.IsError:
		return errors.New(text)
	case asJSON:
		_, err = fmt.Println(text)
	default:
		_, err = fmt.Println(readable.YAML(text, keyStyle(os.Stdout)) + result.images())
	}
	return err
}

// addressArguments returns the names of the two arguments of a tool that can be
// given as addresses: the server takes the others from them.
func addressArguments(tool listed) []string {
	arguments := tools.Arguments(tool.InputSchema)
	has := func(name string) bool {
		return slices.ContainsFunc(arguments, func(a tools.Argument) bool { return a.Name == name })
	}
	if has("id") && !has("owner") {
		return []string{"id", "to_project_id"}
	}
	return []string{"owner", "repo"}
}

// parseArguments parses name=value pairs and addresses, or one JSON object, which "-"
// reads from stdin. The values of pairs remain strings; the server converts them to the
// types of the schema. An address becomes the first of the takers that is not given.
func parseArguments(ctx context.Context, args, takers []string, stdin io.Reader) (json.RawMessage, error) {
	if len(args) > 0 && args[len(args)-1] == "-" {
		object, err := readArgument(ctx, func() (io.Reader, error) { return stdin, nil })
		if err != nil {
			return nil, fmt.Errorf("read the arguments from stdin: %w", err)
		}
		args = append(slices.Clone(args[:len(args)-1]), string(object))
		if !strings.HasPrefix(strings.TrimSpace(string(object)), "{") {
			return nil, fmt.Errorf("stdin contains no JSON object, but %.80q", object)
		}
	}
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
			text, err := pairValue(ctx, value, stdin)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			values[name] = text
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

// pairValue returns the value of a pair: what a file contains for @file, and what stdin
// contains for @-.
func pairValue(ctx context.Context, value string, stdin io.Reader) (string, error) {
	name, isFile := strings.CutPrefix(value, "@")
	if !isFile || strings.HasPrefix(name, "@") {
		return name, nil // @@ is a literal @
	}
	if name == "-" {
		content, err := readArgument(ctx, func() (io.Reader, error) { return stdin, nil })
		return string(content), err
	}
	content, err := readArgument(ctx, func() (io.Reader, error) { return os.Open(name) }) //nolint:gosec // the user names it
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		err = fmt.Errorf("%w; write @%s for a value that begins with @", err, value)
	}
	return string(content), err
}

// maxArgument is more than a request may have.
const maxArgument = 4 << 20

// readArgument reads an argument to its end. Neither a pipe without an end nor one that
// nobody writes to keeps the command from ending.
func readArgument(ctx context.Context, open func() (io.Reader, error)) ([]byte, error) {
	return unlessInterrupted(ctx, func() ([]byte, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(io.LimitReader(r, maxArgument+1))
		if err == nil && len(content) > maxArgument {
			err = fmt.Errorf("larger than %d MiB", maxArgument>>20)
		}
		return content, err
	})
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

// Command gitcode-mcp is an MCP server for the issues of GitCode, GitHub and
// GitLab.
//
// This package is only the command line. main.go holds the root command and
// stdio, config.go the settings that all commands share, flags.go the kinds of
// flags, forge.go and token.go the settings of each forge, network.go those of the
// network, call.go and tools.go the commands that call and describe tools, session.go
// and remote.go how they reach a server, terminal.go how they print, policy.go the
// command that prints a policy, demo.go the demo, doctor.go the command that finds out
// what is wrong with the settings, http.go the server over HTTP, trace.go traces, and
// install.go and install_server.go the commands that configure clients. forges.go is
// the only file that knows all forges.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

func main() { os.Exit(execute()) }

// logFlush is how long the end of the process may wait for stderr to be read.
const logFlush = 2 * time.Second

// execute runs the command line and returns the exit status.
func execute() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	log.SetOutput(io.Discard)    // net/http logs what a service sends unasked, which can contain a token
	stderr := server.NewLogWriter(os.Stderr)
	defer stderr.Flush(logFlush)
	root := rootCommand()
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		if _, printed := errors.AsType[printedError](err); !printed {
			fmt.Fprintln(stderr, server.Name+": "+strings.TrimSpace(err.Error())) //nolint:errcheck // there is nowhere else to report to
		}
		return statusOf(err)
	}
	return 0
}

// ignoreClosedPipes makes a write to a closed stdout or stderr return an error
// instead of ending the process. If stderr is closed, only the log is lost; if
// stdout is closed, calls in flight have time to finish.
func ignoreClosedPipes() { signal.Ignore(syscall.SIGPIPE) }

// rootCommand returns the command line. Without a command it serves stdio,
// which is how MCP clients start the server.
func rootCommand() *cobra.Command {
	s := &settings{}
	stdio := stdioCommand(s)
	root := &cobra.Command{
		Use:   server.Name,
		Short: summary,
		Long: summary + `. Without a command it
serves MCP on stdin and stdout.

` + tokenHelp + `

Other settings are flags or environment variables; a flag takes precedence over
its variable.`,
		Example: `  gitcode-mcp demo
  gitcode-mcp install claude-code
  gitcode-mcp call get_issue owner=openharbor repo=portal number=1 --sandbox
  gitcode-mcp http --addr 127.0.0.1:8080`,
		Version: version(),
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			s.stderr = cmd.ErrOrStderr()
			return setFromEnvironment(cmd.Flags())
		},
		RunE:          stdio.RunE,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	s.addFlags(root.PersistentFlags())
	root.PersistentFlags().BoolP("help", "h", false, "Print help.")
	root.Flags().Bool("version", false, "Print the version.")
	root.Flags().SortFlags = false
	root.SetUsageFunc(printUsage)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w\nRun '%s --help' for usage", err, cmd.CommandPath())}
	})
	root.AddCommand(stdio, httpCommand(s), callCommand(s), toolsCommand(s), policyCommand(s), installCommand(s), uninstallCommand(s), doctorCommand(s), demoCommand(s), healthcheckCommand())
	return root
}

// printUsage prints cobra's usage text, but wraps flags to the terminal and keeps
// them in the order of their definition.
func printUsage(cmd *cobra.Command) error {
	w := cmd.OutOrStderr()
	fmt.Fprintf(w, "Usage:\n")
	if cmd.Runnable() {
		fmt.Fprintf(w, "  %s\n", cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "  %s [command]\n", cmd.CommandPath())
	}
	if cmd.HasExample() {
		fmt.Fprintf(w, "\nExamples:\n%s\n", cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\nCommands:\n")
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(w, "  %-*s %s\n", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	if cmd.HasAvailableLocalFlags() {
		fmt.Fprintf(w, "\nFlags:\n%s", cmd.LocalFlags().FlagUsagesWrapped(width()))
	}
	if cmd.HasAvailableInheritedFlags() {
		// Not cmd.InheritedFlags, which sorts them by name.
		fmt.Fprintf(w, "\nFlags of all commands:\n%s", cmd.Root().PersistentFlags().FlagUsagesWrapped(width()))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\nRun '%s [command] --help' for more about a command.\n", cmd.CommandPath())
	}
	return nil
}

// noArgs rejects arguments. Unlike cobra.NoArgs it does not call them commands.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("unexpected argument %q\nRun '%s --help' for usage", args[0], cmd.CommandPath())}
	}
	return nil
}

const terminalHint = `This is an MCP server. It is waiting for an MCP client to send JSON-RPC on stdin.
To try it by hand:  gitcode-mcp demo
                    gitcode-mcp tools
                    gitcode-mcp call list_repo_issues owner=openharbor repo=portal --sandbox
To set up a client:  gitcode-mcp install claude-code
Press Ctrl-D to exit.
`

func stdioCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "stdio",
		Short: "Serve MCP on stdin and stdout (the default)",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			defer s.startTraces()()
			v, cfg, err := s.configure(false, nil)
			if err != nil {
				return err
			}
			s.warnAtStart(v, cfg)
			if isTerminal(os.Stdin) {
				fmt.Fprint(s.stderr, terminalHint) //nolint:errcheck // a hint
			}
			ignoreClosedPipes()
			return server.ServeStdio(cmd.Context(), server.New(cfg), os.Stdin, os.Stdout, cfg.Logger)
		},
	}
}

// version returns the version of the module without the v of its tag, or else the
// commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return strings.TrimPrefix(v, "v")
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"gitcode.com/gitcode-mcp/gitcode-mcp/install"
)

// installer holds the flags of install and uninstall.
type installer struct {
	settings   *settings
	name       string
	config     path
	url        string
	userTokens bool
	plainToken bool
	printOnly  bool
	yes        bool
}

func installCommand(s *settings) *cobra.Command {
	i := &installer{settings: s}
	cmd := &cobra.Command{
		Use:   "install <client>",
		Short: "Add this server to the configuration of an MCP client",
		Long: `Add this server to the configuration of an MCP client:
` + clientList() + `

The change is shown first. On a terminal the command asks before it writes.
Other entries, comments and formatting stay as they are, and a backup is kept.

Settings given as flags or variables become arguments of the server. Tokens are
not written unless you pass --plain-token: the configuration refers to
GITCODE_TOKEN (and GITHUB_TOKEN and GITLAB_TOKEN, if they are set), or VS Code
asks for them. With --http, it refers to GITCODE_MCP_SECRET if that is set.

To try a client without a token, pass --sandbox.`,
		Example: `  gitcode-mcp install claude-code
  gitcode-mcp install vscode --read-only --print
  gitcode-mcp install cursor --http https://mcp.example.com/mcp --user-tokens`,
		Args:              oneClient,
		ValidArgsFunction: completeClients,
		RunE: func(cmd *cobra.Command, args []string) error {
			return i.install(cmd, args[0])
		},
	}
	f := cmd.Flags()
	i.addFlags(f)
	f.StringVar(&i.url, "http", "", "Use the server at this `URL` instead of starting one.")
	f.BoolVar(&i.userTokens, "user-tokens", false, "With --http, send your own tokens to the server, as it requires with --user-tokens.")
	f.BoolVar(&i.plainToken, "plain-token", false, "Write tokens into the configuration instead of references to variables.")
	return cmd
}

func uninstallCommand(s *settings) *cobra.Command {
	i := &installer{settings: s}
	cmd := &cobra.Command{
		Use:   "uninstall <client>",
		Short: "Remove this server from the configuration of an MCP client",
		Long: `Remove this server from the configuration of an MCP client:
` + clientList(),
		Args:              oneClient,
		ValidArgsFunction: completeClients,
		RunE: func(cmd *cobra.Command, args []string) error {
			client := clientNamed(args[0])
			s, err := i.server()
			if err != nil {
				return err
			}
			places, err := places()
			if err != nil {
				return err
			}
			change, err := client.Uninstall(places, string(i.config), s)
			if err != nil {
				return err
			}
			return i.apply(cmd, change, client.Title+" does not have it")
		},
	}
	i.addFlags(cmd.Flags())
	return cmd
}

func (i *installer) addFlags(f *pflag.FlagSet) {
	f.SortFlags = false
	f.BoolVar(&i.printOnly, "print", false, "Only show the change.")
	f.BoolVarP(&i.yes, "yes", "y", false, "Do not ask before writing.")
	f.StringVar(&i.name, "name", "gitcode", "Call the server this `name` in the configuration.")
	f.Var(&i.config, "config", "Change this file, such as that of a project, instead of the user's.")
}

func oneClient(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || clientNamed(args[0]) == nil {
		return fmt.Errorf("give one client: %s\nRun '%s --help' for usage", strings.Join(clientNames(), ", "), cmd.CommandPath())
	}
	return nil
}

func clientNames() (names []string) {
	for _, c := range install.Clients() {
		names = append(names, c.Name)
	}
	return names
}

// clientList lists the names of the clients for the help, in two lines.
func clientList() string {
	names := clientNames()
	half := len(names) / 2
	return "  " + strings.Join(names[:half], ", ") + ",\n  " + strings.Join(names[half:], ", ")
}

func completeClients(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return clientNames(), cobra.ShellCompDirectiveNoFileComp
}

func clientNamed(name string) *install.Client {
	all := install.Clients()
	if i := slices.IndexFunc(all, func(c *install.Client) bool { return c.Name == name }); i >= 0 {
		return all[i]
	}
	return nil
}

func places() (install.Places, error) {
	home, err := os.UserHomeDir()
	return install.PlacesOf(home, os.Getenv), err
}

func (i *installer) install(cmd *cobra.Command, name string) error {
	client := clientNamed(name)
	s, err := i.server()
	if err != nil {
		return err
	}
	if i.url != "" {
		err = i.addRemote(s)
	} else {
		err = i.addLocal(s)
	}
	if err != nil {
		return err
	}
	if client.NeedsPlain() && len(s.Secrets) > 0 && !i.plainToken {
		advice := "write it into the configuration with --plain-token"
		if i.url == "" { // a remote server reads no file of this machine
			advice = "name a file that contains the token with --token-file, or " + advice
		}
		return fmt.Errorf("%s cannot read %s from the environment; %s", client.Title, s.Secrets[0].Variable, advice)
	}
	places, err := places()
	if err != nil {
		return err
	}
	change, err := client.Install(places, string(i.config), s)
	if err != nil {
		return err
	}
	if err := i.apply(cmd, change, client.Title+" already has it"); err != nil || i.printOnly {
		return err
	}
	for _, secret := range s.Secrets {
		if os.Getenv(secret.Variable) == "" && !client.Asks() {
			fmt.Fprintf(cmd.OutOrStdout(), "Set %s in the environment in which %s starts.\n", secret.Variable, client.Title) //nolint:errcheck // a hint
		}
	}
	return nil
}

// apply shows a change, asks on a terminal, and writes it.
func (i *installer) apply(cmd *cobra.Command, change *install.Change, nothing string) error {
	out := cmd.OutOrStdout()
	if change.Empty() {
		_, err := fmt.Fprintf(out, "Nothing to change: %s (%s).\n", nothing, change.File)
		return err
	}
	if _, err := fmt.Fprintf(out, "%s\n%s", change.File, change.Diff()); err != nil || i.printOnly {
		return err
	}
	if !i.yes && term.IsTerminal(int(os.Stdin.Fd())) && !confirmed(cmd.Context(), cmd.InOrStdin(), out, "Write this change?") {
		return errors.New("nothing was changed")
	}
	backup, err := change.Write()
	if err != nil {
		return err
	}
	if backup != "" {
		_, err = fmt.Fprintf(out, "Written. The old file is %s.\n", backup)
	} else {
		_, err = fmt.Fprintln(out, "Written.")
	}
	return err
}

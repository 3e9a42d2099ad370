// Command gitcode-mcp is an MCP server for the issues of GitCode.
//
// This file is the command line and the wiring: what a command does stands in
// the packages it calls, and in call.go and demo.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	mcpserver "github.com/mark3labs/mcp-go/server"
	"golang.org/x/term"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// cli is the command line. A flag wins over its environment variable.
type cli struct {
	Stdio stdioCmd `cmd:"" default:"1" help:"Serve MCP on stdin and stdout (the default)."`
	HTTP  httpCmd  `cmd:"" name:"http" help:"Serve MCP over HTTP."`
	Call  callCmd  `cmd:"" help:"Call one tool and print its result."`
	Tools toolsCmd `cmd:"" help:"Print the tools."`
	Demo  demoCmd  `cmd:"" help:"Play a short triage on the sandbox."`

	Healthcheck healthcheckCmd `cmd:"" help:"Ask a server over HTTP on this machine whether it is alive, for containers."`

	Settings
	Version kong.VersionFlag `help:"Print the version."`
}

// Settings are the flags of every command. The token itself is no flag: it
// would stand in the process list.
type Settings struct {
	Sandbox   bool          `help:"Use the embedded GitCode instead of the network; needs no token." env:"GITCODE_SANDBOX"`
	TokenFile string        `help:"File that holds the token, instead of GITCODE_TOKEN." env:"GITCODE_TOKEN_FILE" type:"path" placeholder:"FILE"`
	APIURL    string        `name:"api-url" help:"Base URL of the API." env:"GITCODE_API_URL" default:"${apiURL}"`
	Timeout   time.Duration `help:"For one request." env:"GITCODE_TIMEOUT" default:"30s"`
	LogLevel  slog.Level    `help:"debug, info, warn or error." env:"GITCODE_LOG_LEVEL" default:"info"`
	MaxWait   time.Duration `help:"For a call's turn and further attempts; 0 is not at all." env:"GITCODE_MAX_WAIT" default:"20s"`
	Rate      string        `help:"Requests to send at most; 0 is no limit." env:"GITCODE_RATE" default:"50/m,4000/h"`
	MaxResult int           `help:"Bound of a result's text in bytes; 0 is none." env:"GITCODE_MAX_RESULT" default:"60000"`
	DryRun    bool          `help:"Check writes and show their requests, but send none." env:"GITCODE_DRY_RUN"`
	AuditLog  string        `help:"File to append a line to for each write; else the lines go to stderr, at info." env:"GITCODE_AUDIT_LOG" type:"path" placeholder:"FILE"`
	ReadOnly  bool          `help:"Offer only tools that read." env:"GITCODE_READ_ONLY"`
	Toolsets  []string      `help:"Offer only these toolsets: issues, comments, labels, enterprise." env:"GITCODE_TOOLSETS" placeholder:"NAME"`
	ToolNames []string      `name:"tools" help:"Offer only these tools." env:"GITCODE_TOOLS" placeholder:"NAME"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	command := kong.Parse(&c,
		kong.Name(server.Name),
		kong.Description("An MCP server for the issues of GitCode. Settings can also be given as environment variables; the token is GITCODE_TOKEN."),
		kong.Vars{"version": version(), "apiURL": gitcode.DefaultBaseURL},
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&c.Settings),
	)
	if err := command.Run(); err != nil {
		if !errors.Is(err, errToolFailed) {
			fmt.Fprintln(os.Stderr, server.Name+": "+err.Error())
		}
		os.Exit(1)
	}
}

type stdioCmd struct{}

// Run serves MCP on stdin and stdout.
func (stdioCmd) Run(ctx context.Context, settings *Settings) error {
	s, logger, err := settings.server()
	if err != nil {
		return err
	}
	if term.IsTerminal(int(os.Stdin.Fd())) {
		fmt.Fprint(os.Stderr, `This is an MCP server: it waits for an MCP client to speak JSON-RPC on stdin.
To try it by hand:  gitcode-mcp demo
                    gitcode-mcp tools
                    gitcode-mcp call list_repo_issues owner=openharbor repo=portal --sandbox
To set up a client, see the README. End with Ctrl-D.
`)
	}
	return server.ServeStdio(ctx, s, os.Stdin, os.Stdout, logger)
}

// server builds the MCP server the settings describe.
func (c *Settings) server() (*mcpserver.MCPServer, *slog.Logger, error) {
	token, err := c.token()
	if err != nil {
		return nil, nil, err
	}
	cfg, _, err := c.build(token, nil)
	if err != nil {
		return nil, nil, err
	}
	return server.New(cfg), cfg.Logger, nil
}

// build returns what the MCP server is made of, and the base URL it calls.
func (c *Settings) build(token string, metrics *server.Metrics, secrets ...string) (cfg server.Config, baseURL string, err error) {
	cfg = server.Config{
		Version:   version(),
		Selection: server.Selection{ReadOnly: c.ReadOnly, Toolsets: trimmed(c.Toolsets), Tools: trimmed(c.ToolNames)},
		Metrics:   metrics,
	}
	if err := cfg.Selection.Check(); err != nil {
		return cfg, "", err
	}
	api := gitcode.Config{BaseURL: c.APIURL, Token: token, Timeout: c.Timeout, MaxWait: c.MaxWait, UserAgent: server.Name + "/" + version()}
	if c.MaxWait == 0 {
		api.MaxWait = -1
	}
	if metrics != nil {
		api.Observe = metrics.Sent
	}
	if api.Rates, err = gitcode.ParseRates(c.Rate); err != nil {
		return cfg, "", fmt.Errorf("GITCODE_RATE: %w", err)
	}
	if c.Sandbox {
		if api.BaseURL, err = startSandbox(); err != nil {
			return cfg, "", err
		}
	}
	client, err := gitcode.New(api)
	if err != nil {
		return cfg, "", err
	}
	cfg.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.LogLevel, ReplaceAttr: server.Redact(append(secrets, token)...)}))
	auditLog := io.Discard
	switch {
	case c.AuditLog == "" && c.LogLevel <= slog.LevelInfo:
		auditLog = os.Stderr
	case c.AuditLog != "":
		// It stays open until the process ends; each line is one write.
		if auditLog, err = os.OpenFile(c.AuditLog, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
			return cfg, "", fmt.Errorf("open the audit log: %w", err)
		}
	}
	cfg.Env = tools.Env{Client: client, MaxResult: c.MaxResult, DryRun: c.DryRun, Audit: server.Audit(auditLog)}
	return cfg, api.BaseURL, nil
}

// token returns the token, from its file or its variable; "" is none.
func (c *Settings) token() (string, error) {
	if c.Sandbox {
		return sandbox.Token, nil
	}
	if c.TokenFile == "" {
		token := os.Getenv("GITCODE_TOKEN")
		if _, err := os.Stat(strings.TrimSpace(token)); err == nil {
			return "", errors.New("GITCODE_TOKEN names a file: give a file with --token-file or GITCODE_TOKEN_FILE, and in GITCODE_TOKEN the token itself")
		}
		return gitcode.CleanToken("GITCODE_TOKEN", token)
	}
	content, err := os.ReadFile(c.TokenFile)
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	token, err := gitcode.CleanToken(c.TokenFile, string(content))
	if err == nil && token == "" {
		err = fmt.Errorf("the token file %s is empty", c.TokenFile)
	}
	return token, err
}

// startSandbox serves the sandbox on a loopback port until the process ends.
func startSandbox() (baseURL string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("start the sandbox: %w", err)
	}
	go http.Serve(listener, sandbox.New()) //nolint:errcheck,gosec // ends with the process; only this machine reaches it
	return "http://" + listener.Addr().String() + sandbox.Prefix, nil
}

// trimmed drops blanks around names and empty names, as in "issues, labels,".
func trimmed(names []string) []string {
	var kept []string
	for _, name := range names {
		if name = strings.TrimSpace(name); name != "" {
			kept = append(kept, name)
		}
	}
	return kept
}

// version is the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

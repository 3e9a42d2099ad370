package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
	"github.com/spf13/pflag"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// settings are the flags of all commands. The token is not among them, because
// other users could read it in the process list.
type settings struct {
	sandbox   bool
	tokenFile path
	apiURL    string
	rate      string

	timeout   time.Duration
	maxWait   time.Duration
	maxResult int
	readOnly  bool
	toolsets  list
	tools     list
	dryRun    bool
	auditLog  path
	logLevel  slog.Level
}

func (s *settings) addFlags(f *pflag.FlagSet) {
	f.SortFlags = false
	f.BoolVar(&s.sandbox, "sandbox", false, "Use the built-in fake GitCode instead of the network; needs no token.")
	f.Var(&s.tokenFile, "token-file", "Read the token from this file instead of GITCODE_TOKEN.")
	f.StringVar(&s.apiURL, "api-url", gitcode.DefaultBaseURL, "Base URL of the API.")
	f.StringVar(&s.rate, "rate", "50/m,4000/h", "Maximum requests per second (s), minute (m) or hour (h); 0 means unlimited.")
	f.DurationVar(&s.timeout, "timeout", 30*time.Second, "Timeout for one request.")
	f.DurationVar(&s.maxWait, "max-wait", 20*time.Second, "Maximum time a call may spend on rate limiting and retries; 0 disables both.")
	f.IntVar(&s.maxResult, "max-result", 60_000, "Maximum size of a result in bytes; 0 means unlimited.")
	f.BoolVar(&s.readOnly, "read-only", false, "Offer only tools that read.")
	f.Var(&s.toolsets, "toolsets", "Offer only these toolsets, such as issues,labels.")
	f.Var(&s.tools, "tools", "Offer only these tools.")
	f.BoolVar(&s.dryRun, "dry-run", false, "Check writes and show their requests without sending them.")
	f.Var(&s.auditLog, "audit-log", "Append a line to this file for each write, instead of logging it to stderr at level info.")
	f.TextVar(&s.logLevel, "log-level", slog.LevelInfo, "Log `level`: debug, info, warn or error.")
	f.Lookup("log-level").DefValue = "info"
	bindVariables(f, map[string]string{
		"sandbox":    "GITCODE_MCP_SANDBOX",
		"token-file": "GITCODE_TOKEN_FILE",
		"api-url":    "GITCODE_API_URL",
		"rate":       "GITCODE_RATE",
		"timeout":    "GITCODE_MCP_TIMEOUT",
		"max-wait":   "GITCODE_MCP_MAX_WAIT",
		"max-result": "GITCODE_MCP_MAX_RESULT",
		"read-only":  "GITCODE_MCP_READ_ONLY",
		"toolsets":   "GITCODE_MCP_TOOLSETS",
		"tools":      "GITCODE_MCP_TOOLS",
		"dry-run":    "GITCODE_MCP_DRY_RUN",
		"audit-log":  "GITCODE_MCP_AUDIT_LOG",
		"log-level":  "GITCODE_MCP_LOG_LEVEL",
	})
}

// variableKey is the annotation of a flag that holds its environment variable.
const variableKey = "environment variable"

// bindVariables binds flags to environment variables and adds the variable to
// the usage of each flag.
func bindVariables(f *pflag.FlagSet, variables map[string]string) {
	for name, variable := range variables {
		flag := f.Lookup(name)
		flag.Usage += " (" + variable + ")"
		flag.Annotations = map[string][]string{variableKey: {variable}}
	}
}

// setFromEnvironment sets the bound flags that are not on the command line
// from their variables. An empty variable counts as unset.
func setFromEnvironment(f *pflag.FlagSet) error {
	var failed error
	f.VisitAll(func(flag *pflag.Flag) {
		variable := flag.Annotations[variableKey]
		if variable == nil || flag.Changed || failed != nil {
			return
		}
		if value := os.Getenv(variable[0]); value != "" {
			if err := flag.Value.Set(value); err != nil {
				failed = fmt.Errorf("invalid value %q in %s: %w", value, variable[0], err)
			}
		}
	})
	return failed
}

// path is a flag that names a file. It expands a leading ~/, because no shell
// does so in the configuration of an MCP client.
type path string

func (p *path) String() string { return string(*p) }

// Type implements pflag.Value.
func (*path) Type() string { return "file" }

// Set implements pflag.Value.
func (p *path) Set(name string) error {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return err
		}
		name = filepath.Join(home, rest)
	}
	*p = path(name)
	return nil
}

// list is a flag that holds comma-separated names. It ignores blanks around
// names and empty names, as in "issues, labels,".
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

// Type implements pflag.Value.
func (*list) Type() string { return "names" }

// Set implements pflag.Value.
func (l *list) Set(names string) error {
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			*l = append(*l, name)
		}
	}
	return nil
}

// newServer returns the MCP server that the settings describe, and its logger.
func (s *settings) newServer() (*mcpserver.MCPServer, *slog.Logger, error) {
	token, err := s.token()
	if err != nil {
		return nil, nil, err
	}
	forges, err := s.forges(token, nil)
	if err != nil {
		return nil, nil, err
	}
	cfg, err := s.serverConfig(forges, token)
	if err != nil {
		return nil, nil, err
	}
	return server.New(cfg), cfg.Logger, nil
}

// serverConfig returns the configuration of an MCP server for forges. Its log
// redacts the secrets.
func (s *settings) serverConfig(forges forges, secrets ...string) (server.Config, error) {
	cfg := server.Config{
		Version:      version(),
		Tools:        forges.tools,
		Instructions: forges.instructions,
		Selection:    server.Selection{ReadOnly: s.readOnly, Toolsets: s.toolsets, Tools: s.tools},
		Logger:       slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: s.logLevel, ReplaceAttr: server.Redact(secrets...)})),
	}
	if err := cfg.Selection.Check(cfg.Tools); err != nil {
		return cfg, err
	}
	auditLog, err := s.openAuditLog()
	if err != nil {
		return cfg, err
	}
	cfg.Env = tools.Env{MaxResult: s.maxResult, DryRun: s.dryRun, Audit: server.Audit(auditLog)}
	return cfg, nil
}

// openAuditLog returns the writer of the audit log. A file stays open until
// the process ends; each line is one write, so nothing is left to flush.
func (s *settings) openAuditLog() (io.Writer, error) {
	if s.auditLog != "" {
		file, err := os.OpenFile(string(s.auditLog), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("open the audit log: %w", err)
		}
		return file, nil
	}
	if s.logLevel > slog.LevelInfo {
		return io.Discard, nil
	}
	return os.Stderr, nil
}

package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// settings are the flags of all commands. The tokens are not among them, because
// other users could read them in the process list.
type settings struct {
	flags *pflag.FlagSet // for the names of the settings

	sandbox   bool
	stateFile path // of the sandbox; empty if only memory holds its state
	forges    []*forge

	timeout   time.Duration
	maxWait   time.Duration
	maxResult int
	readOnly  bool
	toolsets  list
	tools     list
	dryRun    bool
	auditLog  path
	// auditRequired refuses writes while the audit log cannot be written.
	auditRequired bool
	logLevel      slog.Level
	stderr        io.Writer // for the log
}

func (s *settings) addFlags(f *pflag.FlagSet) {
	s.flags = f
	f.SortFlags = false
	f.VarPF((*sandboxFlag)(s), "sandbox", "", "Use built-in fakes of the forges instead of the network; needs no token. --sandbox=FILE keeps its state in a file.").NoOptDefVal = "true"
	s.forges = allForges()
	for _, forge := range s.forges {
		forge.addFlags(f)
	}
	f.DurationVar(&s.timeout, "timeout", 30*time.Second, "Timeout for one request.")
	f.DurationVar(&s.maxWait, "max-wait", 20*time.Second, "Maximum time a call may spend on rate limiting and retries; 0 disables both.")
	f.IntVar(&s.maxResult, "max-result", 60_000, "Maximum size of a result in bytes, at least 500; 0 means unlimited.")
	f.BoolVar(&s.readOnly, "read-only", false, "Offer only tools that read.")
	f.Var(&s.toolsets, "toolsets", "Offer only these toolsets, such as issues,labels.")
	f.Var(&s.tools, "tools", "Offer only these tools.")
	f.BoolVar(&s.dryRun, "dry-run", false, "Check writes and show their requests without sending them.")
	f.Var(&s.auditLog, "audit-log", "Append a line to this file for each write, instead of logging it to stderr at level info.")
	f.BoolVar(&s.auditRequired, "audit-required", false, "Refuse writes while the audit log cannot be written; needs --audit-log.")
	f.TextVar(&s.logLevel, "log-level", slog.LevelInfo, "Log `level`: debug, info, warn or error.")
	f.Lookup("log-level").DefValue = "info"
	bindVariables(f, map[string]string{
		"sandbox":    "GITCODE_MCP_SANDBOX",
		"timeout":    "GITCODE_MCP_TIMEOUT",
		"max-wait":   "GITCODE_MCP_MAX_WAIT",
		"max-result": "GITCODE_MCP_MAX_RESULT",
		"read-only":  "GITCODE_MCP_READ_ONLY",
		"toolsets":   "GITCODE_MCP_TOOLSETS",
		"tools":      "GITCODE_MCP_TOOLS",
		"dry-run":    "GITCODE_MCP_DRY_RUN",
		"audit-log":  "GITCODE_MCP_AUDIT_LOG",
		"log-level":  "GITCODE_MCP_LOG_LEVEL",

		"audit-required": "GITCODE_MCP_AUDIT_REQUIRED",
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
// from their variables. An empty variable counts as unset, except for a list of
// what to offer: a list that became empty by mistake must not offer everything.
func setFromEnvironment(f *pflag.FlagSet) error {
	var failed error
	f.VisitAll(func(flag *pflag.Flag) {
		variable := flag.Annotations[variableKey]
		if variable == nil || flag.Changed || failed != nil {
			return
		}
		value, set := os.LookupEnv(variable[0])
		if value != "" || set && (flag.Name == "toolsets" || flag.Name == "tools") {
			if err := flag.Value.Set(value); err != nil {
				if flag.Value.Type() == "bool" {
					err = errors.New("it must be true or false")
				}
				failed = fmt.Errorf("invalid value %q in %s: %w", value, variable[0], err)
			}
		}
	})
	return failed
}

// sandboxFlag is a flag that is a boolean or the file that holds the sandbox's
// state.
type sandboxFlag settings

func (f *sandboxFlag) String() string {
	if f.stateFile != "" {
		return f.stateFile.String()
	}
	return strconv.FormatBool(f.sandbox)
}

// Type implements pflag.Value. With any other type the help would show =true as
// the value of the flag.
func (*sandboxFlag) Type() string { return "bool" }

// Set implements pflag.Value.
func (f *sandboxFlag) Set(value string) error {
	on, err := strconv.ParseBool(value)
	if err == nil {
		f.sandbox, f.stateFile = on, ""
		return nil
	}
	f.sandbox = true
	return f.stateFile.Set(value)
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
		if err != nil { // some clients start programs without HOME
			current, lookup := user.Current()
			if lookup != nil {
				return err
			}
			home = current.HomeDir
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
	*l = nil
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			*l = append(*l, name)
		}
	}
	if len(*l) == 0 {
		return errors.New("it contains no name")
	}
	return nil
}

// configure returns the forges to serve and the configuration of an MCP server
// for them. Its log redacts the secrets and the server's tokens.
func (s *settings) configure(userTokens bool, metrics *server.Metrics, secrets ...string) (served, server.Config, error) {
	v, err := s.serve(userTokens, metrics)
	if err != nil {
		return v, server.Config{}, err
	}
	cfg, err := s.serverConfig(v, metrics, append(secrets, v.tokens...))
	return v, cfg, err
}

// warnAtStart logs settings with which no call can succeed. Of several forges it
// names those without a token whose tools are offered.
func (s *settings) warnAtStart(v served, cfg server.Config) {
	for _, f := range v.tokenless {
		whose, calls := "", "every call"
		if len(v.tokens) > 1 {
			whose, calls = " for "+f.name, "every call of its tools"
			if !offersTools(cfg, f.name) {
				continue
			}
		}
		cfg.Logger.Warn(fmt.Sprintf("there is no token%s, so %s will fail; set %sTOKEN or %[3]sTOKEN_FILE", whose, calls, f.variables))
	}
	if !slices.ContainsFunc(cfg.Tools, cfg.Selection.Offers) {
		cfg.Logger.Warn(s.noTool())
	}
}

// offersTools reports whether a tool of a forge is offered.
func offersTools(cfg server.Config, forge string) bool {
	return slices.ContainsFunc(cfg.Tools, func(t tools.Tool) bool { return t.Forge().Name == forge && cfg.Selection.Offers(t) })
}

// noTool says that no tool is offered, and names the settings that select tools.
func (s *settings) noTool() string {
	var names []string
	for _, flag := range []struct {
		name string
		set  bool
	}{{"read-only", s.readOnly}, {"toolsets", len(s.toolsets) > 0}, {"tools", len(s.tools) > 0}} {
		if flag.set {
			names = append(names, s.origin(flag.name))
		}
	}
	return "no tool is offered; check " + strings.Join(names, " and ")
}

// serverConfig returns the configuration of an MCP server, whose log redacts the
// secrets.
func (s *settings) serverConfig(v served, metrics *server.Metrics, secrets []string) (server.Config, error) {
	if s.maxResult != 0 && s.maxResult < tools.MinResult {
		return server.Config{}, fmt.Errorf("%s %d is too small: it must be at least %d, or 0", s.origin("max-result"), s.maxResult, tools.MinResult)
	}
	names := server.SelectionNames{ReadOnly: s.origin("read-only"), Toolsets: s.origin("toolsets"), Tools: s.origin("tools")}
	cfg := server.Config{
		Version:   version(),
		Tools:     v.tools,
		Metrics:   metrics,
		Selection: server.Selection{ReadOnly: s.readOnly, Toolsets: s.toolsets, Tools: s.tools, Names: names},
		Logger:    slog.New(slog.NewTextHandler(s.stderr, &slog.HandlerOptions{Level: s.logLevel, ReplaceAttr: server.Redact(secrets...)})),
	}
	if err := cfg.Selection.Check(cfg.Tools); err != nil {
		return cfg, s.explainUnknown(err, slices.Concat(s.toolsets, s.tools)...)
	}
	for _, i := range v.instructions {
		if offersTools(cfg, i.forge) {
			cfg.Instructions = strings.TrimPrefix(cfg.Instructions+"\n"+i.text, "\n")
		}
	}
	cfg.Env = tools.Env{MaxResult: s.maxResult, MaxResultName: s.origin("max-result"), DryRun: s.dryRun}
	cfg.AuditRequired, cfg.AuditRequiredName = s.auditRequired, s.origin("audit-required")
	var err error
	cfg.Audit, err = s.openAuditLog(cfg.Logger, metrics)
	return cfg, err
}

// explainUnknown adds to the error about unknown names of tools or toolsets how to
// configure the forge that has them.
func (s *settings) explainUnknown(err error, names ...string) error {
	for _, f := range s.forges {
		if !f.configured() && slices.ContainsFunc(names, f.offers) {
			err = fmt.Errorf("%w. To offer %s's tools, set %s", err, f.name, f.enabledBy())
		}
	}
	return err
}

// origin returns the name of a setting in the form in which the user gave it: as
// a flag, or else as an environment variable.
func (s *settings) origin(flag string) string { return s.nameLike(flag, flag) }

// nameLike returns the name of a setting in the form in which the user gave
// another one.
func (s *settings) nameLike(given, flag string) string {
	if s.flags.Changed(given) {
		return "--" + flag
	}
	return s.flags.Lookup(flag).Annotations[variableKey][0]
}

// openAuditLog returns the audit log. A file is opened again on SIGHUP, so that
// it can be rotated.
func (s *settings) openAuditLog(logger *slog.Logger, metrics *server.Metrics) (*server.AuditLog, error) {
	if s.auditLog == "" {
		if s.auditRequired { // stderr may drop lines, and at level warn has none
			return nil, fmt.Errorf("%s needs a file; set %s too", s.origin("audit-required"), s.nameLike("audit-required", "audit-log"))
		}
		w := s.stderr
		if s.logLevel > slog.LevelInfo {
			w = io.Discard
		}
		return server.NewAuditLog(w), nil
	}
	log, err := server.OpenAuditLog(string(s.auditLog), func(err error) {
		metrics.AuditFailed()
		logger.Error("the audit log cannot be written", "error", err)
	})
	if err != nil {
		return nil, err
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	go func() {
		for range hangup {
			if err := log.Reopen(); err != nil {
				logger.Error("the audit log cannot be reopened", "error", err)
			}
		}
	}()
	return log, nil
}

package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
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
	network   networkSettings

	timeout   time.Duration
	maxWait   time.Duration
	maxResult int
	readOnly  bool
	toolsets  list
	tools     list
	dryRun    bool
	confirm   server.Confirm
	allowDir  path // whose files may be sent; empty if none may
	auditLog  path
	// policyFile restricts what calls may do; empty for no rules.
	policyFile path
	// auditRequired refuses writes while the audit log cannot be written.
	auditRequired bool
	logLevel      slog.Level
	stderr        io.Writer // for the log
	traces        *tracing  // nil if there are none
}

func (s *settings) addFlags(f *pflag.FlagSet) {
	s.flags = f
	f.SortFlags = false
	f.VarPF((*sandboxFlag)(s), "sandbox", "", "Use built-in fakes of the forges instead of the network; needs no token. --sandbox=FILE keeps its state in a file.").NoOptDefVal = "true"
	s.forges = allForges()
	for _, forge := range s.forges {
		forge.addFlags(f)
	}
	s.network.addFlags(f)
	f.DurationVar(&s.timeout, "timeout", 30*time.Second, "Timeout for one request.")
	f.DurationVar(&s.maxWait, "max-wait", 20*time.Second, "Maximum time a call may spend on rate limiting and retries; 0 disables both.")
	f.IntVar(&s.maxResult, "max-result", 60_000, "Maximum size of a result in bytes, at least 500; 0 means unlimited.")
	f.BoolVar(&s.readOnly, "read-only", false, "Offer only tools that read.")
	f.Var(&s.toolsets, "toolsets", "Offer only these toolsets, such as issues,labels or default,repo; all offers every one.")
	f.Var(&s.tools, "tools", "Offer only these tools.")
	f.BoolVar(&s.dryRun, "dry-run", false, "Check writes and show their requests without sending them.")
	f.TextVar(&s.confirm, "confirm", server.ConfirmAuto, "Ask the user before deletions and changes of more than 10 issues: auto, if the client can ask; always, refusing the calls of clients that cannot; or never.")
	f.Var(&s.allowDir, "allow-dir", "Let calls send files below this directory, such as images; only over stdio and with call.")
	f.Var(&s.policyFile, "policy", "Restrict what calls may do by the rules in this TOML file.")
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
		"confirm":    "GITCODE_MCP_CONFIRM",
		"allow-dir":  "GITCODE_MCP_ALLOW_DIR",
		"policy":     "GITCODE_MCP_POLICY",
		"audit-log":  "GITCODE_MCP_AUDIT_LOG",
		"log-level":  "GITCODE_MCP_LOG_LEVEL",

		"audit-required": "GITCODE_MCP_AUDIT_REQUIRED",
	})
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

// warnAtStart logs what cannot succeed with these settings. Of several forges it names
// those without a token whose tools are offered.
func (s *settings) warnAtStart(v served, cfg server.Config) {
	for _, f := range v.tokenless {
		whose, calls := "", "every call"
		if len(v.tokens) > 1 {
			whose, calls = " for "+f.name, "every call of its tools"
			if !offersTools(cfg, f.name) {
				continue
			}
		}
		effect := calls + " will fail"
		if slices.ContainsFunc(cfg.Tools, func(t tools.Tool) bool { return t.Forge().Name == f.name && t.Forge().Client.Anonymous() }) {
			effect = calls + " that writes, or reads what is not public, will fail"
		}
		cfg.Logger.Warn(fmt.Sprintf("there is no token%s, so %s; set %sTOKEN or %[3]sTOKEN_FILE", whose, effect, f.variables))
	}
	if !slices.ContainsFunc(cfg.Tools, cfg.Selection.Offers) {
		cfg.Logger.Warn(s.noTool())
	}
}

// offersTools reports whether a tool of a forge is offered.
func offersTools(cfg server.Config, forge string) bool {
	return slices.ContainsFunc(cfg.Tools, func(t tools.Tool) bool { return t.Forge().Name == forge && cfg.Selection.Offers(t) })
}

// noTool says that no tool is offered, and names the settings that exclude tools.
func (s *settings) noTool() string {
	var names []string
	for _, flag := range []struct {
		name string
		set  bool
	}{{"read-only", s.readOnly}, {"toolsets", len(s.toolsets) > 0}, {"tools", len(s.tools) > 0}, {"policy", s.policyFile != ""}} {
		if flag.set {
			names = append(names, s.origin(flag.name))
		}
	}
	return "no tool is offered; check " + tools.Enumerated(names, "and")
}

// serverConfig returns the configuration of an MCP server, whose log redacts the
// secrets.
func (s *settings) serverConfig(v served, metrics *server.Metrics, secrets []string) (server.Config, error) {
	if s.maxResult != 0 && s.maxResult < tools.MinResult {
		return server.Config{}, fmt.Errorf("%s %d is too small: it must be at least %d, or 0", s.origin("max-result"), s.maxResult, tools.MinResult)
	}
	names := server.SelectionNames{ReadOnly: s.origin("read-only"), Toolsets: s.origin("toolsets"), Tools: s.origin("tools")}
	cfg := server.Config{
		Version:     version(),
		Tools:       v.tools,
		Resources:   v.resources,
		Completions: v.completions,
		Metrics:     metrics,
		Selection:   server.Selection{ReadOnly: s.readOnly, Toolsets: s.toolsets, Tools: s.tools, Names: names, Policy: v.excludedBy},
		Logger:      slog.New(slog.NewTextHandler(s.stderr, &slog.HandlerOptions{Level: s.logLevel, ReplaceAttr: server.Redact(secrets...)})),
	}
	if err := cfg.Selection.Check(cfg.Tools); err != nil {
		return cfg, s.explainUnknown(err, slices.Concat(s.toolsets, s.tools)...)
	}
	for _, i := range v.instructions {
		if offersTools(cfg, i.forge) {
			cfg.Instructions = strings.TrimPrefix(cfg.Instructions+"\n"+i.text, "\n")
		}
	}
	if v.rules != nil {
		cfg.Instructions += "\nRules of the operator restrict what calls may do. A refusal names the rule; tell the user instead of trying another way."
	}
	cfg.Env = tools.Env{MaxResult: s.maxResult, MaxResultName: s.origin("max-result"), DryRun: s.dryRun}
	cfg.Confirm, cfg.ConfirmName = s.confirm, s.origin("confirm")
	cfg.AuditRequired, cfg.AuditRequiredName = s.auditRequired, s.origin("audit-required")
	if s.traces != nil {
		cfg.Trace = s.traces.call
	}
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

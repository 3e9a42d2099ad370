package main

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"gitcode.com/gitcode-mcp/gitcode-mcp/doctor"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/policy"
)

// forge is a forge as the command line knows it, with its settings.
type forge struct {
	name      string   // "GitHub"
	flags     string   // what its flags begin with: "github-"
	variables string   // what its environment variables begin with: "GITHUB_"
	pipeline  string   // what the variables begin with that its pipelines set, or ""
	optional  bool     // served only if its token, token file or URL is set
	baseURL   string   // the default
	sites     []string // hosts of its public web site that have no API
	apiPath   string   // where a web site has its API, if that is on its host: "/api/v4"
	apiBelow  string   // what its pipelines leave out at the end of the API's URL: "/api/v5"
	rates     string   // the client's default, as the help shows it

	tools        toolMaker
	resources    []tools.Resource
	instructions string
	header       string // in which callers send their own tokens
	client       func(rest.Config) (doctor.Client, error)
	createToken  string // a sentence that says how
	sandbox      sandboxPart

	tokenFile path
	apiURL    string
	rate      string
}

// toolMaker makes the tools of a forge, and completions.
type toolMaker func(rest.Config, tools.Settings) ([]tools.Tool, []tools.Completion, error)

// sandboxPart is a forge's part of the sandbox.
type sandboxPart struct {
	path   string // of its API
	other  string // of another version of its API, or ""
	pages  string // what paths of pages that it serves contain, or ""
	token  string
	users  func() []server.SandboxUser
	open   func(file string) (http.Handler, error) // with its state in a file, or "" for only in memory
	suffix string                                  // of its file, appended to the name of the state file
	// example is a read, with arguments for which the sandbox has something to show.
	example server.Example
}

// serves reports whether a path is one of the sandbox.
func (p sandboxPart) serves(path string) bool {
	return strings.HasPrefix(path, p.path+"/") || p.other != "" && strings.HasPrefix(path, p.other+"/") || p.pages != "" && strings.Contains(path, p.pages)
}

func (f *forge) addFlags(flags *pflag.FlagSet) {
	effect := ""
	if f.optional {
		effect = " Adds " + f.name + "'s tools."
	}
	flags.Var(&f.tokenFile, f.flags+"token-file", "Read the "+f.name+" token from this file instead of "+f.variables+"TOKEN."+effect)
	flags.StringVar(&f.apiURL, f.flags+"api-url", "", "Base URL of "+f.name+"'s API."+effect)
	flags.Lookup(f.flags + "api-url").DefValue = f.baseURL
	flags.StringVar(&f.rate, f.flags+"rate", "", "Maximum requests to "+f.name+" per second (s), minute (m) or hour (h); 0 means unlimited, as is the sandbox by default.")
	flags.Lookup(f.flags + "rate").DefValue = f.rates
	bindVariables(flags, map[string]string{
		f.flags + "token-file": f.variables + "TOKEN_FILE",
		f.flags + "api-url":    f.variables + "API_URL",
		f.flags + "rate":       f.variables + "RATE",
	})
	if f.pipeline != "" {
		flags.Lookup(f.flags + "api-url").Annotations[fallbackKey] = []string{f.pipeline + "API_URL", f.apiBelow}
	}
}

// configured reports whether the forge is served.
func (f *forge) configured() bool {
	return !f.optional || strings.TrimSpace(os.Getenv(f.variables+"TOKEN")+string(f.tokenFile)+f.apiURL) != ""
}

// configuredForges returns the forges that are served.
func (s *settings) configuredForges() []*forge {
	return slices.DeleteFunc(slices.Clone(s.forges), func(f *forge) bool { return !f.configured() })
}

// enabledBy names the variables that configure the forge.
func (f *forge) enabledBy() string {
	return f.variables + "TOKEN, " + f.variables + "TOKEN_FILE or " + f.variables + "API_URL"
}

// offers reports whether a tool or toolset of this name belongs to the forge, if
// it is an optional one.
func (f *forge) offers(name string) bool {
	prefix := strings.ToLower(f.name)
	return f.optional && (name == prefix || strings.HasPrefix(name, prefix+"_"))
}

// served is what the configured forges contribute to a server.
type served struct {
	tools        []tools.Tool
	resources    []tools.Resource
	completions  []tools.Completion
	instructions []instructions
	tokens       []string // the server's own
	tokenless    []*forge // that have none
	transport    http.RoundTripper
	sandboxes    []server.Sandbox
	rules        map[string]*policy.Rules // by the names of the forges; nil without a policy
}

// instructions explain the tools of a forge.
type instructions struct{ forge, text string }

// serve returns what the configured forges contribute to a server. With
// userTokens its callers send their own tokens, and it has none, so that a bug
// can never make a user's call with the server's token.
func (s *settings) serve(userTokens bool, metrics *server.Metrics) (served, error) {
	configured := s.configuredForges()
	if userTokens && !s.sandbox {
		if err := s.rejectTokens(configured); err != nil {
			return served{}, err
		}
	}
	files, err := s.files()
	if err != nil {
		return served{}, err
	}
	restrictions, err := s.loadPolicy()
	if err != nil {
		return served{}, err
	}
	transport, err := s.transport()
	if err != nil {
		return served{}, err
	}
	v := served{transport: transport}
	if restrictions != nil {
		v.rules = map[string]*policy.Rules{}
	}
	sandboxURL := ""
	if s.sandbox {
		if sandboxURL, err = s.startSandbox(configured); err != nil {
			return served{}, err
		}
	}
	for _, f := range configured {
		if err := s.checkURL(f); err != nil {
			return served{}, err
		}
		cfg, err := s.clientConfig(f, transport, sandboxURL)
		if err != nil {
			return served{}, err
		}
		cfg.Observe = metrics.ObserveAttempts("")
		if len(configured) > 1 {
			cfg.Observe = metrics.ObserveAttempts(f.name)
		}
		if !userTokens {
			if cfg.Token, err = s.token(f); err != nil {
				return served{}, err
			}
			if v.tokens = append(v.tokens, cfg.Token); cfg.Token == "" {
				v.tokenless = append(v.tokenless, f)
			}
		}
		if restrictions != nil {
			v.rules[f.name] = restrictions.For(f.name)
			cfg.Guard = v.rules[f.name].Guard()
		}
		if s.traces != nil {
			cfg.Trace = s.traces.request(cmp.Or(cfg.BaseURL, f.baseURL))
		}
		settings := tools.Settings{Token: s.tokenSource(f), Rate: s.origin(f.flags + "rate"), Files: files}
		if s.sandbox {
			settings.Hosts = f.publicHosts()
			v.sandboxes = append(v.sandboxes, server.Sandbox{Forge: f.name, Users: f.sandbox.users(), Example: f.sandbox.example})
		}
		list, completions, err := f.tools(cfg, settings)
		if err != nil {
			return served{}, fmt.Errorf("%s: %w", s.origin(f.flags+"api-url"), err)
		}
		v.tools, v.resources, v.completions = append(v.tools, list...), append(v.resources, f.resources...), append(v.completions, completions...)
		v.instructions = append(v.instructions, instructions{f.name, f.instructions})
	}
	return v, s.checkPolicy(v)
}

// clientConfig returns the configuration of a forge's client but its token.
func (s *settings) clientConfig(f *forge, transport http.RoundTripper, sandboxURL string) (cfg rest.Config, err error) {
	cfg = rest.Config{BaseURL: f.apiURL, Timeout: s.timeout, MaxWait: s.maxWait, UserAgent: server.Name + "/" + version(), Transport: transport}
	if s.maxWait == 0 {
		cfg.MaxWait = -1 // 0 would mean the default
	}
	if s.sandbox {
		cfg.BaseURL, cfg.Rates = sandboxURL+f.sandbox.path, rest.Unlimited
	}
	if f.rate != "" { // else the client's default, which is what the forge documents
		if cfg.Rates, err = rest.ParseRates(f.rate); err != nil {
			err = fmt.Errorf("%s: %w", s.origin(f.flags+"rate"), err)
		}
	}
	return cfg, err
}

// checkURL rejects a base URL of web pages, which is not that of the API, and one of
// another forge's API, which would receive the token.
func (s *settings) checkURL(f *forge) error {
	host := hostOf(f.apiURL)
	for _, other := range s.forges {
		is := ""
		switch {
		case slices.Contains(other.sites, strings.TrimPrefix(host, "www.")):
			is = "web site"
		case other != f && host == hostOf(other.baseURL):
			is = "API"
		default:
			continue
		}
		return fmt.Errorf("%s is %s's %s; %s's API is %s", s.origin(f.flags+"api-url"), other.name, is, f.name, f.baseURL)
	}
	u, err := url.Parse(f.apiURL)
	if err != nil || host == "" || strings.HasSuffix(strings.TrimRight(u.Path, "/"), f.apiPath) {
		return nil // the client rejects what is no URL
	}
	return fmt.Errorf("%s is not the address of %s's API, which ends with %s, such as %s://%s%[3]s", s.origin(f.flags+"api-url"), f.name, f.apiPath, u.Scheme, u.Host)
}

// publicHosts returns the hosts of the public web site, whose addresses the sandbox
// takes for its own.
func (f *forge) publicHosts() []string {
	if len(f.sites) > 0 {
		return f.sites
	}
	return []string{hostOf(f.baseURL)}
}

// hostOf returns the host of a URL, or "" if it has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "" // the client rejects it
	}
	return strings.ToLower(u.Hostname())
}

// startSandbox serves the sandboxes of forges on a loopback port until the process
// ends, and returns its URL.
func (s *settings) startSandbox(forges []*forge) (baseURL string, err error) {
	boxes := map[string]http.Handler{}
	for _, f := range forges {
		file := string(s.stateFile)
		if file != "" {
			file += f.sandbox.suffix
		}
		if boxes[f.sandbox.path], err = f.sandbox.open(file); err != nil {
			return "", err
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("start the sandbox: %w", err)
	}
	// http.ServeMux would redirect requests whose path is not clean.
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, f := range forges {
			if f.sandbox.serves(r.URL.Path) {
				boxes[f.sandbox.path].ServeHTTP(w, r)
				return
			}
		}
		http.NotFound(w, r)
	})
	go http.Serve(listener, handler) //nolint:errcheck,gosec // ends with the process and is reachable only from this machine
	return "http://" + listener.Addr().String(), nil
}

// files returns the directory whose files may be sent, or nil if none may.
func (s *settings) files() (*tools.Files, error) {
	if s.allowDir == "" {
		return nil, nil
	}
	return tools.OpenFiles(string(s.allowDir), s.origin("allow-dir"))
}

package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	gitcodetools "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
)

// forges is what the configured forges contribute to a server. This file is the
// only one that knows all forges.
type forges struct {
	tools        []tools.Tool
	instructions string
	baseURL      string           // for the readiness check
	userToken    server.UserToken // how callers pass their own token
	sandboxUsers []server.SandboxUser
}

// forges returns the configured forges. The shared token may be empty.
func (s *settings) forges(token string, observe func(rest.Attempt)) (forges, error) {
	cfg := rest.Config{BaseURL: s.apiURL, Token: token, Timeout: s.timeout, MaxWait: s.maxWait, UserAgent: server.Name + "/" + version(), Observe: observe}
	if s.maxWait == 0 {
		cfg.MaxWait = -1 // 0 would mean the default
	}
	var err error
	if s.rate != "" { // else the client's default, which is what GitCode documents
		if cfg.Rates, err = rest.ParseRates(s.rate); err != nil {
			return forges{}, fmt.Errorf("--rate or GITCODE_RATE: %w", err)
		}
	}
	if s.sandbox {
		if s.rate == "" {
			cfg.Rates = rest.Unlimited
		}
		if cfg.BaseURL, err = s.startSandbox(); err != nil {
			return forges{}, err
		}
	}
	client, err := gitcode.New(cfg)
	if err != nil {
		return forges{}, fmt.Errorf("--api-url or GITCODE_API_URL: %w", err)
	}
	f := forges{
		tools:        gitcodetools.Tools(client, tools.Settings{Token: s.tokenSource(), Rate: s.origin("rate")}),
		instructions: gitcodetools.Instructions,
		baseURL:      client.BaseURL(),
		userToken:    server.UserToken{Client: client.Client, Header: gitcodetools.TokenHeader, Help: gitcodetools.CreateToken},
	}
	if s.sandbox {
		for _, user := range sandbox.Users() {
			f.sandboxUsers = append(f.sandboxUsers, server.SandboxUser(user))
		}
	}
	return f, nil
}

// token returns the token from --token-file or GITCODE_TOKEN, or "" if neither
// is set.
func (s *settings) token() (string, error) {
	if s.sandbox {
		return sandbox.Token, nil
	}
	if s.tokenFile == "" {
		token := os.Getenv("GITCODE_TOKEN")
		if _, err := os.Stat(strings.TrimSpace(token)); err == nil {
			return "", errors.New("GITCODE_TOKEN names a file; set it to the token itself, or name the file in GITCODE_TOKEN_FILE or --token-file")
		}
		return server.CleanToken("GITCODE_TOKEN", token)
	}
	file := string(s.tokenFile)
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	token, err := server.CleanToken(file, string(content))
	if err == nil && token == "" {
		err = fmt.Errorf("the token file %s is empty", file)
	}
	return token, err
}

// tokenSource returns where the token comes from, for advice.
func (s *settings) tokenSource() string {
	if s.tokenFile != "" {
		return "the file in " + s.origin("token-file")
	}
	return "GITCODE_TOKEN"
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

// hasToken reports whether the settings name a token, valid or not.
func (s *settings) hasToken() bool {
	token, err := server.CleanToken("GITCODE_TOKEN", os.Getenv("GITCODE_TOKEN"))
	return s.tokenFile != "" || token != "" || err != nil
}

// startSandbox serves the sandbox on a loopback port until the process ends.
func (s *settings) startSandbox() (baseURL string, err error) {
	box := sandbox.New()
	if s.stateFile != "" {
		if box, err = sandbox.Open(string(s.stateFile)); err != nil {
			return "", err
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("start the sandbox: %w", err)
	}
	go http.Serve(listener, box) //nolint:errcheck,gosec // ends with the process and is reachable only from this machine
	return "http://" + listener.Addr().String() + sandbox.Prefix, nil
}

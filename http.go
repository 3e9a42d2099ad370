package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

type httpCmd struct {
	Addr        string        `help:"Address to listen on." env:"GITCODE_MCP_ADDR" default:"127.0.0.1:8080"`
	SecretFile  string        `help:"File that holds the secret callers must know, instead of GITCODE_MCP_SECRET." env:"GITCODE_MCP_SECRET_FILE" type:"path" placeholder:"FILE"`
	UserTokens  bool          `help:"Each caller brings a GitCode token, in X-GitCode-Token." env:"GITCODE_MCP_USER_TOKENS"`
	AllowOrigin []string      `help:"Origins of web pages that may call, besides the server's own." env:"GITCODE_MCP_ALLOW_ORIGIN" placeholder:"ORIGIN"`
	NoSSE       bool          `name:"no-sse" help:"Leave out the deprecated HTTP+SSE transport." env:"GITCODE_MCP_NO_SSE"`
	SessionIdle time.Duration `help:"A session ends after this without a call; 0 is never." env:"GITCODE_MCP_SESSION_IDLE" default:"30m"`
	TLSCert     string        `name:"tls-cert" help:"File of the certificate, for HTTPS." env:"GITCODE_MCP_TLS_CERT" type:"path" placeholder:"FILE"`
	TLSKey      string        `name:"tls-key" help:"File of its key." env:"GITCODE_MCP_TLS_KEY" type:"path" placeholder:"FILE"`
}

// Run serves MCP over HTTP until the process is told to end.
func (c httpCmd) Run(ctx context.Context, settings *Settings) error {
	secret, err := c.secret()
	if err != nil {
		return err
	}
	certificate, err := c.certificate()
	if err != nil {
		return err
	}
	token, err := c.token(settings)
	if err != nil {
		return err
	}
	metrics := server.NewMetrics()
	cfg, baseURL, err := settings.build(token, metrics, secret)
	if err != nil {
		return err
	}
	web := server.HTTPConfig{
		MCP: server.New(cfg), Metrics: metrics, Logger: cfg.Logger, BaseURL: baseURL, Secret: secret,
		AllowOrigins: trimmed(c.AllowOrigin), NoSSE: c.NoSSE, SessionIdle: c.SessionIdle, Drain: 30 * time.Second,
	}
	if c.UserTokens {
		web.Users = cfg.Env.Client
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	cfg.Logger.Info("listening", "addr", listener.Addr().String(), "tls", certificate != nil, "secret", secret != "", "user_tokens", c.UserTokens)
	return server.NewHTTP(web).Serve(ctx, listener, certificate)
}

// secret returns what callers must know, "" for nothing.
func (c httpCmd) secret() (string, error) {
	if c.SecretFile == "" {
		return strings.TrimSpace(os.Getenv("GITCODE_MCP_SECRET")), nil
	}
	content, err := os.ReadFile(c.SecretFile)
	if err != nil {
		return "", fmt.Errorf("read the secret: %w", err)
	}
	secret := strings.TrimSpace(string(content))
	if secret == "" {
		return "", fmt.Errorf("the secret file %s is empty", c.SecretFile)
	}
	return secret, nil
}

// certificate loads the certificate, nil for plain HTTP.
func (c httpCmd) certificate() (*tls.Certificate, error) {
	if c.TLSCert == "" && c.TLSKey == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("load --tls-cert and --tls-key: %w", err)
	}
	return &pair, nil
}

// token returns the server's token; where users bring theirs it may have none
// that a mistake could fall back to.
func (c httpCmd) token(settings *Settings) (string, error) {
	if !c.UserTokens {
		return settings.token()
	}
	if os.Getenv("GITCODE_TOKEN") != "" || settings.TokenFile != "" {
		return "", errors.New("--user-tokens and a token of the server's own exclude each other: unset GITCODE_TOKEN and GITCODE_TOKEN_FILE")
	}
	return "", nil
}

type healthcheckCmd struct {
	Addr string `help:"Address the server listens on." env:"GITCODE_MCP_ADDR" default:"127.0.0.1:8080"`
}

// Run fails unless the server answers.
func (c healthcheckCmd) Run(ctx context.Context) error {
	_, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort("127.0.0.1", port)+"/healthz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is written
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s", resp.Status)
	}
	return nil
}

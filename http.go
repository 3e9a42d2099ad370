package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// httpSettings are the flags of the http command. The secret is not among
// them, because other users could read it in the process list.
type httpSettings struct {
	addr            string
	secretFile      path
	userTokens      bool
	allowOrigins    list
	noSSE           bool
	sessionIdle     time.Duration
	tlsCert, tlsKey path
}

func httpCommand(s *settings) *cobra.Command {
	h := &httpSettings{}
	cmd := &cobra.Command{
		Use:   "http",
		Short: "Serve MCP over HTTP",
		Long: `Serve MCP over HTTP until the process receives SIGTERM or an interrupt.

Set GITCODE_MCP_SECRET to require a secret from callers. Without a secret the
server listens only on loopback addresses.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ignoreClosedPipes()
			return h.serve(cmd.Context(), s)
		},
	}
	h.addFlags(cmd.Flags(), s)
	return cmd
}

func (h *httpSettings) addFlags(f *pflag.FlagSet, s *settings) {
	f.SortFlags = false
	addAddrFlag(f, &h.addr, "Address to listen on.")
	f.Var(&h.secretFile, "secret-file", "Read the secret that callers must send from this file instead of GITCODE_MCP_SECRET.")
	f.BoolVar(&h.userTokens, "user-tokens", false, "Use the tokens that callers send in "+s.headers()+".")
	f.Var(&h.allowOrigins, "allow-origin", "Also accept requests from web pages of these origins.")
	f.BoolVar(&h.noSSE, "no-sse", false, "Disable the deprecated HTTP+SSE transport.")
	f.DurationVar(&h.sessionIdle, "session-idle", 30*time.Minute, "Close a session after this time without a call; 0 means never.")
	addTLSCertFlag(f, &h.tlsCert, "Serve HTTPS with the certificate in this file.")
	f.Var(&h.tlsKey, "tls-key", "Read the private key of the certificate from this file.")
	bindVariables(f, map[string]string{
		"secret-file":  "GITCODE_MCP_SECRET_FILE",
		"user-tokens":  "GITCODE_MCP_USER_TOKENS",
		"allow-origin": "GITCODE_MCP_ALLOW_ORIGIN",
		"no-sse":       "GITCODE_MCP_NO_SSE",
		"session-idle": "GITCODE_MCP_SESSION_IDLE",
		"tls-key":      "GITCODE_MCP_TLS_KEY",
	})
}

func addAddrFlag(f *pflag.FlagSet, addr *string, usage string) {
	f.StringVar(addr, "addr", "127.0.0.1:8080", usage)
	bindVariables(f, map[string]string{"addr": "GITCODE_MCP_ADDR"})
}

func addTLSCertFlag(f *pflag.FlagSet, tlsCert *path, usage string) {
	f.Var(tlsCert, "tls-cert", usage)
	bindVariables(f, map[string]string{"tls-cert": "GITCODE_MCP_TLS_CERT"})
}

// serve serves MCP over HTTP until ctx is done.
func (h *httpSettings) serve(ctx context.Context, s *settings) error {
	if s.allowDir != "" { // callers of a server must not read its files
		return fmt.Errorf("a server over HTTP sends no files; unset %s", s.origin("allow-dir"))
	}
	secret, err := readSecret(h.secretFile)
	if err != nil {
		return err
	}
	certificate, err := h.certificate()
	if err != nil {
		return err
	}
	defer s.startTraces()()
	metrics := server.NewMetrics()
	v, cfg, err := s.configure(h.userTokens, metrics, secret)
	if err != nil {
		return err
	}
	web := server.HTTPConfig{
		MCP: server.New(cfg), Tools: cfg.Tools, Metrics: metrics, Logger: cfg.Logger, Secret: secret,
		AllowOrigins: h.allowOrigins, NoSSE: h.noSSE, SessionIdle: h.sessionIdle, Drain: 30 * time.Second,
		Version: cfg.Version, Selection: cfg.Selection, DryRun: cfg.Env.DryRun, Sandbox: s.sandbox, Sandboxes: v.sandboxes,
		UserTokens: h.userTokens, Transport: v.transport, Policy: v.rules != nil, Configuration: configuration,
	}
	listener, err := net.Listen("tcp", h.addr)
	if err != nil {
		return err
	}
	s.warnAtStart(v, cfg)
	// The garbage collector runs whenever the heap has doubled. That of a server is
	// small, so with 64 callers a third of the CPU time went into collecting. These
	// bytes count as heap, but take up no memory, because nothing touches them.
	reserve := make([]byte, 16<<20)
	defer runtime.KeepAlive(reserve)
	return server.NewHTTP(web).Serve(ctx, listener, certificate)
}

// readSecret returns the secret of a server from a file, or from GITCODE_MCP_SECRET if
// the file has no name. It returns "" if there is none.
func readSecret(file path) (string, error) {
	if file == "" {
		return server.CleanSecret("GITCODE_MCP_SECRET", os.Getenv("GITCODE_MCP_SECRET"))
	}
	content, err := os.ReadFile(string(file))
	if err != nil {
		return "", fmt.Errorf("read the secret: %w", err)
	}
	secret, err := server.CleanSecret(string(file), string(content))
	if err == nil && secret == "" {
		err = fmt.Errorf("the secret file %s is empty", file)
	}
	return secret, err
}

// certificate loads the certificate. It returns nil for plain HTTP.
func (h *httpSettings) certificate() (*tls.Certificate, error) {
	if h.tlsCert == "" && h.tlsKey == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(string(h.tlsCert), string(h.tlsKey))
	if err != nil {
		return nil, fmt.Errorf("load --tls-cert and --tls-key: %w", err)
	}
	return &pair, nil
}

func healthcheckCommand() *cobra.Command {
	var addr string
	var tlsCert path
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Check that a server over HTTP on this machine is alive",
		Long: `Check that a server over HTTP on this machine is alive. The exit status is 0 if
it is. Containers use this command as their health check.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return checkHealth(cmd.Context(), addr, tlsCert != "")
		},
	}
	addAddrFlag(cmd.Flags(), &addr, "Address that the server listens on.")
	addTLSCertFlag(cmd.Flags(), &tlsCert, "Check over HTTPS, because the server has this certificate.")
	return cmd
}

// checkHealth returns an error unless the server that listens on addr responds.
// It does not verify the certificate: it sends no secret, and a certificate is
// seldom valid for the address that the server listens on.
func checkHealth(ctx context.Context, addr string, overTLS bool) error {
	target, err := reachable(addr)
	if err != nil {
		return err
	}
	scheme := "http://"
	if overTLS {
		scheme = "https://"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+target+"/healthz", nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // see above
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // only read from
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the server returned %s", resp.Status)
	}
	return nil
}

// reachable returns the address to connect to for an address to listen on, which
// can have no host, or one that means every interface.
func reachable(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", err
	}
	switch ip := net.ParseIP(host); {
	case host == "", ip.Equal(net.IPv4zero):
		host = "127.0.0.1"
	case ip.Equal(net.IPv6unspecified):
		host = "::1"
	}
	return net.JoinHostPort(host, port), nil
}

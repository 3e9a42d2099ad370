package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// password is a proxy's. Its escaped form is what HTTPS_PROXY contains.
const password, escapedPassword = "p@ss/word", "p%40ss%2Fword"

// startForges serves the sandboxes of all forges over HTTPS, with a certificate for
// any host in forge.test and for 0.0.0.0, or without TLS if there is no authority. A
// config may require client certificates.
func startForges(t *testing.T, by authority, config *tls.Config) *httptest.Server {
	t.Helper()
	return startForgesWith(t, by, config, &x509.Certificate{DNSNames: []string{"*.forge.test"}, IPAddresses: []net.IP{net.IPv4zero}})
}

// startForgesWith is startForges with another certificate.
func startForgesWith(t *testing.T, by authority, config *tls.Config, template *x509.Certificate) *httptest.Server {
	t.Helper()
	boxes := map[string]http.Handler{}
	for _, f := range allForges() {
		boxes[f.sandbox.path] = result(f.sandbox.open(""))
	}
	service := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for path, box := range boxes {
			if strings.HasPrefix(r.URL.Path, path+"/") {
				box.ServeHTTP(w, r)
			}
		}
	}))
	service.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(service.Close)
	if by.file == "" {
		service.Start()
		return service
	}
	pair, _ := issue(by.pair, template)
	if config == nil {
		config = &tls.Config{}
	}
	config.Certificates = []tls.Certificate{pair}
	service.TLS = config
	service.StartTLS()
	return service
}

// forgeSettings returns the variables for all forges on a host, and calls of a tool
// of each.
func forgeSettings(base string) (env []string, calls [][]string) {
	for _, f := range allForges() {
		env = append(env, f.variables+"TOKEN="+f.sandbox.token, f.variables+"API_URL="+base+f.sandbox.path)
	}
	return env, [][]string{
		{"call", "get_issue", "openharbor/portal#1"},
		{"call", "github_get_issue", "owner=octoharbor", "repo=portal", "issue_number=1"},
		{"call", "gitlab_get_issue", "harborlab/portal#1"},
	}
}

// TestProxies calls tools of all forges through a proxy process.
func TestProxies(t *testing.T) {
	t.Parallel()
	ca, other := newAuthority(t, "Services"), newAuthority(t, "Proxies")
	address := startForges(t, ca, nil).Listener.Addr().String()
	plain := startForges(t, authority{}, nil).Listener.Addr().String()
	hosts := map[string]string{"api.forge.test": address, "plain.forge.test": plain, "down.forge.test": "127.0.0.1:1"}
	const asks = "HTTPS_PROXY, as in http://user:password@host:port"
	for name, test := range map[string]struct {
		userinfo   string // in HTTPS_PROXY
		base       string // of the forges; https://api.forge.test if empty
		trusted    authority
		inspecting bool
		attempts   int // of a call that fails
		stderr     []string
	}{
		"password":            {userinfo: "ada:" + escapedPassword + "@", trusted: ca},
		"without TLS":         {userinfo: "ada:" + escapedPassword + "@", trusted: ca, base: "http://plain.forge.test"},
		"inspecting":          {userinfo: "ada:" + escapedPassword + "@", trusted: other, inspecting: true},
		"no password":         {trusted: ca, attempts: 1, stderr: []string{"the proxy requires a user name and a password.", asks}},
		"no password, no TLS": {trusted: ca, base: "http://plain.forge.test", attempts: 1, stderr: []string{"the proxy requires a user name and a password.", asks}},
		"wrong password":      {userinfo: "ada:wrong-password@", trusted: ca, attempts: 1, stderr: []string{"the proxy does not accept the user name and the password.", asks}},
		"wrong, no TLS":       {userinfo: "ada:wrong-password@", trusted: ca, base: "http://plain.forge.test", attempts: 1, stderr: []string{"the proxy does not accept the user name and the password.", asks}},
		"not escaped":         {userinfo: "ada:wrong-password/x@", trusted: ca, stderr: []string{"no connection: the address of the proxy is not valid.", "percent-encoded"}},
		"refused host":        {userinfo: "ada:" + escapedPassword + "@", trusted: ca, base: "https://else.forge.test", attempts: 1, stderr: []string{"the proxy refuses to connect to the host (403). Ask whoever runs the proxy"}},
		"host is down":        {userinfo: "ada:" + escapedPassword + "@", trusted: ca, base: "https://down.forge.test", attempts: 2, stderr: []string{"the proxy cannot reach the host (502)."}},
		"other authority":     {userinfo: "ada:" + escapedPassword + "@", trusted: other, attempts: 1, stderr: []string{"the certificate is signed by an unknown authority.", "--ca-file or GITCODE_MCP_CA_FILE"}},
		"not the proxy's":     {userinfo: "ada:" + escapedPassword + "@", trusted: ca, inspecting: true, attempts: 1, stderr: []string{"the certificate is signed by an unknown authority."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := proxyConfig{User: "ada", Password: password, Hosts: hosts}
			if test.inspecting {
				cfg.Authority = other.file
			}
			proxy := startProxy(t, cfg)
			if test.base == "" {
				test.base = "https://api.forge.test"
			}
			env, calls := forgeSettings(test.base)
			via := "http://" + test.userinfo + proxy.addr
			env = append(env, "HTTPS_PROXY="+via, "HTTP_PROXY="+via, "GITCODE_MCP_CA_FILE="+test.trusted.file, "GITCODE_MCP_MAX_WAIT=750ms")
			for _, call := range calls {
				stdout, stderr, status := run(t, "", env, call...)
				if test.stderr == nil {
					assert.Zero(t, status, stderr)
					assert.Contains(t, stdout, "\ntitle: ")
					continue
				}
				assert.Equal(t, 1, status)
				for _, part := range test.stderr {
					assert.Contains(t, stderr, part)
				}
				for _, secret := range []string{"ada", "wrong-password", password, escapedPassword, proxy.addr} {
					assert.NotContains(t, stderr, secret)
				}
			}
			if test.attempts == 1 {
				assert.Len(t, proxy.requests(t), len(calls), "no attempt is repeated")
			}
			if test.stderr == nil {
				assert.Regexp(t, "^(CONNECT|GET) .*forge.test.* ada$", proxy.requests(t)[0])
			}
		})
	}
	t.Run("unreachable", func(t *testing.T) {
		t.Parallel()
		env, calls := forgeSettings("https://api.forge.test")
		_, stderr, _ := run(t, "", append(env, "HTTPS_PROXY=http://ada:"+escapedPassword+"@127.0.0.1:1", "GITCODE_MCP_MAX_WAIT=0"), calls[0]...)
		assert.Contains(t, stderr, "no connection: the proxy cannot be reached: ")
		assert.Contains(t, stderr, "Check HTTPS_PROXY. If the host needs no proxy, name it in NO_PROXY.")
	})
}

// TestNoProxy calls a service at 0.0.0.0, which means this machine, but which
// net/http does not except from proxies as it does 127.0.0.1.
func TestNoProxy(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t, "Services")
	_, port, err := net.SplitHostPort(startForges(t, ca, nil).Listener.Addr().String())
	require.NoError(t, err)
	proxy := startProxy(t, proxyConfig{Hosts: map[string]string{"0.0.0.0": "127.0.0.1:" + port}})
	env, calls := forgeSettings("https://0.0.0.0:" + port)
	env = append(env, "https_proxy=http://"+proxy.addr, "GITCODE_MCP_CA_FILE="+ca.file)
	for _, call := range calls {
		_, stderr, status := run(t, "", append(env, "NO_PROXY=forge.test,0.0.0.0"), call...)
		assert.Zero(t, status, stderr)
	}
	assert.Equal(t, []string{""}, proxy.requests(t))
	for _, call := range calls {
		_, stderr, status := run(t, "", env, call...)
		assert.Zero(t, status, stderr)
	}
	assert.Len(t, proxy.requests(t), len(calls))
}

// TestClientCertificates calls tools of all forges at services that require a
// client certificate.
func TestClientCertificates(t *testing.T) {
	t.Parallel()
	ca, clients, strangers := newAuthority(t, "Services"), newAuthority(t, "Clients"), newAuthority(t, "Strangers")
	usage := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	home := t.TempDir()
	write := func(name string, content []byte) string {
		file := filepath.Join(home, name)
		require.NoError(t, os.WriteFile(file, content, 0o600))
		return file
	}
	_, own := issue(clients.pair, &x509.Certificate{ExtKeyUsage: usage})
	_, others := issue(strangers.pair, &x509.Certificate{ExtKeyUsage: usage})
	block, key := pem.Decode(own)
	both, foreign := write("both.pem", own), write("foreign.pem", others)
	certFile, keyFile := write("cert.pem", pem.EncodeToMemory(block)), write("key.pem", key)
	for version, max := range map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13} {
		config := &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients.pool(), MaxVersion: max}
		_, port, err := net.SplitHostPort(startForges(t, ca, config).Listener.Addr().String())
		require.NoError(t, err)
		env, calls := forgeSettings("https://0.0.0.0:" + port)
		env = append(env, "GITCODE_MCP_CA_FILE="+ca.file)
		for name, test := range map[string]struct {
			env []string
			ok  bool
		}{
			"two files": {[]string{"GITCODE_MCP_CLIENT_CERT=" + certFile, "GITCODE_MCP_CLIENT_KEY=" + keyFile}, true},
			"one file":  {[]string{"GITCODE_MCP_CLIENT_CERT=" + both}, true},
			"none":      {nil, false},
			"foreign":   {[]string{"GITCODE_MCP_CLIENT_CERT=" + foreign}, false},
		} {
			t.Run(name+", TLS "+version, func(t *testing.T) {
				t.Parallel()
				for _, call := range slices.Concat(calls, [][]string{{"call", "comment", "openharbor/portal#1", "body=x"}}) {
					_, stderr, status := run(t, "", slices.Concat(env, test.env), call...)
					if test.ok {
						assert.Zero(t, status, stderr)
						continue
					}
					assert.Equal(t, 1, status)
					assert.Regexp(t, ": not sent: no connection: the (client certificate is missing or was rejected|TLS handshake failed, maybe because the service requires a client certificate)", stderr)
					assert.Contains(t, stderr, "--client-cert or GITCODE_MCP_CLIENT_CERT")
				}
			})
		}
	}
}

// TestServerBehindProxy calls a server over HTTPS through a proxy.
func TestServerBehindProxy(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t, "Services")
	address := startForges(t, ca, nil).Listener.Addr().String() // which is no MCP server
	proxy := startProxy(t, proxyConfig{User: "ada", Password: password, Hosts: map[string]string{"mcp.forge.test": address}})
	call := []string{"call", "get_issue", "openharbor/portal#1", "--server=https://mcp.forge.test"}
	for userinfo, want := range map[string]string{
		"ada:" + escapedPassword + "@": "https://mcp.forge.test/mcp: 200 OK",
		"":                             "the proxy requires a user name and a password",
		"ada:wrong-password@":          "the proxy does not accept the user name and the password",
		"ada:wrong-password/x@":        "the address of the proxy is not valid",
	} {
		_, stderr, status := run(t, "", []string{"HTTPS_PROXY=http://" + userinfo + proxy.addr, "GITCODE_MCP_CA_FILE=" + ca.file}, call...)
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, want)
		assert.NotContains(t, stderr, "password/x")
	}
	_, stderr, _ := run(t, "", []string{"HTTPS_PROXY=http://ada:" + escapedPassword + "@" + proxy.addr}, call...)
	assert.Contains(t, stderr, "certificate signed by unknown authority")
}

// TestNetworkSettings checks what is said about files that cannot be used.
func TestNetworkSettings(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	write := func(name string, content []byte) string {
		file := filepath.Join(home, name)
		require.NoError(t, os.WriteFile(file, content, 0o600))
		return file
	}
	ca := newAuthority(t, "Services")
	block, key := pem.Decode(result(os.ReadFile(ca.file)))
	cert := pem.EncodeToMemory(block)
	certFile := write("cert.pem", cert)
	encrypted := write("encrypted.pem", pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")}))
	_, another := issue(ca.pair, &x509.Certificate{})
	for name, test := range map[string]struct {
		args []string
		want string // the beginning of the error; none if empty
	}{
		"nothing":             {nil, ""},
		"authority":           {[]string{"--ca-file=" + ca.file}, ""},
		"no file":             {[]string{"--ca-file=/no/such"}, "--ca-file: open /no/such: "},
		"DER":                 {[]string{"--ca-file=" + write("ca.der", block.Bytes)}, "--ca-file: " + filepath.Join(home, "ca.der") + " contains no certificate in PEM format; 'openssl x509 -inform der "},
		"certificate and key": {[]string{"--client-cert=" + ca.file}, ""},
		"two files":           {[]string{"--client-cert=" + certFile, "--client-key=" + write("key.pem", key)}, ""},
		"key only":            {[]string{"--client-key=" + ca.file}, "--client-key needs a certificate; set --client-cert too"},
		"certificate only":    {[]string{"--client-cert=" + certFile}, "--client-cert: " + certFile + " contains no private key in PEM format; name the file that does with --client-key"},
		"no certificate":      {[]string{"--client-cert=" + encrypted}, "--client-cert: " + encrypted + " contains no certificate in PEM format"},
		"no key file":         {[]string{"--client-cert=" + certFile, "--client-key=/no/such"}, "--client-cert: open /no/such: "},
		"encrypted key":       {[]string{"--client-cert=" + certFile, "--client-key=" + encrypted}, "--client-cert: the private key in " + encrypted + " is encrypted; 'openssl pkey "},
		"another key":         {[]string{"--client-cert=" + certFile, "--client-key=" + write("another.pem", another)}, "--client-cert: the private key in " + filepath.Join(home, "another.pem") + " does not belong to the certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := settingsOf(t, test.args...).transport()
			if test.want == "" {
				assert.NoError(t, err)
				return
			}
			require.Error(t, err)
			assert.Equal(t, test.want, err.Error()[:min(len(err.Error()), len(test.want))])
		})
	}
}

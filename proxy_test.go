package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asProxy makes the test binary an HTTP proxy with this configuration. The proxy
// resolves names itself: net/http never uses a proxy for localhost.
const asProxy = "GITCODE_MCP_AS_PROXY"

type proxyConfig struct {
	User, Password string            // empty if the proxy requires none
	Hosts          map[string]string // host to the address that it stands for; all others are refused
	Authority      string            // if not empty, the proxy inspects TLS with certificates of this authority
	Log            string            // file for a line per request: its method, host and user
}

// proxy is a running proxy process.
type proxy struct {
	addr, log string
}

func startProxy(t *testing.T, cfg proxyConfig) proxy {
	t.Helper()
	cfg.Log = filepath.Join(t.TempDir(), "log")
	config, err := json.Marshal(cfg)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env, cmd.Stderr = []string{asProxy + "=" + string(config)}, os.Stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	return proxy{strings.TrimSpace(addr), cfg.Log}
}

// requests returns the lines of the proxy's log.
func (p proxy) requests(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile(p.log)
	require.NoError(t, err)
	return strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
}

// serveProxy serves a proxy until the process is killed.
func serveProxy(config string) {
	var cfg proxyConfig
	must(json.Unmarshal([]byte(config), &cfg))
	log := result(os.Create(cfg.Log))
	inspector := ""
	if cfg.Authority != "" {
		inspector = cfg.inspect()
	}
	listener := result(net.Listen("tcp", "127.0.0.1:0"))
	fmt.Println(listener.Addr())
	must(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}
		user, password, _ := given.BasicAuth()
		fmt.Fprintln(log, strings.TrimSpace(r.Method+" "+r.Host+" "+user))
		host, known := cfg.Hosts[hostOf("//"+r.Host)]
		switch {
		case user != cfg.User || password != cfg.Password:
			w.Header().Set("Proxy-Authenticate", `Basic realm="proxy of `+cfg.User+`"`)
			http.Error(w, "log in, "+password, http.StatusProxyAuthRequired)
		case !known:
			http.Error(w, "not allowed", http.StatusForbidden)
		case r.Method != http.MethodConnect:
			forward("http", host).ServeHTTP(w, r)
		case inspector != "":
			tunnel(w, inspector)
		default:
			tunnel(w, host)
		}
	})))
}

// inspect serves HTTPS for all hosts, with certificates of the proxy's authority,
// and returns its address.
func (cfg *proxyConfig) inspect() string {
	listener := result(net.Listen("tcp", "127.0.0.1:0"))
	own := result(tls.LoadX509KeyPair(cfg.Authority, cfg.Authority))
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			forward("https", cfg.Hosts[hostOf("//"+r.Host)]).ServeHTTP(w, r)
		}),
		TLSConfig: &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			pair, _ := issue(own, &x509.Certificate{DNSNames: []string{hello.ServerName}})
			return &pair, nil
		}},
	}
	go func() { must(server.ServeTLS(listener, "", "")) }()
	return listener.Addr().String()
}

func forward(scheme, host string) http.Handler {
	p := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: scheme, Host: host})
	p.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	return p
}

// tunnel connects the client with an address.
func tunnel(w http.ResponseWriter, addr string) {
	upstream, err := net.Dial("tcp", addr)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer upstream.Close()
	client, _, err := w.(http.Hijacker).Hijack()
	must(err)
	defer client.Close()
	fmt.Fprint(client, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() { io.Copy(upstream, client); upstream.Close() }()
	io.Copy(client, upstream)
}

// authority is a certificate authority of a test.
type authority struct {
	pair tls.Certificate
	file string // with its certificate and its key
}

func newAuthority(t *testing.T, name string) authority {
	t.Helper()
	template := &x509.Certificate{Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	pair, content := issue(tls.Certificate{}, template)
	file := filepath.Join(t.TempDir(), "authority.pem")
	require.NoError(t, os.WriteFile(file, content, 0o600))
	return authority{pair, file}
}

// pool returns the authority as the only one to trust.
func (a authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.pair.Leaf)
	return pool
}

// issue makes a certificate, which is signed by the issuer or, without one, by
// itself. It also returns the certificate and its key in PEM format.
func issue(issuer tls.Certificate, template *x509.Certificate) (tls.Certificate, []byte) {
	key := result(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template.SerialNumber = result(rand.Int(rand.Reader, big.NewInt(1<<60)))
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	}
	parent, signer := template, any(key)
	if issuer.Leaf != nil {
		parent, signer = issuer.Leaf, issuer.PrivateKey
	}
	der := result(x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer))
	content := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	content = append(content, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: result(x509.MarshalPKCS8PrivateKey(key))})...)
	return result(tls.X509KeyPair(content, content)), content
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func result[T any](value T, err error) T {
	must(err)
	return value
}

// TestProxy checks that the proxy of the tests is one.
func TestProxy(t *testing.T) {
	t.Parallel()
	p := startProxy(t, proxyConfig{User: "ada", Password: "secret"})
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: p.addr})}}
	resp, err := client.Get("http://service.test")
	require.NoError(t, err)
	resp.Body.Close()
	assert.Equal(t, http.StatusProxyAuthRequired, resp.StatusCode)
	assert.Equal(t, []string{"GET service.test"}, p.requests(t))
}

// TestReadinessThroughProxy checks that /readyz uses the way of the calls.
func TestReadinessThroughProxy(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t, "Services")
	address := startForges(t, ca, nil).Listener.Addr().String()
	p := startProxy(t, proxyConfig{User: "ada", Password: password, Hosts: map[string]string{"api.forge.test": address}})
	env, _ := forgeSettings("https://api.forge.test")
	resp, err := http.Get(serveHTTP(t, append(env, "HTTPS_PROXY=http://ada:"+escapedPassword+"@"+p.addr, "GITCODE_MCP_CA_FILE="+ca.file)) + "/readyz")
	require.NoError(t, err)
	resp.Body.Close()
	assert.Equal(t, http.StatusOK, resp.StatusCode)
}

// TestInvalidProxy checks that nothing is sent if the address of a proxy cannot be parsed.
func TestInvalidProxy(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { assert.Fail(t, "a request was sent") }))
	t.Cleanup(service.Close)
	for _, variable := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY"} {
		for _, address := range []string{"http://me:pass%zzword@127.0.0.1:1", "http://me:password@127.0.0.1:1\n", "me:pass word@127.0.0.1:1"} {
			env := []string{variable + "=" + address, "GITCODE_TOKEN=a-token-of-gitcode-0123", "GITCODE_API_URL=" + service.URL + "/api/v5"}
			_, stderr, status := run(t, "", env, "call", "get_issue", "a/b#1")
			assert.Equal(t, 1, status)
			assert.Contains(t, stderr, variable+" is not a valid address")
			assert.NotContains(t, stderr, "127.0.0.1:1")
		}
	}
}

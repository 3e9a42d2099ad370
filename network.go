package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// networkSettings are the flags for networks whose proxies inspect TLS, and for
// services that ask for a client certificate. Proxies are in HTTPS_PROXY and
// NO_PROXY, which every program reads.
type networkSettings struct {
	caFile, clientCert, clientKey path
}

func (n *networkSettings) addFlags(f *pflag.FlagSet) {
	f.Var(&n.caFile, "ca-file", "Trust the certificate authorities in this PEM file too, besides the system's.")
	f.Var(&n.clientCert, "client-cert", "Send the certificate in this PEM file to a forge or a proxy that asks for one.")
	f.Var(&n.clientKey, "client-key", "Read the private key of the client certificate from this PEM file, if it is not in the same one.")
	bindVariables(f, map[string]string{
		"ca-file":     "GITCODE_MCP_CA_FILE",
		"client-cert": "GITCODE_MCP_CLIENT_CERT",
		"client-key":  "GITCODE_MCP_CLIENT_KEY",
	})
}

// transport returns the transport to all forges.
func (s *settings) transport() (*http.Transport, error) {
	n := s.network
	if err := checkProxies(os.Getenv); err != nil {
		return nil, err
	}
	if n == (networkSettings{}) {
		return rest.NewTransport(nil), nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	var err error
	if n.caFile != "" {
		if config.RootCAs, err = authorities(string(n.caFile)); err != nil {
			return nil, fmt.Errorf("%s: %w", s.origin("ca-file"), err)
		}
	}
	if n.clientKey != "" && n.clientCert == "" {
		return nil, fmt.Errorf("%s needs a certificate; set %s too", s.origin("client-key"), s.nameLike("client-key", "client-cert"))
	}
	if n.clientCert != "" {
		pair, err := n.clientPair()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.origin("client-cert"), err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return rest.NewTransport(config), nil
}

// checkProxies returns an error if the address of a proxy cannot be parsed. The standard
// library would ignore it and connect without the proxy. The error does not contain the
// address, which can have a password.
func checkProxies(env func(string) string) error {
	for _, variable := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		address := env(variable)
		if u, err := url.Parse(address); err == nil && u.Scheme != "" && u.Host != "" {
			continue
		}
		if _, err := url.Parse("http://" + address); err != nil { // as the library does
			return errors.New(variable + " is not a valid address, such as http://user:password@host:port; percent-encode special characters")
		}
	}
	return nil
}

// authorities returns the system's certificate authorities and those in a file.
func authorities(file string) (*x509.CertPool, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil { // a container, say, that has none
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("%s contains no certificate in PEM format; 'openssl x509 -inform der -in %[1]s -out ca.pem' converts one in DER format", file)
	}
	return pool, nil
}

// clientPair loads the client certificate. It does not repeat the errors of the
// standard library, which do not say what to do.
func (n networkSettings) clientPair() (tls.Certificate, error) {
	key := n.clientKey
	if key == "" {
		key = n.clientCert
	}
	certPEM, err := os.ReadFile(string(n.clientCert))
	if err != nil {
		return tls.Certificate{}, err
	}
	keyPEM, err := os.ReadFile(string(key))
	if err != nil {
		return tls.Certificate{}, err
	}
	hasKey, encrypted := false, false
	for block, rest := pem.Decode(keyPEM); block != nil; block, rest = pem.Decode(rest) {
		hasKey = hasKey || strings.HasSuffix(block.Type, "PRIVATE KEY")
		encrypted = encrypted || strings.HasPrefix(block.Type, "ENCRYPTED") || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED")
	}
	switch {
	case !bytes.Contains(certPEM, []byte("-----BEGIN CERTIFICATE-----")):
		return tls.Certificate{}, fmt.Errorf("%s contains no certificate in PEM format", n.clientCert)
	case !hasKey:
		return tls.Certificate{}, fmt.Errorf("%s contains no private key in PEM format; name the file that does with --client-key or GITCODE_MCP_CLIENT_KEY", key)
	case encrypted:
		return tls.Certificate{}, fmt.Errorf("the private key in %s is encrypted; 'openssl pkey -in %[1]s -out key.pem' decrypts it", key)
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		err = errors.New("the private key in " + string(key) + " does not belong to the certificate, or one of them is damaged")
	}
	return pair, err
}

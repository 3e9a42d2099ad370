package tools_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// TestAdviceOnConnections checks that every problem of a connection has advice,
// which a failed call ends with.
func TestAdviceOnConnections(t *testing.T) {
	t.Parallel()
	for problem, want := range map[rest.Problem]string{
		"":                      "Depot cannot be reached or is failing. Retry in a minute.",
		rest.ProxyAddress:       "Correct HTTPS_PROXY: ",
		rest.ProxyAuth:          "Put the user name and the password of the proxy into HTTPS_PROXY",
		rest.ProxyUnreachable:   "Check HTTPS_PROXY. ",
		rest.ProxyRefused:       "Ask whoever runs the proxy ",
		rest.UnknownAuthority:   "with --ca-file or GITCODE_MCP_CA_FILE.",
		rest.CertificateHost:    "Check the base URL. ",
		rest.CertificateExpired: "Check the clock ",
		rest.ClientCertificate:  "with --client-cert or GITCODE_MCP_CLIENT_CERT.",
		rest.NotTLS:             "begin with http:// instead of https://.",
	} {
		failure := &rest.Error{Class: rest.Unavailable, NotSent: true, Message: "no connection", Problem: problem}
		tool, _ := failing[ref](t, tools.Settings{}, failure)
		text := textOf(t, t.Context(), tool, `{"shelf":"a"}`)
		assert.Contains(t, text, "x: not sent: no connection. ")
		assert.Contains(t, text, want)
	}
}

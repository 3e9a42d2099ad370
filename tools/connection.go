package tools

import "gitcode.com/gitcode-mcp/gitcode-mcp/rest"

// AdviseOnConnection says how to solve the problem of a connection, or "" if
// there is none.
func AdviseOnConnection(problem rest.Problem) string {
	switch problem {
	case rest.ProxyAddress:
		return "Correct HTTPS_PROXY: it is an address such as http://user:password@host:port, with special characters of the password percent-encoded (@ is %40)."
	case rest.ProxyAuth:
		return "Put the user name and the password of the proxy into HTTPS_PROXY, as in http://user:password@host:port, with special characters percent-encoded (@ is %40)."
	case rest.ProxyUnreachable:
		return "Check HTTPS_PROXY. If the host needs no proxy, name it in NO_PROXY."
	case rest.ProxyRefused:
		return "Ask whoever runs the proxy to allow the host. If the host needs no proxy, name it in NO_PROXY."
	case rest.UnknownAuthority:
		return "Put the authority's certificate into a file and name that with --ca-file or GITCODE_MCP_CA_FILE. It is your organization's own if the service is internal or a proxy inspects TLS."
	case rest.CertificateHost:
		return "Check the base URL. If it is right, something else responds in place of the service."
	case rest.CertificateExpired:
		return "Check the clock of this machine. If it is right, the service needs a new certificate."
	case rest.ClientCertificate:
		return "If the service requires a client certificate, name its file with --client-cert or GITCODE_MCP_CLIENT_CERT. It must be valid, and signed by an authority that the service accepts."
	case rest.NotTLS:
		return "Check whether the base URL, or the address in HTTPS_PROXY, must begin with http:// instead of https://."
	}
	return ""
}

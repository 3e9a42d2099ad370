package main

import (
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/doctor"
)

// examine runs the doctor, with a home of its own, and returns what failed or got a
// warning, as "GitCode connection: text → fix", and its exit status.
func examine(t *testing.T, env []string, args ...string) (problems []string, report doctor.Report, status int) {
	t.Helper()
	stdout, stderr, status := run(t, "", append([]string{"HOME=" + t.TempDir()}, env...), append([]string{"doctor", "--json"}, args...)...)
	require.NoError(t, json.Unmarshal([]byte(stdout), &report), stderr)
	assert.Equal(t, status == 0, report.OK)
	for _, c := range report.Checks {
		assert.Equal(t, c.Status == doctor.Failed || c.Status == doctor.Warning, c.Fix != "", "%s has a fix if it needs one", c.Name)
		for _, f := range allForges() {
			assert.NotContains(t, stdout, f.sandbox.token)
		}
		if c.Subject != "Clients" && c.Fix != "" {
			problems = append(problems, c.Subject+" "+c.Name+": "+c.Text+" → "+c.Fix)
		}
	}
	return problems, report, status
}

// TestDoctor examines all forges behind a proxy process, with TLS.
func TestDoctor(t *testing.T) {
	t.Parallel()
	ca, inspector, clients := newAuthority(t, "Services"), newAuthority(t, "Proxies"), newAuthority(t, "Clients")
	addressOf := func(s *httptest.Server) string { return s.Listener.Addr().String() }
	past := &x509.Certificate{DNSNames: []string{"expired.forge.test"}, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-24 * time.Hour)}
	hosts := map[string]string{
		"api.forge.test":     addressOf(startForges(t, ca, nil)),
		"expired.forge.test": addressOf(startForgesWith(t, ca, nil, past)),
		"other.forge.test":   addressOf(startForgesWith(t, ca, nil, &x509.Certificate{DNSNames: []string{"else.test"}})),
		"down.forge.test":    "127.0.0.1:1",
		"plain.forge.test":   addressOf(startForges(t, authority{}, nil)),
	}
	login := "ada:" + escapedPassword + "@"
	for name, test := range map[string]struct {
		userinfo   string
		base       string
		trusted    authority
		inspecting bool
		want       []string // parts of the problem of each forge; none if it is fine
	}{
		"fine":              {userinfo: login, trusted: ca},
		"inspecting":        {userinfo: login, trusted: inspector, inspecting: true},
		"without TLS":       {userinfo: login, trusted: ca, base: "http://plain.forge.test"},
		"password missing":  {trusted: ca, want: []string{" connection: https://api.forge.test", " cannot be reached through the proxy 127.0.0.1:", ": the proxy requires a user name and a password → Put the user name "}},
		"missing, no TLS":   {trusted: ca, base: "http://plain.forge.test", want: []string{": the proxy requires a user name and a password → Put the user name "}},
		"password wrong":    {userinfo: "ada:wrong-password@", trusted: ca, want: []string{": the proxy does not accept the user name and the password → "}},
		"address wrong":     {userinfo: "ada:wrong-password/x@", trusted: ca, want: []string{" cannot be reached through a proxy whose address is not valid: ", "percent-encoded"}},
		"unknown authority": {userinfo: login, trusted: clients, want: []string{` certificate: the certificate is signed by an unknown authority: "Services" → Put the authority's certificate into a file`}},
		"unknown inspector": {userinfo: login, trusted: ca, inspecting: true, want: []string{`: the certificate is signed by an unknown authority: "Proxies" → `}},
		"expired":           {userinfo: login, trusted: ca, base: "https://expired.forge.test", want: []string{" certificate: the certificate has expired or is not yet valid: it is valid from ", ", and by this machine's clock it is ", " → Check the clock"}},
		"another host":      {userinfo: login, trusted: ca, base: "https://other.forge.test", want: []string{` certificate: the certificate is for another host: it is for else.test, signed by "Services" → Check the base URL.`}},
		"unreachable":       {userinfo: login, trusted: ca, base: "https://down.forge.test", want: []string{": the proxy cannot reach the host (502) → Check GITCODE_API_URL and the network."}},
		"refused":           {userinfo: login, trusted: ca, base: "https://else.forge.test", want: []string{": the proxy refuses to connect to the host (403) → Ask whoever runs the proxy"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := proxyConfig{User: "ada", Password: password, Hosts: hosts}
			if test.inspecting {
				cfg.Authority = inspector.file
			}
			if test.base == "" {
				test.base = "https://api.forge.test"
			}
			proxy := startProxy(t, cfg)
			env, _ := forgeSettings(test.base)
			via := "http://" + test.userinfo + proxy.addr
			problems, report, status := examine(t, append(env, "HTTPS_PROXY="+via, "HTTP_PROXY="+via, "GITCODE_MCP_CA_FILE="+test.trusted.file))
			all, err := json.Marshal(report)
			require.NoError(t, err)
			for _, secret := range []string{"wrong-password", password, escapedPassword} {
				assert.NotContains(t, string(all), secret)
			}
			if test.want == nil {
				assert.Zero(t, status)
				assert.Empty(t, problems)
				assert.Contains(t, string(all), "responds (200), through the proxy "+proxy.addr)
				assert.Contains(t, string(all), "is accepted; its owner is octavia")
				signed := strings.Contains(string(all), `signed by \"Proxies\", valid until `)
				assert.Equal(t, test.inspecting, signed)
				return
			}
			assert.Equal(t, 1, status)
			require.Len(t, problems, 3, "one of each forge")
			for _, part := range test.want {
				assert.Contains(t, problems[0], part)
			}
		})
	}
}

// TestDoctorOnSettings checks what the doctor says about settings, with forges that
// respond.
func TestDoctorOnSettings(t *testing.T) {
	t.Parallel()
	fine, _ := forgeSettings(startForges(t, authority{}, nil).URL)
	silent := httptest.NewServer(http.NotFoundHandler())
	silent.Close()
	without := func(names ...string) []string {
		return slices.DeleteFunc(slices.Clone(fine), func(s string) bool {
			return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(s, name) })
		})
	}
	for name, test := range map[string]struct {
		env, args []string
		want      []string // the beginnings of the problems
	}{
		"fine":              {fine, nil, nil},
		"sandbox":           {nil, []string{"--sandbox"}, nil},
		"no token":          {without("GITCODE_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN"), nil, []string{"GitCode token: there is no token", "GitHub token: there is no token", "GitLab token: there is no token"}},
		"wrong token":       {append(without("GITCODE_TOKEN"), "GITCODE_TOKEN=wrong-token-0123"), nil, []string{"GitCode token: GitCode does not accept the one in GITCODE_TOKEN: "}},
		"not expanded":      {append(without("GITHUB_TOKEN"), "GITHUB_TOKEN=${GITHUB_TOKEN}"), nil, []string{"GitHub token: GITHUB_TOKEN contains the placeholder ${GITHUB_TOKEN}; the program that sets it did not replace it → Put a valid token into GITHUB_TOKEN, "}},
		"no token file":     {without("GITLAB_TOKEN"), []string{"--gitlab-token-file=/no/such"}, []string{"GitLab token: read the token in --gitlab-token-file: open /no/such: "}},
		"unreachable":       {append(without("GITLAB_API_URL"), "GITLAB_API_URL="+silent.URL+"/api/v4"), nil, []string{"GitLab connection: " + silent.URL + "/api/v4 cannot be reached without a proxy: "}},
		"web site":          {append(without("GITHUB_API_URL"), "GITHUB_API_URL=https://github.com"), nil, []string{"GitHub address: GITHUB_API_URL is GitHub's web site; GitHub's API is https://api.github.com → Correct or unset GITHUB_API_URL. The default is https://api.github.com."}},
		"no address":        {without("GITHUB_API_URL"), []string{"--github-api-url=github.test"}, []string{"GitHub address: the base URL is not an absolute http(s) URL "}},
		"other tools":       {fine, []string{"--tools=get_isue"}, []string{`Settings settings: --tools: unknown tool "get_isue"; `}},
		"no tool":           {fine, []string{"--read-only", "--tools=comment"}, []string{"Settings settings: no tool is offered; check --read-only and --tools → "}},
		"no authority file": {fine, []string{"--ca-file=/no/such"}, []string{"Settings settings: --ca-file: open /no/such: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems, _, status := examine(t, test.env, test.args...)
			assert.Equal(t, test.want != nil, status == 1)
			require.Len(t, problems, len(test.want), "%q", problems)
			for i, want := range test.want {
				assert.True(t, strings.HasPrefix(problems[i], want), problems[i])
				assert.NotContains(t, problems[i], "wrong-token")
			}
		})
	}
}

// TestDoctorForPeople checks the report without --json.
func TestDoctorForPeople(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	file := filepath.Join(home, ".claude.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"mcpServers":{"gitcode":{"command":"gitcode-mcp"}}}`), 0o600))
	stdout, stderr, status := run(t, "", []string{"HOME=" + home, "GITHUB_TOKEN=" + hubToken}, "doctor", "--sandbox")
	assert.Zero(t, status, stderr)
	assert.Regexp(t, `^gitcode-mcp devel\S*, go1\.\S+, \w+/\w+\n\nGitCode\n  ok       connection     http://127\.0\.0\.1:\d+/api/v5 responds`, stdout)
	assert.Contains(t, stdout, "\n\nGitHub\n  ok ")
	assert.Contains(t, stdout, "\n\nSettings\n  ok       settings       ")
	assert.Contains(t, stdout, "\n\nClients\n  ok       claude-code    "+file+" names this server\n")
	stdout, stderr, status = run(t, "", []string{"HOME=" + home}, "doctor", "--api-url=http://127.0.0.1:1")
	assert.Equal(t, 1, status)
	assert.Equal(t, "gitcode-mcp: checks that failed: 1\n", stderr)
	assert.Contains(t, stdout, "\n  failed   connection     http://127.0.0.1:1 cannot be reached")
	service := startForges(t, authority{}, nil)
	stdout, stderr, status = run(t, "", []string{"HOME=" + home}, "doctor", "--api-url="+service.URL+"/api/v5")
	assert.Zero(t, status, "public data can be read without a token")
	assert.Empty(t, stderr)
	assert.Regexp(t, `\n  warning  token          there is no token: public data can be read, .*\n                          → If you need more: Put a valid token into GITCODE_TOKEN, or into a file that GITCODE_TOKEN_FILE names\. Create one on gitcode\.com`, stdout)
}

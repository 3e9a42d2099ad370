package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// TestPipelineVariables checks that the variables of GitCode Actions are read if those
// of the server are not set, and are named in messages.
func TestPipelineVariables(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(sandbox.New())
	t.Cleanup(service.Close)
	const otherToken, nowhere = "tok-0123456789abcdef", "http://127.0.0.1:1"
	api, token := "ATOMGIT_API_URL="+service.URL, "ATOMGIT_TOKEN="+sandbox.Token
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte(sandbox.Token), 0o600))
	me := []string{"call", "get_me", "--toolsets=people", "--max-wait=0"}
	for name, test := range map[string]struct {
		env, args      []string
		stdout, stderr string // parts; a test with stderr expects a status that is not 0
	}{
		"both":               {[]string{api, token}, me, "login: linwei\n", ""},
		"a slash at the end": {[]string{api + "/", token}, me, "login: linwei\n", ""},
		"the whole path":     {[]string{api + sandbox.Prefix + "/", token}, me, "login: linwei\n", ""},
		"own token":          {[]string{api, "ATOMGIT_TOKEN=" + otherToken, "GITCODE_TOKEN=" + sandbox.Token}, me, "login: linwei\n", ""},
		"own token file":     {[]string{api, "ATOMGIT_TOKEN=" + otherToken, "GITCODE_TOKEN_FILE=" + file}, me, "login: linwei\n", ""},
		"own token is blank": {[]string{api, token, "GITCODE_TOKEN= "}, me, "login: linwei\n", ""},
		"own URL":            {[]string{"ATOMGIT_API_URL=" + nowhere, token, "GITCODE_API_URL=" + service.URL + sandbox.Prefix}, me, "login: linwei\n", ""},
		"own URL by flag":    {[]string{"ATOMGIT_API_URL=" + nowhere, token}, append(me, "--api-url="+service.URL+sandbox.Prefix), "login: linwei\n", ""},
		"sandbox":            {[]string{"ATOMGIT_API_URL=" + nowhere, "ATOMGIT_TOKEN=" + otherToken}, append(me, "--sandbox"), "login: linwei\n", ""},
		"wrong token":        {[]string{api, "ATOMGIT_TOKEN=" + otherToken}, me, "", "ATOMGIT_TOKEN"},
		"token is a file":    {[]string{api, "ATOMGIT_TOKEN=" + file}, me, "", "ATOMGIT_TOKEN names a file; set it to the token itself, or name the file in GITCODE_TOKEN_FILE or --token-file\n"},
		"web site":           {[]string{"ATOMGIT_API_URL=https://atomgit.com", token}, me, "", "ATOMGIT_API_URL is GitCode's web site"},
		"no URL":             {[]string{"ATOMGIT_API_URL=atomgit", token}, me, "", "gitcode-mcp: ATOMGIT_API_URL: the base URL"},
		"users' tokens":      {[]string{api, token}, []string{"http", "--user-tokens", "--addr=127.0.0.1:0"}, "", "--user-tokens cannot be combined with a token of the server; unset ATOMGIT_TOKEN\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, status := run(t, "", test.env, test.args...)
			assert.Equal(t, test.stderr != "", status != 0, stderr)
			assert.Contains(t, stdout, test.stdout)
			assert.Contains(t, stderr, test.stderr)
		})
	}
}

package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAdviceNamesTheSettingThatWasUsed checks that errors name a setting in the
// form in which the user gave it.
func TestAdviceNamesTheSettingThatWasUsed(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"error_code":404,"error_code_name":"error","error_message":"404, token not found"}`, http.StatusNotFound)
	}))
	defer web.Close()
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("a-token-in-a-file"), 0o600))
	for name, test := range map[string]struct {
		env, args []string
		want      string
	}{
		"variable":              {[]string{"GITCODE_TOKEN=a-token-in-a-variable"}, nil, "Put a valid token in GITCODE_TOKEN."},
		"file, by its flag":     {nil, []string{"--token-file", file}, "Put a valid token in the file in --token-file."},
		"file, by its variable": {[]string{"GITCODE_TOKEN_FILE=" + file}, nil, "Put a valid token in the file in GITCODE_TOKEN_FILE."},
		"nothing":               {nil, nil, "not sent: there is no token. Put a valid token in GITCODE_TOKEN."},
	} {
		_, stderr, status := run(t, "", append(test.env, "GITCODE_API_URL="+web.URL), append([]string{"call", "get_issue", "owner=o", "repo=r", "number=1"}, test.args...)...)
		assert.Equal(t, 1, status, name)
		assert.Contains(t, stderr, test.want, name)
	}
}

func TestAPIURLIsNotPrinted(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"https://me:secret@forge.test:x", "ftp://me:secret@forge.test", "https://me:secret@forge.test"} {
		for _, args := range [][]string{{"tools", "--api-url", url}, {"tools", "--api-url=" + url}} {
			stdout, stderr, status := run(t, "", nil, args...)
			assert.Equal(t, 1, status)
			assert.Contains(t, stderr, "--api-url or GITCODE_API_URL: the base URL")
			assert.NotContains(t, stdout+stderr, "secret")
		}
	}
}

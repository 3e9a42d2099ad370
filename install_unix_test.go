//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestInstallWithoutPermission runs the program as a user who may read files but not
// write them.
func TestInstallWithoutPermission(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file, dir os.FileMode
		want      string
	}{
		"directory": {0o666, 0o555, "/mcp.json was not changed: permission denied\n"},
		"file":      {0o444, 0o777, "/mcp.json was not changed: permission denied\n"},
		"unread":    {0o000, 0o777, "/mcp.json was not changed: permission denied\n"},
		"no file":   {0, 0o555, "was not changed: mkdir "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const content = `{"mcpServers": {}}`
			home, file := configurationOf(t, "cursor", content)
			for dir := home; dir != os.TempDir() && len(dir) > 1; dir = filepath.Dir(dir) {
				require.NoError(t, os.Chmod(dir, 0o755))
			}
			dir := filepath.Dir(file)
			if test.file == 0 && name == "no file" {
				require.NoError(t, os.RemoveAll(dir))
				dir = home
			} else {
				require.NoError(t, os.Chmod(file, test.file))
			}
			require.NoError(t, os.Chmod(dir, test.dir))
			t.Cleanup(func() { os.Chmod(dir, 0o755) })

			cmd := program(t.Context(), inHome(home), "install", "cursor", "--sandbox")
			if os.Getuid() == 0 { // may write everything
				cmd.Path = "/proc/self/exe" // which may lie where only root can reach it
				if _, err := os.Stat(cmd.Path); err != nil {
					t.Skip(err)
				}
				cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
				cmd.Dir = "/"
			}
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			require.Error(t, cmd.Run())
			assert.Contains(t, stderr.String(), test.want)
			assert.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
			if name != "no file" {
				require.NoError(t, os.Chmod(file, 0o600))
				assert.Equal(t, content, readFile(t, file))
				entries, err := os.ReadDir(dir)
				require.NoError(t, err)
				assert.Len(t, entries, 1)
			}
		})
	}
}

package install

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// installed installs the server in a file and returns the backup.
func installed(t *testing.T, file string) string {
	t.Helper()
	change, err := client("cursor").Install(Places{}, file, testServer())
	require.NoError(t, err)
	require.False(t, change.Empty())
	backup, err := change.Write()
	require.NoError(t, err)
	return backup
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(content)
}

// names returns the names of the files in a directory.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestWriteNewFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	file := filepath.Join(dir, "mcp.json")
	assert.Empty(t, installed(t, file))
	assert.Equal(t, []string{"mcp.json"}, names(t, dir))
	change, err := client("cursor").Install(Places{}, file, testServer())
	require.NoError(t, err)
	assert.True(t, change.Empty())
}

func TestWriteKeepsBackups(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "mcp.json")
	for i, content := range []string{"{}", "{ }"} {
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		require.NoError(t, os.Chmod(file, 0o664)) // more than the usual umask leaves
		backup := installed(t, file)
		assert.Equal(t, file+[]string{".bak", ".bak2"}[i], backup)
		assert.Equal(t, content, read(t, backup))
		if runtime.GOOS != "windows" {
			info, err := os.Stat(file)
			require.NoError(t, err)
			assert.Equal(t, fs.FileMode(0o664), info.Mode())
			info, err = os.Stat(backup)
			require.NoError(t, err)
			assert.Equal(t, fs.FileMode(0o664), info.Mode())
		}
	}
	assert.Equal(t, []string{"mcp.json", "mcp.json.bak", "mcp.json.bak2"}, names(t, dir))
}

// TestByteOrderMark checks that a byte order mark stays at the start.
func TestByteOrderMark(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"cursor": "{\"mcpServers\": {}}\n", "codex": "model = \"m\"\n"} {
		file := filepath.Join(t.TempDir(), "config")
		require.NoError(t, os.WriteFile(file, []byte("\ufeff"+content), 0o600))
		change, err := client(name).Install(Places{}, file, testServer())
		require.NoError(t, err, name)
		assert.True(t, strings.HasPrefix(change.new, "\ufeff"+content[:2]), name)
		_, err = change.Write()
		require.NoError(t, err)
		change, err = client(name).Uninstall(Places{}, file, testServer())
		require.NoError(t, err)
		assert.Equal(t, "\ufeff"+content, change.new)
	}
}

func TestWriteKeepsSymbolicLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target, link := filepath.Join(dir, "dotfiles", "mcp.json"), filepath.Join(dir, "mcp.json")
	require.NoError(t, os.Mkdir(filepath.Dir(target), 0o755))
	require.NoError(t, os.WriteFile(target, []byte("{}"), 0o600))
	if err := os.Symlink(filepath.Join("dotfiles", "mcp.json"), link); err != nil {
		t.Skip(err)
	}
	assert.Equal(t, link+".bak", installed(t, link))
	assert.Contains(t, read(t, target), "gitcode")
	got, err := os.Readlink(link)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join("dotfiles", "mcp.json"), got)
	assert.Equal(t, []string{"mcp.json"}, names(t, filepath.Dir(target)))
}

func TestIrregularFile(t *testing.T) {
	t.Parallel()
	for _, file := range []string{t.TempDir(), os.DevNull} {
		_, err := client("cursor").Install(Places{}, file, testServer())
		assert.EqualError(t, err, file+" was not changed: it is not a regular file")
	}
}

// TestDanglingLink checks that a link to a file that is missing is not replaced.
func TestDanglingLink(t *testing.T) {
	t.Parallel()
	link := filepath.Join(t.TempDir(), "mcp.json")
	if err := os.Symlink("missing", link); err != nil {
		t.Skip(err)
	}
	change, err := client("cursor").Install(Places{}, link, testServer())
	require.NoError(t, err)
	_, err = change.Write()
	require.ErrorContains(t, err, "mcp.json was not changed: it is a symbolic link to a file that does not exist")
	assert.Equal(t, []string{"mcp.json"}, names(t, filepath.Dir(link)))
}

func TestWriteAfterAnotherChange(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mcp.json")
	for _, before := range []string{"", "{}"} {
		if before != "" {
			require.NoError(t, os.WriteFile(file, []byte(before), 0o600))
		}
		change, err := client("cursor").Install(Places{}, file, testServer())
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, []byte(`{"a":1}`), 0o600))
		_, err = change.Write()
		require.ErrorContains(t, err, "mcp.json was not changed: it has changed in the meantime")
		assert.Equal(t, `{"a":1}`, read(t, file))
		assert.Equal(t, []string{"mcp.json"}, names(t, filepath.Dir(file)))
	}
}

// TestChangesAtTheSameTime makes changes at the same time. Each is either in the file or
// reported as failed.
func TestChangesAtTheSameTime(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"", "{}"} {
		file := filepath.Join(t.TempDir(), "mcp.json")
		if before != "" {
			require.NoError(t, os.WriteFile(file, []byte(before), 0o600))
		}
		var changes []*Change
		for i := range 20 {
			s := testServer()
			s.Name = fmt.Sprintf("server-%d", i)
			change, err := client("cursor").Install(Places{}, file, s)
			require.NoError(t, err)
			changes = append(changes, change)
		}
		var group sync.WaitGroup
		var made atomic.Int32
		for _, change := range changes {
			group.Go(func() {
				if _, err := change.Write(); err == nil {
					made.Add(1)
				}
			})
		}
		group.Wait()
		assert.EqualValues(t, 1, made.Load(), "all were made for the same content")
		assert.NotContains(t, names(t, filepath.Dir(file)), "mcp.json.tmp")
	}
}

func TestInterruptedChange(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mcp.json")
	require.NoError(t, os.WriteFile(file+".tmp", nil, 0o600))
	change, err := client("cursor").Install(Places{}, file, testServer())
	require.NoError(t, err)
	_, err = change.Write()
	require.ErrorContains(t, err, "was not changed: another program is changing it; if none is, remove "+file+".tmp")
	assert.Equal(t, []string{"mcp.json.tmp"}, names(t, filepath.Dir(file)))
}

// TestPlainSecretIsPrivate checks that nobody else can read a token in a configuration,
// nor in its backup, although others could read the file before.
func TestPlainSecretIsPrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("files have no modes")
	}
	file := filepath.Join(t.TempDir(), "mcp.json")
	require.NoError(t, os.WriteFile(file, []byte("{}"), 0o644)) //nolint:gosec // the mode is what is tested
	s := testServer()
	s.Secrets[0].Plain = "a-token-in-plain-text"
	for _, command := range []string{"one", "two"} {
		s.Command = command
		change, err := client("cursor").Install(Places{}, file, s)
		require.NoError(t, err)
		_, err = change.Write()
		require.NoError(t, err)
	}
	for name, mode := range map[string]os.FileMode{file: 0o600, file + ".bak": 0o644, file + ".bak2": 0o600} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode().Perm(), name)
		assert.Equal(t, mode == 0o600, strings.Contains(read(t, name), "a-token-in-plain-text"), name)
	}
}

func TestNoRegularFile(t *testing.T) {
	t.Parallel()
	for _, file := range []string{t.TempDir(), os.DevNull} {
		_, err := client("cursor").Install(Places{}, file, testServer())
		require.ErrorContains(t, err, "was not changed: it is not a regular file", file)
	}
}

func TestFailedReplacement(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target := filepath.Join(dir, "directory")
	require.NoError(t, os.MkdirAll(filepath.Join(target, "file"), 0o755))
	require.Error(t, (&Change{new: "{}"}).replace(target, 0o600, func() error { return nil }))
	assert.Equal(t, []string{"directory"}, names(t, dir))
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ old, new, want string }{
		"new file": {"", "a\nb\n", "@@ line 1 @@\n+ a\n+ b\n"},
		"no file":  {"a\n", "", "@@ line 1 @@\n- a\n"},
		"lines":    {"a\nb\nc\nd\n", "a\nB\nc\nd\ne\n", "@@ line 2 @@\n- b\n+ B\n@@ line 5 @@\n+ e\n"},
		"removed":  {"a\r\nb\r\nc\r\n", "a\r\nc\r\n", "@@ line 2 @@\n- b\n"},
		"the same": {"a\n", "a\n", ""},
		"secrets with quotes": {
			`{"X_TOKEN": "a\"b'c", "apiKey": 'k"l', "Authorization": "Bearer d'e"}`, "secret = \"{s\"\nkey = \"CAPITALS\"\nenv = { A_TOKEN = \"\" }\n",
			"@@ line 1 @@\n- {\"X_TOKEN\": \"…\", \"apiKey\": '…', \"Authorization\": \"…\"}\n+ secret = \"…\"\n+ key = \"…\"\n+ env = { A_TOKEN = \"\" }\n",
		},
		"secrets": {
			`{"X_TOKEN": "ghp_1/2", "apiKey": 'k', "headers": {"Authorization": "Bearer abc"}, "T_TOKEN": "${env:T_TOKEN}", "Cookie" : "Bearer {env:A}", "keys": "shown"}`, "secret = \"s\"\nX-T-Token = \"A_TOKEN\"\n",
			"@@ line 1 @@\n- {\"X_TOKEN\": \"…\", \"apiKey\": '…', \"headers\": {\"Authorization\": \"…\"}, \"T_TOKEN\": \"${env:T_TOKEN}\", \"Cookie\" : \"Bearer {env:A}\", \"keys\": \"shown\"}\n+ secret = \"…\"\n+ X-T-Token = \"A_TOKEN\"\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, (&Change{old: test.old, new: test.new}).Diff())
		})
	}
	long := strings.Repeat("a\n", 2000)
	assert.Equal(t, 4001, strings.Count((&Change{old: long, new: strings.Repeat("b\n", 2000)}).Diff(), "\n"))
}

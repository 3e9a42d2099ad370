package tools_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

const (
	secret  = "outside of the directory"
	outside = "is outside the directory in --allow-dir"
	leads   = "no link may lead out of the directory in --allow-dir"
	missing = "there is no file "
	other   = "is not a regular file"
)

// newFiles returns a directory with a file chart.png, next to a file secret and a
// directory whose name begins with that of the first.
func newFiles(t testing.TB) (*tools.Files, string) {
	t.Helper()
	home := t.TempDir()
	dir := filepath.Join(home, "files")
	for _, name := range []string{"files/sub", "files2", "private"} {
		require.NoError(t, os.MkdirAll(filepath.Join(home, name), 0o755))
	}
	for name, content := range map[string]string{"secret": secret, "files2/a": secret, "private/a": secret, "files/chart.png": "chart", "files/sub/b..c.png": "b", "files/empty": ""} {
		require.NoError(t, os.WriteFile(filepath.Join(home, name), []byte(content), 0o600))
	}
	files, err := tools.OpenFiles(dir, "--allow-dir")
	require.NoError(t, err)
	return files, dir
}

// readError checks that a file is not read, and returns the message.
func readError(t testing.TB, files *tools.Files, name string) string {
	t.Helper()
	content, err := files.Read(name)
	assert.Empty(t, content, name)
	var e *rest.Error
	require.ErrorAs(t, err, &e, name)
	assert.True(t, e.NotSent, name)
	assert.Equal(t, rest.Invalid, e.Class, name)
	assert.NotContains(t, e.Message, secret, name)
	return e.Message
}

func TestFilesRead(t *testing.T) {
	t.Parallel()
	files, dir := newFiles(t)
	for name, want := range map[string]string{
		"chart.png": "chart", "./chart.png": "chart", "sub/b..c.png": "b", "sub//b..c.png": "b", "empty": "",
		filepath.Join(dir, "chart.png"): "chart", filepath.Join(dir, "sub", "b..c.png"): "b",
	} {
		content, err := files.Read(name)
		require.NoError(t, err, name)
		assert.Equal(t, want, string(content), name)
	}
	for name, want := range map[string]string{
		"../secret": outside, "sub/../chart.png": outside, "..": outside, `..\secret`: outside, `sub\..\chart.png`: outside, "chart.png/..": outside,
		dir + "/../secret": outside, filepath.Join(dir, "..", "secret"): outside, dir + "2/a": outside, "/etc/passwd": outside, "/etc/no-such-file": outside,
		"": outside, "chart.png\x00": "the file name \"chart.png\\x00\" contains a NUL character", "../secret\x00": "contains a NUL character",
		"no.png": missing, "sub/no.png": missing, "../files/no.png": outside,
		".": other, "sub": other, "sub/": other, dir: other,
	} {
		assert.Contains(t, readError(t, files, name), want, name)
	}
	readError(t, files, "chart.png/x")
	readError(t, files, strings.Repeat("long", 5000))
	for _, name := range []string{`C:\secret`, `C:secret`, `C:/secret`, `\secret`, `\\host\share\secret`, `\\?\C:\secret`, `\\.\pipe\x`, "NUL", "COM1", "chart.png:stream", "chart.png::$DATA"} {
		readError(t, files, name)
	}
}

func TestFilesReadThroughLinks(t *testing.T) {
	t.Parallel()
	files, dir := newFiles(t)
	for link, target := range map[string]string{
		"in": "chart.png", "in2": "sub/b..c.png", "out": "../secret", "absolute": filepath.Join(dir, "..", "secret"), "own": filepath.Join(dir, "chart.png"),
		"outdir": "../private", "root": "/", "dangling": "no", "dangling-out": "../no", "loop": "loop", "sub/back": "../chart.png", "sub/out": "../../secret",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("symbolic links are not permitted here:", err)
		}
	}
	for name, want := range map[string]string{"in": "chart", "in2": "b", "sub/back": "chart"} {
		content, err := files.Read(name)
		require.NoError(t, err, name)
		assert.Equal(t, want, string(content), name)
	}
	for name, want := range map[string]string{
		"out": leads, "absolute": leads, "own": leads, "outdir/a": leads, "outdir": leads, "root/etc/passwd": leads, "dangling": missing, "loop": leads, "sub/out": leads,
	} {
		assert.Contains(t, readError(t, files, name), want, name)
	}
	// Whether something exists outside makes no difference.
	assert.Equal(t, readError(t, files, "out"), strings.ReplaceAll(readError(t, files, "dangling-out"), "dangling-out", "out"))
	assert.Equal(t, readError(t, files, "outdir/a"), strings.ReplaceAll(readError(t, files, "outdir/b"), "outdir/b", "outdir/a"))

	// The directory itself may be a link.
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(dir, link))
	linked, err := tools.OpenFiles(link, "--allow-dir")
	require.NoError(t, err)
	for _, name := range []string{"chart.png", filepath.Join(link, "chart.png"), filepath.Join(dir, "chart.png")} {
		content, err := linked.Read(name)
		require.NoError(t, err, name)
		assert.Equal(t, "chart", string(content), name)
	}
}

func TestFilesBoundSize(t *testing.T) {
	t.Parallel()
	files, dir := newFiles(t)
	file := filepath.Join(dir, "large")
	require.NoError(t, os.WriteFile(file, make([]byte, 10<<20), 0o600))
	content, err := files.Read("large")
	require.NoError(t, err)
	assert.Len(t, content, 10<<20)
	require.NoError(t, os.Truncate(file, 10<<20+1))
	assert.Contains(t, readError(t, files, "large"), "is larger than 10 MiB")
	require.NoError(t, os.Truncate(file, 1<<40), "a sparse file")
	assert.Contains(t, readError(t, files, "large"), "is larger than 10 MiB")
}

// TestFilesReadOnlyRegularFiles checks what can block or have effects when opened.
func TestFilesReadOnlyRegularFiles(t *testing.T) {
	t.Parallel()
	files, dir := newFiles(t)
	makePipe(t, filepath.Join(dir, "pipe"))
	assert.Contains(t, readError(t, files, "pipe"), other)
	short, err := os.MkdirTemp("", "s") // the path of a socket has 104 bytes at most
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(short) })
	socket, err := net.Listen("unix", filepath.Join(short, "socket"))
	require.NoError(t, err)
	t.Cleanup(func() { socket.Close() })
	sockets, err := tools.OpenFiles(short, "--allow-dir")
	require.NoError(t, err)
	readError(t, sockets, "socket")
	devices, err := tools.OpenFiles("/dev", "--allow-dir")
	require.NoError(t, err)
	for _, name := range []string{"null", "zero", "tty"} {
		readError(t, devices, name)
	}
}

func TestFilesNotPermitted(t *testing.T) {
	t.Parallel()
	files, dir := newFiles(t)
	require.NoError(t, os.Chmod(filepath.Join(dir, "chart.png"), 0))
	if _, err := os.ReadFile(filepath.Join(dir, "chart.png")); err == nil {
		t.Skip("this user may read every file")
	}
	assert.Contains(t, readError(t, files, "chart.png"), "is not permitted to read the file")
}

// TestFilesReplacedMeanwhile replaces a file all the time: with a link that leads
// out, a pipe that would block, and the file again.
func TestFilesReplacedMeanwhile(t *testing.T) {
	t.Parallel()
	files, dir := newFiles(t)
	at := func(name string) string { return filepath.Join(dir, name) }
	stop := make(chan struct{})
	var replacing sync.WaitGroup
	t.Cleanup(replacing.Wait)
	t.Cleanup(func() { close(stop) })
	makePipe(t, at("pipe"))
	replacing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			next := at("next")
			switch i % 4 {
			case 0, 2:
				os.WriteFile(next, []byte("chart"), 0o600)
			case 1:
				os.Symlink("../secret", next)
			case 3:
				os.Link(at("pipe"), next)
			}
			os.Rename(next, at("chart.png"))
		}
	})
	for range 30_000 {
		content, err := files.Read("chart.png")
		if err == nil {
			assert.Equal(t, "chart", string(content))
		}
	}
}

func TestNoFiles(t *testing.T) {
	t.Parallel()
	assert.Contains(t, readError(t, nil, "chart.png"), "only with --allow-dir or GITCODE_MCP_ALLOW_DIR")
	home := t.TempDir()
	file := filepath.Join(home, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, directory := range []string{file, filepath.Join(home, "no"), ""} {
		_, err := tools.OpenFiles(directory, "--allow-dir")
		require.ErrorContains(t, err, "--allow-dir: ", directory)
	}
}

// TestFilesOfDirectory checks that the directory is opened once: what takes its
// place later is another.
func TestFilesOfDirectory(t *testing.T) {
	t.Parallel()
	files, dir := newFiles(t)
	require.NoError(t, os.Rename(dir, dir+"-moved"))
	require.NoError(t, os.Symlink(filepath.Join(dir, "..", "private"), dir))
	content, err := files.Read("chart.png")
	require.NoError(t, err)
	assert.Equal(t, "chart", string(content))
	assert.Contains(t, readError(t, files, "a"), missing)
}

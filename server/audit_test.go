package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func TestAuditLines(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	log := server.NewAuditLog(&lines)
	log.Record(tools.Record{Tool: "comment", Target: "o/r#7", Outcome: "ok", User: "0f3a5b77", ID: 5})
	log.Record(tools.Record{Tool: "update_issue", Target: "o/r#8", Outcome: "outcome_unknown"})
	for i, want := range []string{
		`{"level":"INFO","msg":"write","tool":"comment","target":"o/r#7","outcome":"ok","user":"0f3a5b77","id":5}`,
		`{"level":"INFO","msg":"write","tool":"update_issue","target":"o/r#8","outcome":"outcome_unknown"}`,
	} {
		var line map[string]any
		require.NoError(t, json.Unmarshal(bytes.Split(lines.Bytes(), []byte("\n"))[i], &line))
		_, err := time.Parse(time.RFC3339Nano, line["time"].(string))
		require.NoError(t, err)
		delete(line, "time")
		got, err := json.Marshal(line)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(got))
	}
}

// TestAuditLogRotates moves the file away, as logrotate does, and reopens it.
func TestAuditLogRotates(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	log, err := server.OpenAuditLog(path, nil)
	require.NoError(t, err)
	log.Record(tools.Record{Target: "first"})
	require.NoError(t, os.Rename(path, path+".1"))
	log.Record(tools.Record{Target: "second"})
	require.NoError(t, log.Reopen())
	log.Record(tools.Record{Target: "third"})
	for file, targets := range map[string][]string{path + ".1": {"first", "second"}, path: {"third"}} {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, target := range targets {
			assert.Contains(t, string(content), target)
		}
		assert.Equal(t, len(targets), strings.Count(string(content), "\n"), file)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAuditLogReportsFailures(t *testing.T) {
	t.Parallel()
	log := server.NewAuditLog(fullDisk{})
	require.NoError(t, log.Check())
	log.Record(tools.Record{Tool: "comment"})
	require.ErrorContains(t, log.Check(), "no space left")

	folder := filepath.Join(t.TempDir(), "log")
	require.NoError(t, os.Mkdir(folder, 0o700))
	file, err := server.OpenAuditLog(filepath.Join(folder, "audit.jsonl"), nil)
	require.NoError(t, err)
	require.NoError(t, file.Check())
	require.NoError(t, os.RemoveAll(folder))
	require.ErrorContains(t, file.Check(), "open the audit log")
	require.NoError(t, os.Mkdir(folder, 0o700))
	require.NoError(t, file.Check(), "the log recovers")
}

// TestAuditLogOnAFullDisk checks that writes are refused before the first line
// and after each one that failed, and that the log recovers by itself.
func TestAuditLogOnAFullDisk(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no device whose writes fail")
	}
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	require.NoError(t, os.Symlink("/dev/full", path))
	failures := 0
	log, err := server.OpenAuditLog(path, func(error) { failures++ })
	require.NoError(t, err)
	require.ErrorIs(t, log.Check(), syscall.ENOSPC, "before the first line")
	log.Record(tools.Record{Target: "first"})
	assert.Equal(t, 1, failures, "only lines of writes count")
	require.NoError(t, log.Reopen())
	require.ErrorIs(t, log.Check(), syscall.ENOSPC)
	require.ErrorIs(t, log.Check(), syscall.ENOSPC, "checking does not help")

	require.NoError(t, os.Remove(path)) // space is back
	require.NoError(t, log.Check())
	require.NoError(t, log.Check())
	log.Record(tools.Record{Target: "second"})
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Regexp(t, `^\{.*"msg":"the audit log can be written"\}\n\{.*"target":"second".*\}\n$`, string(content))
}

// nearlyFull is a disk with room for some bytes.
type nearlyFull struct {
	bytes.Buffer
	room int
}

func (d *nearlyFull) Write(p []byte) (int, error) {
	n, _ := d.Buffer.Write(p[:min(d.room, len(p))])
	if d.room -= n; n < len(p) {
		return n, syscall.ENOSPC
	}
	return n, nil
}

func TestAuditLogEndsATornLine(t *testing.T) {
	t.Parallel()
	disk := &nearlyFull{room: 10}
	log := server.NewAuditLog(disk)
	log.Record(tools.Record{Target: "first"})
	require.ErrorIs(t, log.Check(), syscall.ENOSPC)
	disk.room = 1000
	require.NoError(t, log.Check())
	log.Record(tools.Record{Target: "second"})
	lines := strings.Split(strings.TrimSpace(disk.String()), "\n")
	require.Len(t, lines, 3)
	for _, line := range lines[1:] {
		assert.True(t, json.Valid([]byte(line)), line)
	}
}

// TestAuditRequired checks that without a working audit log, writes are refused
// if it is required, and reads and dry runs are not.
func TestAuditRequired(t *testing.T) {
	t.Parallel()
	const read = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue","arguments":{"owner":"openharbor","repo":"portal","number":1}}}`
	const write = `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"comment","arguments":{"owner":"openharbor","repo":"portal","number":1,"body":"x"}}}`
	for name, test := range map[string]struct {
		required, dryRun bool
		refused          bool
	}{
		"not required": {false, false, false}, "required": {true, false, true}, "dry run": {true, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSetup(serveLoopback(t, sandbox.New()))
			log := server.NewAuditLog(fullDisk{})
			log.Record(tools.Record{}) // fails
			s.server.Audit, s.server.AuditRequired, s.server.Env.DryRun = log, test.required, test.dryRun
			s.server.AuditRequiredName = "--audit-required"
			w := newWire(t, t.Context(), s.mcp(t))
			w.send(read)
			assert.False(t, w.receive().Result.IsError)
			w.send(write)
			m := w.receive()
			assert.Equal(t, test.refused, m.Result.IsError, m.Result.Content)
			if test.refused {
				assert.Equal(t, "comment was not sent: the audit log cannot be written, and the server refuses writes without it (--audit-required)", m.Result.Content[0].Text)
			}
		})
	}
}

// TestAuditLogOfAnotherFile checks what a log knows about its file after it was
// replaced: whether it can be written, and whether its last line is complete.
func TestAuditLogOfAnotherFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit")
	require.NoError(t, os.WriteFile(path, []byte(`{"time":"half a li`), 0o600))
	log, err := server.OpenAuditLog(path, nil)
	require.NoError(t, err)
	log.Record(tools.Record{Tool: "comment"})
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	require.Len(t, lines, 2)
	assert.True(t, json.Valid([]byte(lines[1])), lines[1])

	require.NoError(t, os.Rename(path, path+".1"))
	require.NoError(t, log.Check())
	content, err = os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(content), "the audit log can be written", "a new file is tried")
	assert.Equal(t, "{", string(content[:1]))

	require.NoError(t, os.Remove(path))
	if exec.CommandContext(t.Context(), "mkfifo", path).Run() != nil {
		t.Skip("no named pipes")
	}
	require.ErrorContains(t, log.Check(), "is a pipe", "nobody may read it")

	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no full device")
	}
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.Symlink("/dev/full", path))
	require.Error(t, log.Check(), "before the first write to it")
}

package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var updateGuides = flag.Bool("update", false, "rewrite the output in the transcripts of docs")

// A fence is a fenced block of a guide. Its info is "console" for a transcript, whose
// commands begin with "$ ", or a language and the name of the file that the block is.
var fence = regexp.MustCompile("(?ms)^```(\\S+)(?: (\\S+))?\n(.*?)^```$")

// TestGuides runs the transcripts of each guide, in order, in one shell in an empty
// directory, and compares what they print. go test . -run TestGuides -update rewrites
// it.
func TestGuides(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("the transcripts are those of a POSIX shell")
	}
	guides, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, guides)
	for _, file := range guides {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			dir, guide := t.TempDir(), string(content)
			printed := play(t, shell, dir, guide)
			current := fence.ReplaceAllStringFunc(guide, func(block string) string {
				part := fence.FindStringSubmatch(block)
				if part[1] != "console" {
					return block
				}
				got := "```console\n" + strings.Join(printed[:len(steps(part[3]))], "") + "```"
				printed = printed[len(steps(part[3])):]
				if normalized(got) == normalized(block) {
					return block // with the times and ids that it has
				}
				return got
			})
			if *updateGuides {
				require.NoError(t, os.WriteFile(file, []byte(current), 0o644)) //nolint:gosec // a document
				return
			}
			assert.Equal(t, guide, current, "go test . -run TestGuides -update rewrites the transcripts")
		})
	}
}

// steps returns the commands of a transcript with their continuation lines.
func steps(transcript string) (commands []string) {
	for line := range strings.Lines(transcript) {
		switch {
		case strings.HasPrefix(line, "$ "):
			commands = append(commands, line)
		case strings.HasPrefix(line, "> "):
			commands[len(commands)-1] += line
		}
	}
	return commands
}

// play runs the commands of a guide and returns each as it is in the transcript, with
// what it printed. Port 8080 of the guide is a free one.
func play(t *testing.T, shell, dir, guide string) []string {
	t.Helper()
	const mark = "end of the output\n"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, listener.Close())

	var commands []string
	script := strings.Builder{}
	script.WriteString("exec 2>&1\ntrap 'kill $! 2>/dev/null; wait' EXIT\n")
	for _, part := range fence.FindAllStringSubmatch(guide, -1) {
		if name := part[2]; name != "" {
			require.True(t, filepath.IsLocal(name), name)
			require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(part[3]), 0o600))
		}
		if part[1] != "console" {
			continue
		}
		for _, step := range steps(part[3]) {
			commands = append(commands, step)
			fmt.Fprintf(&script, "%sprintf '%s'\n", strings.ReplaceAll(step[2:], "\n> ", "\n"), strings.TrimSpace(mark)+`\n`)
		}
	}
	bin := t.TempDir()
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(bin, "gitcode-mcp")))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, shell)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(strings.ReplaceAll(script.String(), "8080", port))
	cmd.Env = []string{asProgram + "=1", "PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C"}
	cmd.WaitDelay = time.Second // if something in the background still holds the output
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, io.Discard
	_ = cmd.Run() // the status is that of the last command
	outputs := strings.SplitAfter(strings.ReplaceAll(out.String(), port, "8080"), mark)
	require.Len(t, outputs, len(commands)+1, out.String())
	for i := range commands {
		commands[i] += strings.TrimSuffix(outputs[i], mark)
	}
	return commands
}

// normalized replaces what differs from run to run: times, dates, durations, ids and
// hashes.
func normalized(text string) string {
	for _, part := range []struct{ pattern, by string }{
		{`\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?`, "<time>"},
		{`\b\d+(\.\d+)?(e-?\d+)?(µs|ms|s)\b`, "<duration>"},
		{`\b[0-9a-f]{12,64}\b`, "<hash>"},
		{`\b\d{6,}\b`, "<id>"},
		{`127\.0\.0\.1:\d+`, "127.0.0.1:<port>"},
	} {
		text = regexp.MustCompile(part.pattern).ReplaceAllString(text, part.by)
	}
	return text
}

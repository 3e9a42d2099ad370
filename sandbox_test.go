package main

import (
	"bytes"
	pixels "image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSandboxOfAllForges checks that --sandbox serves all forges without their
// settings, and keeps the state of each in a file of its own.
func TestSandboxOfAllForges(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	_, stderr, status := run(t, "", nil, "call", "update_issue", "openharbor/portal#1", "title=From GitCode", "--sandbox="+file)
	assert.Zero(t, status, stderr)
	assert.NoFileExists(t, file+".github", "GitHub is not configured")
	assert.NoFileExists(t, file+".gitlab", "GitLab is not configured")

	env := []string{
		"GITHUB_API_URL=https://github.invalid/api/v3", "GITHUB_TOKEN=of-another-service",
		"GITLAB_API_URL=https://gitlab.invalid/api/v4", "GITLAB_TOKEN=of-a-third-service",
	}
	_, stderr, status = run(t, "", env, "call", "github_update_issue", "owner=octoharbor", "repo=portal", "issue_number=1", "title=From GitHub", "--sandbox="+file)
	assert.Zero(t, status, stderr)
	assert.FileExists(t, file+".github")
	_, stderr, status = run(t, "", env, "call", "gitlab_update_issue", "harborlab/portal#1", "title=From GitLab", "--sandbox="+file)
	assert.Zero(t, status, stderr)
	assert.FileExists(t, file+".gitlab")

	for title, args := range map[string][]string{
		"From GitCode": {"get_issue", "openharbor/portal#1"},
		"From GitHub":  {"github_get_issue", "owner=octoharbor", "repo=portal", "issue_number=1"},
		"From GitLab":  {"gitlab_get_issue", "harborlab/portal#1"},
	} {
		stdout, stderr, status := run(t, "", env, append([]string{"call", "--sandbox=" + file}, args...)...)
		assert.Zero(t, status, stderr)
		assert.Contains(t, stdout, "title: "+title+"\n")
	}
}

// TestPublicAddresses checks that the sandbox takes the addresses of the public
// services for its own, and that a forge in the settings does not.
func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	env := []string{"GITHUB_API_URL=https://github.invalid/api/v3", "GITLAB_API_URL=https://gitlab.invalid/api/v4"}
	for tool, address := range map[string]string{
		"get_issue":        "https://gitcode.com/openharbor/portal/issues/1",
		"github_get_issue": "https://github.com/octoharbor/portal/issues/1",
		"gitlab_get_issue": "https://jihulab.com/harborlab/portal/-/issues/1",
	} {
		stdout, stderr, status := run(t, "", env, "call", tool, address, "--sandbox")
		assert.Zero(t, status, stderr)
		assert.Contains(t, stdout, "title: ")
		if tool == "get_issue" {
			continue
		}
		_, stderr, status = run(t, "", env, "call", tool, address)
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, "is not the address of")
	}
}

// TestAllowedFiles uploads files of a directory to the sandbox, and others.
func TestAllowedFiles(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	dir := filepath.Join(home, "charts")
	require.NoError(t, os.Mkdir(dir, 0o755))
	for _, name := range []string{"charts/cpu.png", "secret.png"} {
		require.NoError(t, os.WriteFile(filepath.Join(home, name), []byte("\x89PNG\r\n\x1a\n"), 0o600))
	}
	require.NoError(t, os.Symlink("../secret.png", filepath.Join(dir, "link.png")))
	for name, test := range map[string]struct {
		env, args      []string
		stdout, stderr string // parts; a test with stderr expects status 1
	}{
		"a file":             {nil, []string{"file=cpu.png", "--allow-dir=" + dir}, "filename: cpu.png\n", ""},
		"by variable":        {[]string{"GITCODE_MCP_ALLOW_DIR=" + dir}, []string{"file=" + filepath.Join(dir, "cpu.png")}, "filename: cpu.png\n", ""},
		"in the home":        {[]string{"HOME=" + home, "GITCODE_MCP_ALLOW_DIR=~/charts"}, []string{"file=cpu.png"}, "filename: cpu.png\n", ""},
		"dry run":            {nil, []string{"file=cpu.png", "--allow-dir=" + dir, "--dry-run"}, "file: cpu.png (image/png, 8 bytes)\n", ""},
		"dry run, no file":   {nil, []string{"file=no.png", "--allow-dir=" + dir, "--dry-run"}, "", `not sent: there is no file "no.png" in the directory in --allow-dir`},
		"outside":            {nil, []string{"file=../secret.png", "--allow-dir=" + dir}, "", `not sent: the file "../secret.png" is outside the directory in --allow-dir`},
		"a link outside":     {nil, []string{"file=link.png", "--allow-dir=" + dir}, "", "no link may lead out of the directory in --allow-dir"},
		"nothing is allowed": {nil, []string{"file=cpu.png"}, "", "not sent: no file can be sent: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := append([]string{"GITLAB_TOKEN=" + labToken}, test.env...)
			stdout, stderr, status := run(t, "", env, append([]string{"call", "gitlab_upload_metric_image", "harborlab/portal#4", "--sandbox"}, test.args...)...)
			if test.stderr == "" {
				assert.Zero(t, status, stderr)
			}
			assert.Contains(t, stdout, test.stdout)
			assert.Contains(t, stderr, test.stderr)
		})
	}
}

// TestAttachmentOnTheCommandLine uploads an image and a text, and prints what a model
// is shown of them.
func TestAttachmentOnTheCommandLine(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	var wide bytes.Buffer
	require.NoError(t, png.Encode(&wide, pixels.NewGray(pixels.Rect(0, 0, 2048, 10))))
	for name, content := range map[string][]byte{"wide.png": wide.Bytes(), "out.log": []byte("one\ntwo\n")} {
		require.NoError(t, os.WriteFile(filepath.Join(home, name), content, 0o600))
	}
	env := []string{"GITCODE_MCP_SANDBOX=" + filepath.Join(home, "state.json"), "GITCODE_MCP_ALLOW_DIR=" + home, "GITCODE_MCP_TOOLSETS=files"}
	for name, want := range map[string]string{
		"wide.png": `^name: wide.png\ntype: image/png\nsize: \d+\nwidth: 2048\nheight: 10\ncut: The image is shown with 1024 × 5 pixels.\n# and an image: image/png, \d+ bytes\n$`,
		"out.log":  `^name: out.log\ntype: text/plain\nsize: 8\ntext: \|\n  one\n  two\n$`,
	} {
		stdout, stderr, status := run(t, "", env, "call", "upload_attachment", "openharbor/portal", "file="+name)
		require.Zero(t, status, stderr)
		require.Regexp(t, `^markdown: '?!?\[`+name+`\]\(https://gitcode.com/openharbor/portal/attachment/uploads/\w+/`+name+`\)'?\n$`, stdout)
		_, address, _ := strings.Cut(stdout, "(")
		address, _, _ = strings.Cut(address, ")")
		stdout, stderr, status = run(t, "", env, "call", "get_attachment", "url="+address)
		require.Zero(t, status, stderr)
		assert.Regexp(t, want, stdout)
		stdout, stderr, status = run(t, "", env, "call", "get_attachment", "url="+address, "--json")
		require.Zero(t, status, stderr)
		assert.Regexp(t, `^\{"name":"`+name+`".*\}\n$`, stdout)
	}
}

package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newDist returns a directory as goreleaser leaves it.
func newDist(t *testing.T) string {
	t.Helper()
	dist := t.TempDir()
	for _, name := range []string{
		"universal_darwin_all/gitcode-mcp", "gitcode-mcp_darwin_arm64_v8.0/gitcode-mcp", "gitcode-mcp_windows_amd64_v1/gitcode-mcp.exe",
		"gitcode-mcp_linux_amd64_v1/gitcode-mcp", "gitcode-mcp_linux_arm64_v8.0/gitcode-mcp",
	} {
		file := filepath.Join(dist, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte("#!/bin/sh\necho "+name+" \"$@\"\n"), 0o755))
	}
	return dist
}

var commitTime = time.Date(2026, 11, 22, 3, 4, 6, 0, time.UTC)

func TestRelease(t *testing.T) {
	t.Parallel()
	dist := newDist(t)
	require.NoError(t, release(dist, "../../server.json", "9.8.7-rc.1", commitTime))
	bundle, err := os.ReadFile(filepath.Join(dist, "gitcode-mcp-9.8.7-rc.1.mcpb"))
	require.NoError(t, err)
	require.NoError(t, release(dist, "../../server.json", "9.8.7-rc.1", commitTime))
	again, err := os.ReadFile(filepath.Join(dist, "gitcode-mcp-9.8.7-rc.1.mcpb"))
	require.NoError(t, err)
	assert.Equal(t, bundle, again)

	content, err := os.ReadFile(filepath.Join(dist, "server.json"))
	require.NoError(t, err)
	hash := sha256.Sum256(bundle)
	assert.Contains(t, string(content), `"fileSha256": "`+hex.EncodeToString(hash[:])+`"`)
	assert.Contains(t, string(content), "/v9.8.7-rc.1/gitcode-mcp-9.8.7-rc.1.mcpb\"")
	assert.NotContains(t, string(content), "0.1.0")
}

func TestReleaseWithoutABinary(t *testing.T) {
	t.Parallel()
	dist := newDist(t)
	require.NoError(t, os.RemoveAll(filepath.Join(dist, "universal_darwin_all")))
	assert.EqualError(t, release(dist, "../../server.json", "9.8.7", commitTime), "0 files match universal_darwin_all/gitcode-mcp in "+dist+", want 1")
	assert.EqualError(t, release(dist, "../../server.json", "", commitTime), "-version is missing")
}

// TestBundle checks the manifest against its schema and against the files of the
// bundle.
func TestBundle(t *testing.T) {
	t.Parallel()
	bundle, err := pack(newDist(t), "9.8.7", commitTime)
	require.NoError(t, err)
	archive, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	require.NoError(t, err)
	files := map[string]*zip.File{}
	for _, f := range archive.File {
		files[f.Name] = f
	}
	opened, err := archive.Open("manifest.json")
	require.NoError(t, err)
	content, err := io.ReadAll(opened)
	require.NoError(t, err)
	schema, err := validator.NewCompiler().Compile("../../testdata/schemas/mcpb-manifest-0.3.json")
	require.NoError(t, err)
	document, err := validator.UnmarshalJSON(bytes.NewReader(content))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(document))

	type command struct{ Command string }
	var m struct {
		Version string
		Server  struct {
			EntryPoint string `json:"entry_point"`
			MCPConfig  struct {
				command
				Env       map[string]string
				Overrides map[string]command `json:"platform_overrides"`
			} `json:"mcp_config"`
		}
		Compatibility struct{ Platforms []string }
		UserConfig    map[string]struct {
			Sensitive bool
			Default   any
		} `json:"user_config"`
	}
	require.NoError(t, json.Unmarshal(content, &m))
	assert.Equal(t, "9.8.7", m.Version)
	assert.Contains(t, files, m.Server.EntryPoint)
	assert.ElementsMatch(t, []string{"darwin", "linux", "win32"}, m.Compatibility.Platforms)
	for _, platform := range m.Compatibility.Platforms {
		run := m.Server.MCPConfig.command
		if other, ok := m.Server.MCPConfig.Overrides[platform]; ok {
			run = other
		}
		file := files[strings.TrimPrefix(run.Command, "${__dirname}/")]
		if assert.NotNil(t, file, platform) {
			assert.Equal(t, os.FileMode(0o755), file.Mode(), platform)
		}
	}
	for variable, value := range m.Server.MCPConfig.Env {
		setting, ok := m.UserConfig[strings.TrimSuffix(strings.TrimPrefix(value, "${user_config."), "}")]
		assert.True(t, ok, value)
		assert.Equal(t, strings.HasSuffix(variable, "_TOKEN"), setting.Sensitive, variable)
		assert.NotNil(t, setting.Default, "without one, the placeholder would remain in %s", variable)
	}
}

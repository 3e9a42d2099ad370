// Command mcpb packs the binaries that goreleaser built into one MCP bundle for
// Claude Desktop, and writes the server.json of the release next to it. It uses no
// clock and no network: the same binaries give the same bundle, so that its hash can
// be checked.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"
)

var (
	//go:embed manifest.json
	manifest []byte
	//go:embed gitcode-mcp.sh
	linuxScript []byte
)

// noHash takes the place of the bundle's hash in the repository's server.json.
var noHash = strings.Repeat("0", sha256.Size*2)

// binaries are the files in the bundle, and where goreleaser leaves them. Windows
// runs the binary for amd64 on arm64 too.
var binaries = []struct{ name, pattern string }{
	{"server/gitcode-mcp", "universal_darwin_all/gitcode-mcp"},
	{"server/gitcode-mcp.exe", "gitcode-mcp_windows_amd64*/gitcode-mcp.exe"},
	{"server/linux/gitcode-mcp-aarch64", "gitcode-mcp_linux_arm64*/gitcode-mcp"},
	{"server/linux/gitcode-mcp-x86_64", "gitcode-mcp_linux_amd64*/gitcode-mcp"},
}

func main() {
	log.SetFlags(0)
	dist := flag.String("dist", "dist", "Directory of goreleaser's output.")
	source := flag.String("server-json", "server.json", "The server.json of the repository.")
	version := flag.String("version", "", "Version of the release.")
	seconds := flag.Int64("time", 0, "Time of the commit, in seconds since 1970.")
	flag.Parse()
	if err := release(*dist, *source, *version, time.Unix(*seconds, 0).UTC()); err != nil {
		log.Fatal("mcpb: ", err)
	}
}

// release writes the bundle and the server.json of a version into dist.
func release(dist, source, version string, modified time.Time) error {
	if version == "" {
		return errors.New("-version is missing")
	}
	bundle, err := pack(dist, version, modified)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dist, "gitcode-mcp-"+version+".mcpb"), bundle, 0o644); err != nil { //nolint:gosec // for everyone
		return err
	}
	content, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	content, err = withVersion(content, version)
	if err != nil {
		return err
	}
	hash := sha256.Sum256(bundle)
	content = bytes.ReplaceAll(content, []byte(noHash), []byte(hex.EncodeToString(hash[:])))
	return os.WriteFile(filepath.Join(dist, "server.json"), content, 0o644) //nolint:gosec // for everyone
}

// withVersion replaces the version of a JSON document wherever it occurs.
func withVersion(content []byte, version string) ([]byte, error) {
	var document struct{ Version string }
	if err := json.Unmarshal(content, &document); err != nil {
		return nil, err
	}
	return bytes.ReplaceAll(content, []byte(document.Version), []byte(version)), nil
}

// pack returns the bundle, a zip file.
func pack(dist, version string, modified time.Time) ([]byte, error) {
	var content bytes.Buffer
	w := zip.NewWriter(&content)
	add := func(name string, mode os.FileMode, content []byte) error {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: modified}
		header.SetMode(mode)
		file, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		_, err = file.Write(content)
		return err
	}
	described, err := withVersion(manifest, version)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(add("manifest.json", 0o644, described), add("server/linux/gitcode-mcp", 0o755, linuxScript)); err != nil {
		return nil, err
	}
	for _, b := range binaries {
		found, err := filepath.Glob(filepath.Join(dist, filepath.FromSlash(b.pattern)))
		if err != nil || len(found) != 1 {
			return nil, fmt.Errorf("%d files match %s in %s, want 1", len(found), b.pattern, dist)
		}
		binary, err := os.ReadFile(found[0])
		if err != nil {
			return nil, err
		}
		if err := add(b.name, 0o755, binary); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return content.Bytes(), nil
}

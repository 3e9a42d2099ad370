package toolstest

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

var update = flag.Bool("update", false, "rewrite the want sections of the golden files and the generated part of the README")

// Golden is the golden files of a forge's tools.
type Golden struct {
	Files string // pattern of their names
	Base  string // path of the service's API, below another path
	Site  string // path of the service's pages, if an endpoint is one
	// Tools returns the tools for a service at a base URL, which contains Base. They
	// send the token, and their client has no limits.
	Tools func(t testing.TB, baseURL string) []tools.Tool
	Token string
	// Header has the headers that each request must have.
	Header map[string]string
	// Segment, if non-nil, returns the segment of a documented path for a name in
	// braces, escaped, or "" if it is the argument of this name.
	Segment func(name string, arguments map[string]any) string
}

// A File is a golden file.
type File struct {
	Path string
	Tool string // that the file is about
	Name string // Tool if the file describes the tool
	Page string // of the documentation
	// Given are the sections by name.
	Given map[string]string

	archive *txtar.Archive
}

// Read returns the golden files.
func (g Golden) Read(t testing.TB) []File {
	t.Helper()
	paths, err := filepath.Glob(g.Files)
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	files := make([]File, len(paths))
	for i, path := range paths {
		archive, err := txtar.ParseFile(path)
		require.NoError(t, err)
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		tool, _, _ := strings.Cut(name, ".")
		files[i] = File{path, tool, name, strings.TrimSpace(string(archive.Comment)), sections(t, path, archive), archive}
	}
	return files
}

// sections returns the sections of a golden file by name. A second one of the
// same name would hide the first.
func sections(t testing.TB, path string, a *txtar.Archive) map[string]string {
	t.Helper()
	m := map[string]string{}
	for _, f := range a.Files {
		require.NotContains(t, m, f.Name, "%s: two sections have this name", path)
		m[f.Name] = string(f.Data)
	}
	return m
}

// Test compares each operation with its golden file. The flag -update writes the
// want sections. Only the first file of a tool describes it.
func (g Golden) Test(t *testing.T) {
	for _, file := range g.Read(t) {
		t.Run(file.Name, func(t *testing.T) {
			t.Parallel()
			g.test(t, file)
		})
	}
}

func (g Golden) test(t *testing.T, file File) {
	t.Helper()
	service := &Recorder{Given: file.Given, Base: g.Base}
	all := g.Tools(t, Serve(t, service)+g.Base)
	how := strings.Fields(file.Given["how"])
	dryRun := slices.Contains(how, "dry_run")
	session := Connect(t, all, tools.Env{MaxResult: 60_000, DryRun: dryRun})
	if slices.Contains(how, "twice") {
		Call(t, session, file.Tool, file.Given["arguments"])
	}
	result := Call(t, session, file.Tool, file.Given["arguments"])
	require.Equal(t, slices.Contains(how, "fails"), result.IsError, Text(t, result))

	switch {
	case slices.Contains(how, "unsent"):
		assert.Empty(t, service.requests)
	case !dryRun:
		require.NotEmpty(t, service.requests)
		assert.Contains(t, service.String(), g.DocumentedLine(t, file)+"\n", "the documented request is sent")
	}
	for _, r := range service.requests {
		if !strings.HasPrefix(r.url.Path, path.Dir(g.Base)+"/") {
			assert.NotContains(t, fmt.Sprint(r.header), g.Token, "a page is requested without the token")
			continue
		}
		for name, value := range g.Header {
			assert.Equal(t, value, r.header.Get(name), name)
		}
		assert.NotContains(t, r.url.String(), g.Token)
	}
	if !result.IsError {
		structured, err := json.Marshal(result.StructuredContent)
		require.NoError(t, err)
		assert.JSONEq(t, Text(t, result), string(structured), "text and structuredContent contain the same facts")
	}

	want := map[string]string{
		"want: request": service.String(),
		"want: result":  Text(t, result) + "\n",
	}
	if file.Name == file.Tool {
		want["want: tool"] = describe(t, Named(t, all, file.Tool))
	}
	if *update {
		file.write(t, want)
		return
	}
	for section, content := range want {
		assert.Equal(t, content, file.Given[section], section)
	}
}

// write replaces the want sections and leaves the others unchanged.
func (f File) write(t *testing.T, want map[string]string) {
	t.Helper()
	a := f.archive
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want: ") })
	for _, name := range slices.Sorted(maps.Keys(want)) {
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(want[name])})
	}
	require.NoError(t, os.WriteFile(f.Path, txtar.Format(a), 0o644))
}

// Arguments returns the arguments of the call.
func (f File) Arguments(t testing.TB) map[string]any {
	t.Helper()
	var arguments map[string]any
	decoder := json.NewDecoder(strings.NewReader(f.Given["arguments"]))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&arguments), f.Path)
	return arguments
}

// DocumentedLine returns the method and path that the section endpoint promises
// for the arguments.
func (g Golden) DocumentedLine(t testing.TB, file File) string {
	t.Helper()
	arguments := file.Arguments(t)
	method, pattern, ok := strings.Cut(strings.TrimSpace(file.Given["endpoint"]), " ")
	require.True(t, ok, file.Path)
	base := g.Base
	if _, page, isPage := strings.Cut(pattern, "://"); isPage {
		base, pattern = g.Site, page[strings.Index(page, "/"):]
	}
	segments := strings.Split(pattern, "/")
	for i, s := range segments {
		if !strings.HasPrefix(s, "{") {
			continue
		}
		name := strings.Trim(s, "{}")
		if g.Segment != nil {
			if segments[i] = g.Segment(name, arguments); segments[i] != "" {
				continue
			}
		}
		require.Contains(t, arguments, name, "%s: it is in the path and not in the arguments", file.Path)
		segments[i] = url.PathEscape(fmt.Sprint(arguments[name]))
	}
	return method + " " + base + strings.Join(segments, "/")
}

// TestEveryTool checks that each tool has its golden file, and the reverse.
func (g Golden) TestEveryTool(t *testing.T) {
	t.Helper()
	var names, described []string
	for _, tool := range g.all(t) {
		names = append(names, tool.Name)
	}
	for _, file := range g.Read(t) {
		if file.Name == file.Tool {
			described = append(described, file.Name)
		}
		assert.Contains(t, names, file.Tool, file.Path)
	}
	assert.ElementsMatch(t, names, described)
}

// TestEveryArgument checks that a golden file of each tool uses each of its
// arguments.
func (g Golden) TestEveryArgument(t *testing.T) {
	t.Helper()
	used := map[string]bool{}
	for _, file := range g.Read(t) {
		for name := range file.Arguments(t) {
			used[file.Tool+" "+name] = true
		}
	}
	for _, tool := range g.all(t) {
		var input struct{ Properties map[string]any }
		require.NoError(t, json.Unmarshal(tool.Input(), &input))
		for name := range input.Properties {
			assert.Contains(t, used, tool.Name+" "+name)
		}
	}
}

// TestPages checks that each golden file begins with a page of the documentation
// that the sources of the client cite.
func (g Golden) TestPages(t *testing.T, sources string, page *regexp.Regexp) {
	t.Helper()
	paths, err := filepath.Glob(sources)
	require.NoError(t, err)
	cited := map[string]bool{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, address := range page.FindAllString(string(content), -1) {
			cited[address] = true
		}
	}
	for _, file := range g.Read(t) {
		assert.True(t, cited[file.Page], "%s: %q", file.Path, file.Page)
	}
}

// TestNoTokens checks that files contain no token but the tests' own: the golden
// files, and those of other patterns.
func (g Golden) TestNoTokens(t *testing.T, others ...string) {
	t.Helper()
	token := regexp.MustCompile(`(?i)(bearer |private-token: |access_token=)(\S+)`)
	for _, pattern := range append(others, g.Files) {
		paths, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, paths)
		for _, path := range paths {
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			for _, m := range token.FindAllSubmatch(content, -1) {
				assert.Equal(t, g.Token, string(m[2]), path)
			}
		}
	}
}

// all returns the tools of a client that is never called.
func (g Golden) all(t testing.TB) []tools.Tool {
	t.Helper()
	return g.Tools(t, Serve(t, http.NotFoundHandler())+g.Base)
}

// Writes returns the arguments in the golden file of each tool that writes.
func (g Golden) Writes(t *testing.T, all []tools.Tool) map[string]string {
	t.Helper()
	arguments := map[string]string{}
	for _, file := range g.Read(t) {
		if file.Name == file.Tool && Named(t, all, file.Tool).Effect != tools.Reads {
			arguments[file.Tool] = file.Given["arguments"]
		}
	}
	return arguments
}

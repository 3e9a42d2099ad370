package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

var update = flag.Bool("update", false, "rewrite the want sections of the golden files and the generated parts of the README")

const testToken = "golden-token"

// TestGolden tells each operation whole: what is documented, written by hand,
// and what the server makes of it, under the want sections that -update writes.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/gitcode/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			story := sections(archive)

			service := &recorder{story: story}
			session := clientOf(t, service, gitcode.Config{})
			result, err := call(t.Context(), session, name, json.RawMessage(story["arguments"]))
			require.NoError(t, err)
			require.False(t, result.IsError, text(result))

			require.NotEmpty(t, service.requests)
			assert.Equal(t, documented(t, story), service.requests[0].line(), "the first request is the documented one")
			for _, r := range service.requests {
				assert.Equal(t, "Bearer "+testToken, r.header.Get("Authorization"))
				assert.NotContains(t, r.url.String(), testToken)
			}
			structured, err := json.Marshal(result.StructuredContent)
			require.NoError(t, err)
			assert.JSONEq(t, text(result), string(structured), "text and structuredContent carry the same facts")

			want := map[string]string{
				"want: tool":    indented(t, toolNamed(t, session, name)),
				"want: request": service.String(),
				"want: result":  text(result) + "\n",
			}
			if *update {
				writeSections(t, file, archive, want)
				return
			}
			for section, content := range want {
				assert.Equal(t, content, story[section], section)
			}
		})
	}
}

// documented is the method and path the endpoint section promises for the
// arguments.
func documented(t *testing.T, story map[string]string) string {
	t.Helper()
	var arguments map[string]any
	decoder := json.NewDecoder(strings.NewReader(story["arguments"]))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&arguments))
	method, pattern, ok := strings.Cut(strings.TrimSpace(story["endpoint"]), " ")
	require.True(t, ok)
	segments := strings.Split(pattern, "/")
	for i, s := range segments {
		if !strings.HasPrefix(s, "{") {
			continue
		}
		name := strings.Trim(s, "{}")
		value, given := arguments[name]
		if name == "name" { // the labels of remove_labels
			var names []string
			for _, label := range arguments["labels"].([]any) {
				names = append(names, url.PathEscape(label.(string)))
			}
			segments[i] = strings.Join(names, ",")
			continue
		}
		require.True(t, given, "%s stands in the path and not in the arguments", name)
		segments[i] = url.PathEscape(fmt.Sprint(value))
	}
	return method + " " + basePath + strings.Join(segments, "/")
}

const basePath = "/under/api/v5"

// recorder is a service that keeps what it was asked and answers from a story.
type recorder struct {
	story    map[string]string
	requests []recorded
}

type recorded struct {
	method string
	url    *url.URL
	header http.Header
	body   string
}

func (r recorded) line() string { return r.method + " " + r.url.EscapedPath() }

func (s *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.requests = append(s.requests, recorded{r.Method, r.URL, r.Header, string(body)})
	section, status := "response", http.StatusOK
	if n := len(s.requests); n > 1 {
		section += " " + strconv.Itoa(n)
	} else {
		for line := range strings.Lines(s.story["headers"]) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			if name == "status" {
				status, _ = strconv.Atoi(value)
				continue
			}
			w.Header()[name] = []string{value}
		}
	}
	w.WriteHeader(status)
	io.WriteString(w, s.story[section])
}

// String writes the requests as the golden files show them.
func (s *recorder) String() string {
	var b strings.Builder
	for _, r := range s.requests {
		b.WriteString(r.line() + "\n")
		for _, name := range slices.Sorted(maps.Keys(r.url.Query())) {
			fmt.Fprintf(&b, "? %s\n", url.Values{name: r.url.Query()[name]}.Encode())
		}
		for _, name := range []string{"Authorization", "Content-Type", "Accept"} {
			if value := r.header.Get(name); value != "" {
				b.WriteString(name + ": " + value + "\n")
			}
		}
		if r.body != "" {
			b.WriteString(r.body + "\n")
		}
	}
	return b.String()
}

// clientOf returns an MCP client of a server whose GitCode is service.
func clientOf(t testing.TB, service http.Handler, cfg gitcode.Config) *client.Client {
	t.Helper()
	web := httptest.NewServer(service)
	t.Cleanup(web.Close)
	if cfg.BaseURL == "" {
		cfg.BaseURL = web.URL + basePath
	} else {
		cfg.BaseURL = web.URL + cfg.BaseURL
	}
	if cfg.Token == "" {
		cfg.Token = testToken
	}
	api, err := gitcode.New(cfg)
	require.NoError(t, err)
	session, err := connectTo(t.Context(), server.New(server.Config{Env: tools.Env{Client: api, MaxResult: 60_000}, Version: "test", Logger: slog.New(slog.DiscardHandler)}))
	require.NoError(t, err)
	t.Cleanup(func() { session.Close() })
	return session
}

func toolNamed(t testing.TB, session *client.Client, name string) mcp.Tool {
	t.Helper()
	list, err := session.ListTools(t.Context(), mcp.ListToolsRequest{})
	require.NoError(t, err)
	i := slices.IndexFunc(list.Tools, func(tool mcp.Tool) bool { return tool.Name == name })
	require.GreaterOrEqual(t, i, 0, "there is no tool %s", name)
	return list.Tools[i]
}

func indented(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	require.NoError(t, enc.Encode(v))
	return b.String()
}

func sections(a *txtar.Archive) map[string]string {
	m := map[string]string{}
	for _, f := range a.Files {
		m[f.Name] = string(f.Data)
	}
	return m
}

// writeSections replaces the want sections and leaves the others as they are.
func writeSections(t *testing.T, file string, a *txtar.Archive, want map[string]string) {
	t.Helper()
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want: ") })
	for _, name := range slices.Sorted(maps.Keys(want)) {
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(want[name])})
	}
	require.NoError(t, os.WriteFile(file, txtar.Format(a), 0o644))
}

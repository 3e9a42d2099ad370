package gitcode_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

var update = flag.Bool("update", false, "rewrite the want sections of the golden files and the generated part of the README")

const (
	goldenFiles = "../../testdata/gitcode/*.txtar"
	basePath    = "/under/api/v5"
)

// TestGolden compares each operation with its golden file. The sections
// endpoint, arguments, headers and response are written by hand from the
// documentation; -update writes the want sections. Only the first file of a tool
// describes it.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(goldenFiles)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		tool, name := goldenTool(file)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			given := sections(t, archive)

			service := &recorder{given: given}
			session := connect(t, newClient(t, service, api.Config{BaseURL: basePath}), tools.Env{MaxResult: 60_000})
			result := call(t, session, tool, given["arguments"])
			require.False(t, result.IsError, text(t, result))

			require.NotEmpty(t, service.requests)
			assert.Contains(t, service.String(), documentedLine(t, given)+"\n", "the documented request is sent")
			for _, r := range service.requests {
				assert.Equal(t, "Bearer "+testToken, r.header.Get("Authorization"))
				assert.NotContains(t, r.url.String(), testToken)
			}
			structured, err := json.Marshal(result.StructuredContent)
			require.NoError(t, err)
			assert.JSONEq(t, text(t, result), string(structured), "text and structuredContent contain the same facts")

			want := map[string]string{
				"want: request": service.String(),
				"want: result":  text(t, result) + "\n",
			}
			if name == tool {
				want["want: tool"] = describe(t, toolNamed(t, tool))
			}
			if *update {
				writeSections(t, file, archive, want)
				return
			}
			for section, content := range want {
				assert.Equal(t, content, given[section], section)
			}
		})
	}
}

// goldenTool returns the tool that a golden file is about, and the file's name:
// add_labels.txtar and add_labels.unknown.txtar are both about add_labels.
func goldenTool(file string) (tool, name string) {
	name = strings.TrimSuffix(filepath.Base(file), ".txtar")
	tool, _, _ = strings.Cut(name, ".")
	return tool, name
}

// documentedLine returns the method and path that the section endpoint promises
// for the arguments.
func documentedLine(t *testing.T, given map[string]string) string {
	t.Helper()
	var arguments map[string]any
	decoder := json.NewDecoder(strings.NewReader(given["arguments"]))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&arguments))
	method, pattern, ok := strings.Cut(strings.TrimSpace(given["endpoint"]), " ")
	require.True(t, ok)
	segments := strings.Split(pattern, "/")
	for i, s := range segments {
		if !strings.HasPrefix(s, "{") {
			continue
		}
		name := strings.Trim(s, "{}")
		value, found := arguments[name]
		if changes, ok := arguments["changes"].([]any); ok && name == "number" { // the first issue of update_issues
			value, found = changes[0].(map[string]any)["numbers"].([]any)[0], true
		}
		if name == "name" { // the labels of remove_labels
			var names []string
			for _, label := range arguments["labels"].([]any) {
				names = append(names, url.PathEscape(label.(string)))
			}
			segments[i] = strings.Join(names, ",")
			continue
		}
		require.True(t, found, "%s is in the path and not in the arguments", name)
		segments[i] = url.PathEscape(fmt.Sprint(value))
	}
	return method + " " + basePath + strings.Join(segments, "/")
}

// recorder is a service that records requests and responds as the golden file
// says: with the section of the request's method and path below /api/v5, such
// as response GET /user; else with that of its number among the other requests,
// such as response 2; else with the documented response.
type recorder struct {
	given    map[string]string
	mu       sync.Mutex
	requests []recorded
	others   int // number of requests without a section of their path
}

type recorded struct {
	method string
	url    *url.URL
	header http.Header
	body   string
}

func (r recorded) line() string { return r.method + " " + r.url.EscapedPath() }

// section returns the name of the section for the path of a request, if any.
func (s *recorder) section(r *http.Request) (string, bool) {
	_, path, _ := strings.Cut(r.URL.EscapedPath(), "/api/v5")
	name := "response " + r.Method + " " + path
	_, found := s.given[name]
	return name, found
}

func (s *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, recorded{r.Method, r.URL, r.Header, string(body)})
	status, headers := http.StatusOK, true
	section, found := s.section(r)
	if !found {
		s.others++
		section = "response"
		if numbered := section + " " + strconv.Itoa(s.others); s.given[numbered] != "" {
			section, headers = numbered, false
		}
	}
	if headers {
		for line := range strings.Lines(s.given["headers"]) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			if name == "status" {
				status, _ = strconv.Atoi(value)
				continue
			}
			w.Header()[name] = []string{value}
		}
	}
	w.WriteHeader(status)
	io.WriteString(w, s.given[section])
}

// String returns the requests as the golden files show them: in order, or sorted
// by path if all have a section of their path, because such requests may be sent
// at the same time.
func (s *recorder) String() string {
	if s.others == 0 {
		slices.SortStableFunc(s.requests, func(a, b recorded) int { return strings.Compare(a.line(), b.line()) })
	}
	var b strings.Builder
	for _, r := range s.requests {
		b.WriteString(r.line() + "\n")
		for _, name := range slices.Sorted(maps.Keys(r.url.Query())) {
			values := r.url.Query()[name]
			if since, err := time.Parse(time.RFC3339, values[0]); err == nil && time.Since(since) < 24*time.Hour {
				values = []string{"now"} // or an hour ago
			}
			fmt.Fprintf(&b, "? %s\n", url.Values{name: values}.Encode())
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

// sections returns the sections of a golden file by name. A second one of the
// same name would hide the first.
func sections(t testing.TB, a *txtar.Archive) map[string]string {
	t.Helper()
	m := map[string]string{}
	for _, f := range a.Files {
		require.NotContains(t, m, f.Name, "two sections have this name")
		m[f.Name] = string(f.Data)
	}
	return m
}

// writeSections replaces the want sections and leaves the others unchanged.
func writeSections(t *testing.T, file string, a *txtar.Archive, want map[string]string) {
	t.Helper()
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want: ") })
	for _, name := range slices.Sorted(maps.Keys(want)) {
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(want[name])})
	}
	require.NoError(t, os.WriteFile(file, txtar.Format(a), 0o644))
}

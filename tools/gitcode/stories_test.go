package gitcode_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

// A story is a tool, its arguments and the service's responses, in the sections
// of a golden file.
type story struct {
	tool  string
	given map[string]string
}

// stories returns the golden files and the recorded responses.
func stories(t *testing.T) map[string]story {
	t.Helper()
	all := map[string]story{}
	for _, file := range golden.Read(t) {
		all[file.Name] = story{file.Tool, file.Given}
	}
	files, err := filepath.Glob("../../gitcode/testdata/responses/*.json")
	require.NoError(t, err)
	const repo = `{"owner":"o","repo":"r"`
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		call, ok := map[string][2]string{
			"2024-04_create_issue":         {"create_issue", repo + `,"title":"123"}`},
			"2024-04_update_issue":         {"update_issue", repo + `,"number":3,"title":"123"}`},
			"2024-04_get_issue":            {"get_issue", repo + `,"number":3}`},
			"recorded_add_labels":          {"add_labels", repo + `,"number":1,"labels":["fasd","gfasd"],"create_labels":true}`},
			"recorded_comment":             {"comment", repo + `,"number":1,"body":"gfouygfasdohugvoifuhas"}`},
			"recorded_list_labels":         {"list_enterprise_issue_labels", `{"enterprise":"e","issue_id":1}`},
			"recorded_linking_prs":         {"list_issue_pull_requests", repo + `,"number":1}`},
			"recorded_delete_label_failed": {"", ""}, // FuzzResponses covers errors
		}[name]
		require.True(t, ok, "the test does not know the tool of %s", file)
		if call[0] != "" {
			body, err := os.ReadFile(file)
			require.NoError(t, err)
			all[name] = story{call[0], map[string]string{"arguments": call[1], "response": string(body)}}
		}
	}
	return all
}

// parse decodes a response, of which one has a trailing comma.
func parse(t *testing.T, body string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(regexp.MustCompile(`,(\s*[}\]])`).ReplaceAllString(body, "$1")))
	decoder.UseNumber()
	var v any
	require.NoError(t, decoder.Decode(&v))
	return v
}

// RoundTrip responds in memory.
func (o *oddMembers) RoundTrip(r *http.Request) (*http.Response, error) {
	return toolstest.InMemory(o.handler).RoundTrip(r)
}

package contracttest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// Documented returns the responses that the documentation shows, by their endpoints:
// those of the golden files of a folder's tools, without the variants, whose responses
// are invented.
func Documented(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	require.NoError(t, err)
	responses := map[string][]byte{}
	for _, file := range files {
		if strings.Count(filepath.Base(file), ".") > 1 {
			continue
		}
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		sections := map[string][]byte{}
		for _, f := range txtar.Parse(content).Files {
			sections[f.Name] = bytes.TrimSpace(f.Data)
		}
		responses[string(sections["endpoint"])] = sections["response"]
	}
	return responses
}

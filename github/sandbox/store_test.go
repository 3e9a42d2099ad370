package sandbox_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github/sandbox"
)

// open returns a client of a sandbox with a state file.
func open(t *testing.T, file string) client {
	t.Helper()
	box, err := sandbox.Open(file)
	require.NoError(t, err)
	return client{t: t, handler: box, token: sandbox.Token}
}

// TestStateFile checks that a second sandbox with the same file responds to
// every read as the first, and that both see each other's writes.
func TestStateFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state.github")
	first := open(t, file)
	assert.Equal(t, newClient(t).get("/issues?filter=all").Body.String(), first.get("/issues?filter=all").Body.String(), "a new file has the seed data")

	first.send("POST", list, `{"title":"New <b>","body":"Text","assignees":["tess"],"milestone":2,"labels":["made up"],"type":"Bug"}`)
	first.send("PATCH", list+"/2", `{"state":"closed","state_reason":"not_planned","milestone":null,"labels":[]}`)
	first.send("PUT", list+"/3/lock", `{"lock_reason":"spam"}`)
	first.send("POST", list+"/4/assignees", `{"assignees":["hugh"]}`)
	first.as("stan").send("POST", list+"/1/comments", `{"body":"Thanks"}`)
	second := open(t, file)
	for _, user := range []string{"octavia", "stan"} {
		for _, path := range []string{
			list + "?state=all", list + "?labels=made%20up", list + "/19", list + "/9", list + "/10", list + "/11", list + "/1/comments",
			"/issues?filter=all", "/user/issues", "/orgs/octoharbor/issues?filter=all&state=all", portal + "/milestones?state=all", portal + "/assignees",
			mirror + "/issues", "/repos/octoharbor/gateway/issues", vault + "/issues",
		} {
			want, got := first.as(user).get(path), second.as(user).get(path)
			assert.Equal(t, want.Code, got.Code, path)
			assert.Equal(t, want.Body.String(), got.Body.String(), path)
			assert.Equal(t, want.Header().Get("ETag"), got.Header().Get("ETag"), path)
		}
	}
	second.send("DELETE", list+"/3/lock", "").isEmpty(204)
	assert.Equal(t, false, first.get(list + "/3").object()["locked"])

	before, err := os.ReadFile(file)
	require.NoError(t, err)
	first.get(list)
	first.send("PATCH", list+"/1", `{"title":"New","state":"close"}`).isInvalid("state", "invalid")
	first.send("POST", list, `{"title":"New","labels":["another"],"milestone":99}`).isInvalid("milestone", "invalid")
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after), "reads and failed writes leave the file alone")

	require.NoError(t, os.Remove(file))
	assert.Equal(t, newClient(t).get(list).Body.String(), first.get(list).Body.String(), "removing the file starts again")
}

// TestSharedStateFile has four sandboxes write to one file at once. No write may
// be lost.
func TestSharedStateFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	const writers, issues = 4, 5
	var wg sync.WaitGroup
	for range writers {
		c := open(t, file)
		wg.Go(func() {
			for range issues {
				assert.Equal(t, 201, c.send("POST", "/repos/octavia/notes/issues", `{"title":"New"}`).Code)
			}
		})
	}
	wg.Wait()
	numbers := open(t, file).get("/repos/octavia/notes/issues?direction=asc&per_page=100").numbers()
	require.Len(t, numbers, 1+writers*issues)
	for n, number := range numbers {
		assert.Equal(t, n+1, number)
	}
}

func TestOpenRejects(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"text": "# Notes\n", "other JSON": `{"name":"left-pad"}`, "GitCode's state": `{"Format":"gitcode-mcp sandbox 1"}`,
	} {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		_, err := sandbox.Open(file)
		assert.ErrorContains(t, err, "the file was not written by this version of the sandbox")
		assert.ErrorContains(t, err, file)
		left, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, content, string(left), "the file is unchanged")
	}
	_, err := sandbox.Open(filepath.Join(folder, "no", "such", "folder"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// TestStateFileFails checks that a write that cannot be saved fails.
func TestStateFileFails(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "folder")
	require.NoError(t, os.Mkdir(folder, 0o700))
	c := open(t, filepath.Join(folder, "state"))
	require.NoError(t, os.RemoveAll(folder))
	c.send("POST", list, `{"title":"New"}`).isError(500, "no such file")
}

package sandbox

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func open(t *testing.T, file string) server {
	t.Helper()
	box, err := Open(file)
	require.NoError(t, err)
	return serve(t, box)
}

// TestStateFile checks that a second sandbox with the same file responds as the
// first, and that both see each other's writes.
func TestStateFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state.gitlab")
	first, second := open(t, file), open(t, file)
	first.do(Me, "POST", portal+"/issues", `{"title":"New <b>","labels":"made up","assignee_ids":[7103],"weight":3,"epic_id":`+strconv.Itoa(first.Groups[0].Epics[0].ID)+`}`)
	first.do(Me, "POST", portal+"/issues/1/notes", "body=/promote")
	first.do(Me, "POST", portal+"/issues/2/move", "to_project_id="+first.projectID("harborlab/tools/cli"))
	first.do("stella", "POST", portal+"/issues/3/subscribe", "")
	first.upload(Me, portal+"/issues/4/metric_images", "a.png", 1)
	for _, user := range []string{Me, "stella"} {
		for _, path := range []string{portal + "/issues", portal + "/issues/14", portal + "/issues/1/notes", portal + "/issues/3", portal + "/issues/4/metric_images", "/groups/harborlab/issues", "/issues?scope=all"} {
			want, got := first.do(user, "GET", path, ""), second.do(user, "GET", path, "")
			assert.Equal(t, strings.ReplaceAll(want.body, first.url, second.url), got.body, path)
		}
	}
	second.do(Me, "PUT", portal+"/issues/3", "title=New")
	assert.Equal(t, "New", first.get(portal+"/issues/3").member("title"))
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	first.do(Me, "PUT", portal+"/issues/3", `{"labels":"another","epic_id":7}`)
	first.do("stella", "POST", portal+"/issues/3/subscribe", "")
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after), "a failed write and one that changes nothing leave the file alone")
	require.NoError(t, os.Remove(file))
	assert.Equal(t, newServer(t).get(portal+"/issues").iids(), first.get(portal+"/issues").iids(), "removing the file starts again")
}

// TestSharedStateFile has sandboxes write to one file at once. No write may be
// lost.
func TestSharedStateFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	var wg sync.WaitGroup
	for range 4 {
		s := open(t, file)
		wg.Go(func() {
			for range 5 {
				assert.Equal(t, 201, s.do(Me, "POST", "/projects/olga%2Fnotes/issues", "title=New").StatusCode)
			}
		})
	}
	wg.Wait()
	iids := open(t, file).get("/projects/olga%2Fnotes/issues?sort=asc&order_by=relative_position&per_page=100").iids()
	require.Len(t, iids, 21)
	for n, iid := range iids {
		assert.Equal(t, n+1, iid)
	}
}

func TestOpenRejects(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	for _, content := range []string{"# Notes\n", `{"name":"left-pad"}`, `{"Format":"gitcode-mcp GitHub sandbox 1"}`} {
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		_, err := Open(file)
		assert.ErrorContains(t, err, "the file was not written by this version of the sandbox")
	}
	_, err := Open(filepath.Join(t.TempDir(), "no", "folder"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// TestStateFileFails checks that a write that cannot be saved fails.
func TestStateFileFails(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "folder")
	require.NoError(t, os.Mkdir(folder, 0o700))
	s := open(t, filepath.Join(folder, "state"))
	require.NoError(t, os.RemoveAll(folder))
	got := s.do(Me, "POST", portal+"/issues", "title=New")
	assert.Equal(t, 500, got.StatusCode)
	assert.Contains(t, got.member("message"), "no such file")
}

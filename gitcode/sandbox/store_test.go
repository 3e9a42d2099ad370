package sandbox_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// open returns a client of a sandbox with a state file.
func open(t *testing.T, file string) client {
	t.Helper()
	box, err := sandbox.Open(file)
	require.NoError(t, err)
	return client{t, box, sandbox.Token}
}

// TestStateFile checks that a second sandbox with the same file responds to
// every read as the first, and that both see each other's writes.
func TestStateFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	first := open(t, file)
	assert.Equal(t, newClient(t).get(list).Body.String(), first.get(list).Body.String(), "a new file has the seed data")

	first.send("POST", "/repos/openharbor/issues", `{"repo":"portal","title":"新 <new>","body":"Text","assignee":"tomb,maria","milestone":249511,"security_hole":"true"}`)
	first.send("POST", portal+"/issues/15/labels", `["bug","unknown"]`)
	first.send("PATCH", "/repos/openharbor/issues/2", `{"repo":"portal","state":"close","milestone":""}`)
	first.send("POST", pull13, `[2,9]`)
	first.send("PUT", portal+"/issues/9/related_branches", `{"branch_names":["main"]}`)
	comment := first.as("guest").comment(portal, "2", "Thanks")
	second := open(t, file)
	id := first.id(portal + "/issues/15")
	for _, user := range []string{"maria", "guest"} {
		for _, path := range []string{
			list, list + "?labels=unknown", list + "?program=*", portal + "/issues/15", portal + "/issues/2", portal + "/issues/2/comments", portal + "/issues/2/pull_requests?mode=1",
			"/repos/openharbor/issues/2/operate_logs?repo=portal", portal + "/issues/comments", comment, "/user/issues?filter=all", "/user/issues?deadline=20260101T000000%2B80-",
			portal + "/issues/2/user_reactions", portal + "/issues/2/modify_history", pull13, portal + "/issues/9/related_branches", orgMembers, enterpriseMembers, portal + "/labels", portal + "/milestones?state=all", portal + "/collaborators", search + "?q=Upload",
			orgList, enterpriseList, fmt.Sprintf("/enterprises/harbor-tech/issues/%d/labels", id),
		} {
			want, got := first.as(user).get(path), second.as(user).get(path)
			assert.Equal(t, want.Header(), got.Header(), path)
			if want.Code < 300 { // an error has another trace_id each time
				assert.Equal(t, want.Body.String(), got.Body.String(), path)
			}
			assert.Equal(t, want.Code, got.Code, path)
		}
	}
	second.as("guest").send("PATCH", comment, `{"body":"Thank you"}`).isEmpty(200)
	assert.Equal(t, "Thank you", first.get(comment).object()["body"])

	require.NoError(t, os.Remove(file))
	assert.Equal(t, newClient(t).get(list).Body.String(), first.get(list).Body.String(), "removing the file starts again")
}

// TestOnlyWritesChangeTheFile checks that reads and failed writes leave the file
// alone.
func TestOnlyWritesChangeTheFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	c := open(t, file)
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	c.get(list)
	c.send("PATCH", "/repos/openharbor/issues/1", `{"repo":"portal","title":"New","state":"closed"}`)
	c.send("DELETE", portal+"/issues/1/labels/question", "")
	c.send("POST", "/repos/openharbor/issues", `{"repo":"broken","title":"New","body":""}`)
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, before, after) //nolint:testifylint // they are equal to the byte

	entries, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	assert.Len(t, entries, 2, "the file and its lock")
}

// TestSharedStateFile has four sandboxes write to one file at once. No write
// may be lost, and the file must be complete whenever it is read.
func TestSharedStateFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	const writers, issues = 4, 5
	var wg sync.WaitGroup
	for range writers {
		c := open(t, file)
		wg.Go(func() {
			for range issues {
				r := c.send("POST", "/repos/linwei/issues", `{"repo":"notes","title":"New","body":""}`)
				assert.Equal(t, 201, r.Code)
				content, err := os.ReadFile(file)
				assert.NoError(t, err)
				assert.True(t, json.Valid(content))
			}
		})
	}
	wg.Wait()
	numbers := open(t, file).get(notes + "/issues?direction=asc&per_page=100").column("number")
	require.Len(t, numbers, 1+writers*issues)
	for n, number := range numbers {
		assert.Equal(t, fmt.Sprint(n+1), number)
	}
}

func TestOpenRejects(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, test := range map[string]struct{ content, message string }{
		"text":           {"# Notes\n", "the file was not written by this version of the sandbox"},
		"other JSON":     {`{"name":"left-pad"}`, "the file was not written by this version of the sandbox"},
		"another format": {`{"Format":"gitcode-mcp sandbox 99"}`, "the file was not written by this version of the sandbox"},
		"unknown user":   {`{"Format":"gitcode-mcp sandbox 1","Repos":[{"Issues":[{"Author":"nobody"}]}]}`, "the file was not written by this version of the sandbox"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(folder, name)
			require.NoError(t, os.WriteFile(file, []byte(test.content), 0o600))
			_, err := sandbox.Open(file)
			assert.ErrorContains(t, err, test.message)
			assert.ErrorContains(t, err, file)
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, test.content, string(content), "the file is unchanged")
		})
	}
	_, err := sandbox.Open(filepath.Join(folder, "no", "such", "folder"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = sandbox.Open(folder)
	assert.Error(t, err, "a folder")

	empty := filepath.Join(folder, "empty")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	assert.Len(t, open(t, empty).get(list).column("number"), 14, "an empty file counts as missing")
}

// TestStateFileFails checks that a write that cannot be saved fails.
func TestStateFileFails(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "folder")
	require.NoError(t, os.Mkdir(folder, 0o700))
	c := open(t, filepath.Join(folder, "state"))
	require.NoError(t, os.RemoveAll(folder))
	r := c.send("POST", "/repos/linwei/issues", `{"repo":"notes","title":"New","body":""}`)
	assert.Equal(t, 500, r.Code)
	assert.Contains(t, r.Body.String(), `"error_code_name":"INTERNAL"`)
}

func TestLinkedStateFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file, link := filepath.Join(folder, "state"), filepath.Join(folder, "link")
	open(t, file)
	if err := os.Symlink(file, link); err != nil {
		t.Skip("no symbolic links:", err)
	}
	require.NoError(t, os.WriteFile(file+".tmp", []byte("of a process that was killed"), 0o600))
	open(t, link).send("PATCH", "/repos/openharbor/issues/2", `{"repo":"portal","title":"written through the link"}`)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(content), "written through the link")
	require.NoError(t, os.Symlink("state2", filepath.Join(folder, "dangling")))
	open(t, filepath.Join(folder, "dangling"))
	assert.FileExists(t, filepath.Join(folder, "state2"))
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, entries, 6, "two files, their locks and the links")
}

package statefile_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/statefile"
)

// add adds 1 to the number in a file.
func add(file *statefile.File) error {
	n := 0
	return file.Update(
		func(content []byte) error {
			if content == nil {
				return nil
			}
			return json.Unmarshal(content, &n)
		},
		func() any { return n + 1 },
	)
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "state")
	file := statefile.New(name)
	none := func() any { return nil }
	require.NoError(t, file.Update(func(content []byte) error {
		assert.Nil(t, content)
		return nil
	}, none))
	assert.NoFileExists(t, name, "no state, no file")

	require.NoError(t, os.WriteFile(name, nil, 0o600))
	require.NoError(t, add(file), "an empty file counts as missing")
	require.NoError(t, add(file))
	failure := errors.New("not mine")
	assert.ErrorIs(t, file.Update(func([]byte) error { return failure }, func() any {
		assert.Fail(t, "the state could not be read")
		return 0
	}), failure)
	assert.Error(t, file.Update(func([]byte) error { return nil }, func() any { return func() {} }), "no JSON")
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "2", string(content), "what failed changes nothing")

	_, err = os.Stat(name + ".tmp")
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorIs(t, add(statefile.New(filepath.Join(t.TempDir(), "no", "folder"))), os.ErrNotExist)
}

// TestUpdateAtOnce has several files of one name updated at once. No update may
// be lost.
func TestUpdateAtOnce(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "state")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			file := statefile.New(name)
			for range 5 {
				assert.NoError(t, add(file))
			}
		})
	}
	wg.Wait()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "20", string(content))
}

func TestLinks(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	link := filepath.Join(folder, "link")
	if err := os.Symlink("state", link); err != nil {
		t.Skip("no symbolic links:", err)
	}
	require.NoError(t, os.WriteFile(filepath.Join(folder, "state.tmp"), []byte("of a process that was killed"), 0o600))
	require.NoError(t, add(statefile.New(link)))
	content, err := os.ReadFile(filepath.Join(folder, "state"))
	require.NoError(t, err)
	assert.Equal(t, "1", string(content))
	target, err := os.Readlink(link)
	require.NoError(t, err)
	assert.Equal(t, "state", target)
}

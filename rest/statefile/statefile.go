// Package statefile keeps the state of a sandbox in a file that several
// processes may use at once. It knows nothing of the state but its JSON.
//
// Whoever reads the state and replaces it holds a lock meanwhile, on a second
// file, whose name is that of the first with .lock appended. Readers thus see
// every confirmed write, no write is lost, and the file is complete at any time,
// even if a process is killed. Both files must be on a local disk.
package statefile

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrFormat reports a file with other content than a state.
var ErrFormat = errors.New("the file was not written by this version of the sandbox")

// File is a file with a state.
type File struct{ name string }

// New returns the file with the given name, or the one that it links to, neither
// of which needs to exist.
func New(name string) *File {
	// Replacing a link would leave its target as it is. The target may not exist.
	for range 10 {
		target, err := os.Readlink(name)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(name), target)
		}
		name = target
	}
	return &File{name}
}

// Update locks the file, calls load with its content, then do, and replaces the
// content by the state that do returns, unless it is nil. The content is nil if
// the file is missing or empty.
func (f *File) Update(load func(content []byte) error, do func() (state any)) error {
	unlock, err := lock(f.name + ".lock")
	if err != nil {
		return err
	}
	content, err := os.ReadFile(f.name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(content) == 0 {
		content, err = nil, nil
	}
	if err == nil {
		err = load(content)
	}
	if err == nil {
		if state := do(); state != nil {
			err = f.replace(state)
		}
	}
	return errors.Join(err, unlock())
}

// replace replaces the file with a new one, so that no reader and no crash sees
// half of it.
func (f *File) replace(state any) error {
	content, err := json.MarshalIndent(state, "", "\t")
	if err != nil {
		return err
	}
	// The lock makes the name safe, and a killed process leaves at most one file.
	name := f.name + ".tmp"
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	temp, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = temp.Write(content)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(name, f.name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

package tools

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// maxFile is the maximum size of a file that a call sends: the size that GitLab
// allowed an attachment by default before 15.7
// (https://gitlab.com/gitlab-org/gitlab/-/merge_requests/105396). Services have
// smaller limits of their own, such as 1 MiB for a metric image of GitLab
// (MAX_FILE_SIZE of its MetricImageUploading), and report them.
const maxFile = 10 << 20

// Files is a directory whose files calls may send. A nil Files allows none.
type Files struct {
	root    *os.Root
	paths   []string // absolute ones of the directory, as given and without links
	setting string   // "--allow-dir"
}

// OpenFiles opens a directory whose files calls may send. The setting is the name
// of that which allows it, for messages. The directory stays open until the process
// ends.
func OpenFiles(directory, setting string) (*Files, error) {
	root, err := os.OpenRoot(directory)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", setting, err)
	}
	f := &Files{root: root, setting: setting}
	if path, err := filepath.Abs(directory); err == nil {
		f.paths = append(f.paths, path)
		if path, err = filepath.EvalSymlinks(path); err == nil {
			f.paths = append(f.paths, path)
		}
	}
	return f, nil
}

// Read returns the content of a regular file of at most 10 MiB, which may be empty.
// The name is relative to the directory, or an absolute path below it. It contains
// no "..", and no link in it leads out of the directory, even if something is
// replaced meanwhile. Errors are for a model: they say nothing of what is outside
// the directory, not even whether it exists.
func (f *Files) Read(name string) ([]byte, error) {
	if f == nil {
		return nil, notReadable("no file can be sent: gitcode-mcp allows it only over stdio and in its command call, and only with --allow-dir or GITCODE_MCP_ALLOW_DIR, which the user has to set")
	}
	if strings.ContainsRune(name, 0) {
		return nil, notReadable("the file name %.200q contains a NUL character", name)
	}
	relative, ok := f.relative(name)
	if !ok {
		return nil, notReadable("the file %.200q is outside the directory in %s; name one below it, relative to it and without ..", name, f.setting)
	}
	// Opening a pipe would wait for its other end, and opening a device can have
	// effects, so the kind is checked before; and after, because the file may have
	// been replaced. O_NONBLOCK keeps a pipe from blocking in that case.
	info, err := f.root.Stat(relative)
	if err == nil && info.Mode().IsRegular() {
		var file *os.File
		if file, err = f.root.OpenFile(relative, os.O_RDONLY|syscall.O_NONBLOCK, 0); err == nil {
			defer file.Close() //nolint:errcheck // only read from
			info, err = file.Stat()
			if err == nil && info.Mode().IsRegular() {
				return f.read(file, name)
			}
		}
	}
	switch {
	case err == nil:
		return nil, notReadable("%.200q in %s is not a regular file", name, f.setting)
	case errors.Is(err, fs.ErrNotExist):
		return nil, notReadable("there is no file %.200q in the directory in %s", name, f.setting)
	case errors.Is(err, fs.ErrPermission):
		return nil, notReadable("gitcode-mcp is not permitted to read the file %.200q in %s", name, f.setting)
	}
	return nil, notReadable("the file %.200q cannot be opened; no link may lead out of the directory in %s", name, f.setting)
}

// read returns the content of a regular file.
func (f *Files) read(file io.Reader, name string) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	switch {
	case err != nil:
		return nil, notReadable("the file %.200q in %s cannot be read", name, f.setting)
	case len(content) > maxFile:
		return nil, notReadable("the file %.200q in %s is larger than %d MiB", name, f.setting, maxFile>>20)
	}
	return content, nil
}

// relative returns the name of a file relative to the directory, and whether it is
// one that cannot lead out of it but by a link.
func (f *Files) relative(name string) (string, bool) {
	isSeparator := func(r rune) bool { return r == '/' || r == '\\' }
	if slices.Contains(strings.FieldsFunc(name, isSeparator), "..") {
		return "", false
	}
	if filepath.IsAbs(name) {
		for _, directory := range f.paths {
			if relative, err := filepath.Rel(directory, name); err == nil && filepath.IsLocal(relative) {
				return relative, true
			}
		}
	}
	return name, filepath.IsLocal(name) // on Windows also without a drive, a stream or a device
}

// notReadable is the error for a file that is not sent.
//
//go:noinline
func notReadable(format string, args ...any) error {
	return &rest.Error{Class: rest.Invalid, NotSent: true, Message: fmt.Sprintf(format, args...)}
}

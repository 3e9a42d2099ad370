package install

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Change is a change of a configuration that was not made yet.
type Change struct {
	File     string // as the client names it; it may be a symbolic link
	old, new string
	exists   bool
	private  bool // the new content has a secret in plain text
}

// byteOrderMark begins the files of some editors on Windows. Parsers do not expect it.
const byteOrderMark = "\ufeff"

// Install returns the change that adds a server to the configuration of a client,
// or updates its entry. The file is the client's own if it is empty.
func (c *Client) Install(p Places, file string, s *Server) (*Change, error) {
	return c.change(p, file, s, c.added)
}

// Configuration returns what Install writes if there is no file yet.
func (c *Client) Configuration(s *Server) string {
	text, _ := c.added("", s) // only what is already in a file can be wrong
	return text
}

func (c *Client) added(text string, s *Server) (string, error) {
	if c.toml {
		return c.installTOML(text, s)
	}
	return c.installJSON(text, s)
}

// Uninstall returns the change that removes a server from the configuration of a
// client. Only the name and the owned variables of the server are used.
func (c *Client) Uninstall(p Places, file string, s *Server) (*Change, error) {
	if c.toml {
		return c.change(p, file, s, c.uninstallTOML)
	}
	return c.change(p, file, s, c.uninstallJSON)
}

func (c *Client) change(p Places, file string, s *Server, edit func(string, *Server) (string, error)) (*Change, error) {
	change := &Change{File: file}
	if file == "" {
		change.File = c.File(p)
	}
	// Only a regular file can be read to its end and replaced.
	if info, err := os.Stat(change.File); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s was not changed: it is not a regular file", change.File)
	}
	content, err := os.ReadFile(change.File)
	switch {
	case err == nil:
		change.exists = true
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s was not changed: %w", change.File, reason(err))
	}
	change.private = slices.ContainsFunc(s.Secrets, func(secret Secret) bool { return secret.Plain != "" })
	change.old = string(content)
	bom := ""
	if strings.HasPrefix(change.old, byteOrderMark) {
		bom = byteOrderMark
	}
	if change.new, err = edit(change.old[len(bom):], s); err != nil {
		return nil, fmt.Errorf("%s was not changed: %w", change.File, err)
	}
	change.new = bom + change.new
	return change, nil
}

// File returns the configuration that a client reads.
func (c *Client) File(p Places) string {
	files := c.files(p)
	for _, file := range files {
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return files[0]
}

// NeedsPlain reports whether the configuration of a client can hold secrets only in
// plain text.
func (c *Client) NeedsPlain() bool { return c.refer == "" }

// Asks reports whether a client asks for secrets, instead of reading them from its
// environment.
func (c *Client) Asks() bool { return c.inputs }

// Empty reports whether the configuration already is as it should be.
func (c *Change) Empty() bool { return c.old == c.new }

var errChanged = errors.New("it has changed in the meantime; try again")

// Write makes the change and returns the name of the backup of the old file, or ""
// if there was none. The file is replaced at once and keeps its mode, but only its
// owner may read it once it has a secret in plain text; a symbolic link keeps pointing
// to it.
func (c *Change) Write() (backup string, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s was not changed: %w", c.File, reason(err))
		}
	}()
	if !c.exists {
		if err := os.MkdirAll(filepath.Dir(c.File), 0o700); err != nil {
			return "", err
		}
		return "", c.replace(c.File, 0o600, func() error {
			info, err := os.Lstat(c.File)
			switch {
			case err != nil:
				return nil //nolint:nilerr // it does not exist
			case info.Mode()&fs.ModeSymlink != 0:
				return errors.New("it is a symbolic link to a file that does not exist")
			}
			return errChanged
		})
	}
	target, err := filepath.EvalSymlinks(c.File)
	if err != nil {
		return "", err
	}
	file, err := os.OpenFile(target, os.O_RDWR, 0) // fails if the file is read-only, which a rename would not
	if err != nil {
		return "", err
	}
	info, err := file.Stat()
	if err := errors.Join(err, file.Close()); err != nil {
		return "", err
	}
	mode := info.Mode().Perm()
	if c.private {
		mode &= 0o700
	}
	err = c.replace(target, mode, func() (err error) {
		if content, err := os.ReadFile(target); err != nil || string(content) != c.old {
			return cmp.Or(err, errChanged)
		}
		backup, err = c.backUp(info.Mode().Perm())
		return err
	})
	return backup, err
}

// reason returns why a file could not be opened, without naming it again.
func reason(err error) error {
	if pathError := (*fs.PathError)(nil); errors.As(err, &pathError) && pathError.Op == "open" {
		return pathError.Err
	}
	return err
}

// backUp writes the old content next to the file, under a name that is not taken. The
// backup has the mode of the file, whatever the umask is.
func (c *Change) backUp(mode fs.FileMode) (string, error) {
	for i := 1; ; i++ {
		name := c.File + ".bak"
		if i > 1 {
			name += strconv.Itoa(i)
		}
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = file.WriteString(c.old)
		return name, errors.Join(err, file.Chmod(mode), file.Close())
	}
}

// replace writes the new content to a file next to the target and renames that, if the
// check succeeds. The file is a lock too: it has the same name for all, so of two
// changes at the same time only one is made.
func (c *Change) replace(target string, mode fs.FileMode, check func() error) error {
	file, err := os.OpenFile(target+".tmp", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("another program is changing it; if none is, remove %s", target+".tmp")
	}
	if err != nil {
		return err
	}
	if err = check(); err == nil {
		_, err = file.WriteString(c.new)
	}
	if err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), target)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// Diff returns the lines that the change removes and adds, with the numbers of the
// first ones. Values that look like secrets are hidden.
func (c *Change) Diff() string {
	old, new := lines(c.old), lines(c.new)
	var b strings.Builder
	for _, h := range hunks(old, new) {
		fmt.Fprintf(&b, "@@ line %d @@\n", max(1, h.newStart+1))
		for _, line := range old[h.oldStart:h.oldEnd] {
			b.WriteString("- " + hideSecrets(line) + "\n")
		}
		for _, line := range new[h.newStart:h.newEnd] {
			b.WriteString("+ " + hideSecrets(line) + "\n")
		}
	}
	return b.String()
}

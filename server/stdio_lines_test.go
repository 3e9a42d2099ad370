package server

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxMessage+1)
	for name, test := range map[string]struct {
		input string
		want  []string
	}{
		"last line without newline": {"a\nb", []string{"a\n", "b"}},
		"blank lines are skipped":   {"a\n\n  \nb\n", []string{"a\n", "b\n"}},
		"too long line is cut":      {long + long + "\nb\n", []string{long, "b\n"}},
		"too long last line":        {long + long, []string{long}},
		"longest line":              {long[2:] + "\nb\n", []string{long[2:] + "\n", "b\n"}},
		"no input":                  {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var lines []string
			reader := bufio.NewReader(strings.NewReader(test.input))
			for {
				line, err := readLine(reader)
				if len(line) > 0 {
					lines = append(lines, string(line))
				}
				if err != nil {
					require.ErrorIs(t, err, io.EOF)
					break
				}
			}
			assert.True(t, assert.ObjectsAreEqual(test.want, lines), "got %.60q, want %.60q", lines, test.want)
		})
	}
}

// TestNothingIsWrittenAfterAFailedWrite checks that half a line is never
// followed by another line.
func TestNothingIsWrittenAfterAFailedWrite(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	var errs []error
	out := newLineWriter(w, func(err error) { errs = append(errs, err) })
	go func() {
		io.CopyN(io.Discard, r, writeSize)
		r.Close()
	}()
	out.write(make([]byte, 3*writeSize))
	out.write([]byte("next\n"))
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], io.ErrClosedPipe)
	assert.Zero(t, out.blocked())
}

package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const pingLine = `{"jsonrpc":"2.0","id":%d,"method":"ping"}` + "\n"

// readLineOf reads one line as mcp-go does.
func readLineOf(t *testing.T, p *stdioPipe) string {
	t.Helper()
	b := make([]byte, 1<<10)
	n, err := p.Read(b)
	require.NoError(t, err)
	return string(b[:n])
}

// TestEndOfInputWaitsForAnswers checks when the end of input is passed on to
// mcp-go, which cancels all calls at that moment.
func TestEndOfInputWaitsForAnswers(t *testing.T) {
	t.Parallel()
	const answerAfter = 300 * time.Millisecond
	for name, test := range map[string]struct {
		signal   bool
		answered int // of two requests
		want     time.Duration
	}{
		"stdin closes, all answered": {false, 2, answerAfter},
		"stdin closes, one stuck":    {false, 1, grace},
		"signal, all answered":       {true, 2, answerAfter},
		"signal, one stuck":          {true, 1, grace},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				in, client := io.Pipe()
				p := newStdioPipe(io.Discard, ctx.Done())
				go p.readLines(in)
				for id := range 2 {
					go fmt.Fprintf(client, pingLine, id)
					assert.Equal(t, fmt.Sprintf(pingLine, id), readLineOf(t, p))
				}

				start := time.Now()
				if test.signal {
					cancel()
				} else {
					client.Close()
				}
				go func() {
					time.Sleep(answerAfter)
					for id := range test.answered {
						fmt.Fprintf(p, `{"jsonrpc":"2.0","id":%d,"result":{}}`+"\n", id)
					}
				}()
				_, err := p.Read(make([]byte, 1))
				require.ErrorIs(t, err, io.EOF)
				assert.Equal(t, test.want, time.Since(start))
				client.Close()
			})
		})
	}
}

func TestReadingStopsAtTooManyPendingRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in, client := io.Pipe()
		defer client.Close()
		p := newStdioPipe(io.Discard, t.Context().Done())
		go p.readLines(in)
		go func() {
			for id := range maxPending + 1 {
				fmt.Fprintf(client, pingLine, id)
			}
		}()
		for range maxPending {
			readLineOf(t, p)
		}
		read := make(chan string, 1)
		go func() {
			b := make([]byte, 1<<10)
			n, _ := p.Read(b)
			read <- string(b[:n])
		}()
		synctest.Wait()
		assert.Empty(t, read, "one request too many was read")
		fmt.Fprintln(p, `{"jsonrpc":"2.0","id":0,"result":{}}`)
		assert.Equal(t, fmt.Sprintf(pingLine, maxPending), <-read)
	})
}

func TestLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxMessage+1)
	for name, test := range map[string]struct {
		input string
		want  []string
	}{
		"newline is added to the last line": {"a\nb", []string{"a\n", "b\n"}},
		"blank lines are skipped":           {"a\n\n  \nb\n", []string{"a\n", "b\n"}},
		"too long line is cut":              {long + long + "\nb\n", []string{long, "b\n"}},
		"too long last line":                {long + long, []string{long}},
		"no input":                          {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newStdioPipe(io.Discard, t.Context().Done())
			go p.readLines(strings.NewReader(test.input))
			var lines []string
			for line := range p.lines {
				lines = append(lines, string(line))
			}
			assert.True(t, assert.ObjectsAreEqual(test.want, lines), "got %.60q, want %.60q", lines, test.want)
			assert.NoError(t, p.readError())
		})
	}
}

func TestReadErrorIsReported(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	p := newStdioPipe(io.Discard, t.Context().Done())
	go p.readLines(io.MultiReader(strings.NewReader("a\n"), iotest.ErrReader(broken)))
	assert.Equal(t, "a\n", readLineOf(t, p))
	_, err := p.Read(make([]byte, 1))
	assert.ErrorIs(t, err, io.EOF)
	assert.ErrorIs(t, p.readError(), broken)
}

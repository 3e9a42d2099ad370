package server_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

func TestLogWriterKeepsTheOrderOfLines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &safeBuffer{}
		log := server.NewLogWriter(out)
		var want strings.Builder
		for i := range 1000 {
			line := fmt.Sprintf("line %d\n", i)
			want.WriteString(line)
			n, err := io.WriteString(log, line)
			require.NoError(t, err)
			assert.Equal(t, len(line), n)
		}
		log.Flush(time.Hour)
		assert.Equal(t, want.String(), out.String())
		start := time.Now()
		log.Flush(time.Hour)
		assert.Zero(t, time.Since(start), "nothing is left to write")
	})
}

// TestLogWriterDropsLinesThatNobodyReads writes to a pipe that is read only
// after a while.
func TestLogWriterDropsLinesThatNobodyReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		defer r.Close()
		log := server.NewLogWriter(w)
		const lines, size = 50_000, 1000
		line := strings.Repeat("x", size-1) + "\n"
		_, err := io.WriteString(log, line)
		require.NoError(t, err)
		synctest.Wait() // the first line is blocked in w
		start, accepted := time.Now(), 1
		for range lines - 1 {
			if n, err := io.WriteString(log, line); err == nil {
				accepted++
			} else {
				assert.Zero(t, n)
			}
		}
		n, err := io.WriteString(log, "short\n")
		assert.Zero(t, n, "a line after a dropped one")
		assert.Error(t, err)
		assert.Zero(t, time.Since(start), "a line was waited for")
		assert.InDelta(t, 1<<20, accepted*size, 2*size)

		log.Flush(time.Second)
		assert.Equal(t, time.Second, time.Since(start), "the end of the process does not wait for long")

		reader := bufio.NewReader(r)
		for range accepted {
			got, err := reader.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, line, got)
		}
		got, err := reader.ReadString('\n')
		require.NoError(t, err)
		assert.Contains(t, got, fmt.Sprintf(`level=WARN msg="%d log lines dropped"`, lines-accepted+1))
		synctest.Wait()
		_, err = io.WriteString(log, "read again\n")
		require.NoError(t, err)
		got, err = reader.ReadString('\n')
		require.NoError(t, err)
		assert.Equal(t, "read again\n", got)
	})
}

func TestLogWriterDropsALineThatIsTooLong(t *testing.T) {
	t.Parallel()
	out := &safeBuffer{}
	log := server.NewLogWriter(out)
	_, err := log.Write(make([]byte, 2<<20))
	require.Error(t, err)
	log.Flush(patience)
	assert.Contains(t, out.String(), `"1 log lines dropped"`)
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestLogWriterSurvivesAWriterThatFails(t *testing.T) {
	t.Parallel()
	log := server.NewLogWriter(failingWriter{})
	logger := slog.New(slog.NewTextHandler(log, nil))
	for range 1000 {
		logger.Info("call")
	}
	log.Flush(patience)
}

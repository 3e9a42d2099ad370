package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// The exit statuses besides 0 and 1.
const (
	statusUsage   = 2 // the command could not be run as given
	statusUnknown = 3 // a write may have happened
)

// usageError is an error in the arguments or flags.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// unknownOutcome is the error of a write that may have happened.
type unknownOutcome struct{ error }

func (e unknownOutcome) Unwrap() error { return e.error }

// printedError is an error that was printed already.
type printedError struct{ error }

func (e printedError) Unwrap() error { return e.error }

// jsonError prints an error as JSON, for callers that read nothing else.
func jsonError(err error) error {
	if err == nil {
		return nil
	}
	return printedError{errors.Join(err, printJSON(map[string]string{"error": err.Error()}))}
}

func printJSON(value any) error {
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(value)
}

// statusOf returns the exit status after an error.
func statusOf(err error) int {
	if _, ok := errors.AsType[usageError](err); ok {
		return statusUsage
	}
	if _, ok := errors.AsType[unknownOutcome](err); ok {
		return statusUnknown
	}
	return 1
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) } //nolint:gosec // a file descriptor is small

// keyStyle returns how names are written to a file: in bold on a terminal, unless
// NO_COLOR is set (https://no-color.org).
func keyStyle(f *os.File) func(string) string {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" || !isTerminal(f) {
		return func(name string) string { return name }
	}
	return func(name string) string { return "\x1b[1m" + name + "\x1b[0m" }
}

// width returns the number of columns for help: those of the terminal, at most 100, or
// 80 without one.
func width() int {
	if columns, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && columns >= 40 { //nolint:gosec // as above
		return min(columns, 100)
	}
	return 80
}

// interact shows the progress of calls and asks the user questions, if stdin and
// stderr are terminals.
func interact(ctx context.Context, s *session, stderr io.Writer) {
	if !isTerminal(os.Stderr) {
		return
	}
	s.progress = func(done, total float64) {
		fmt.Fprintf(stderr, "%v of %v\n", done, total) //nolint:errcheck // only for information
	}
	if !isTerminal(os.Stdin) {
		return
	}
	s.confirm = func(question string) bool {
		return confirmed(ctx, os.Stdin, stderr, question)
	}
}

// confirmed asks the user a question.
func confirmed(ctx context.Context, in io.Reader, out io.Writer, question string) bool {
	fmt.Fprint(out, question+" [y/N] ")                                                                         //nolint:errcheck // the answer matters
	answer, _ := unlessInterrupted(ctx, func() (string, error) { return bufio.NewReader(in).ReadString('\n') }) //nolint:errcheck // no answer is no
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}

// unlessInterrupted returns what a function returns that may wait forever, unless the
// context ends before. The function then goes on until the process ends.
func unlessInterrupted[T any](ctx context.Context, wait func() (T, error)) (none T, _ error) {
	done := make(chan struct{})
	var got T
	var err error
	go func() {
		got, err = wait()
		close(done)
	}()
	select {
	case <-done:
		return got, err
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}

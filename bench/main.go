// Command bench measures what the server costs, and prints it next to what it may
// cost, as a table in Markdown.
//
//	go run ./bench              # one or two minutes
//	go run ./bench -short       # a few rounds of each, to see that it works
//	go run ./bench -bin PATH    # of another binary, such as that of an older commit
//	go run ./bench -run http    # only what a name matches
//
// It builds two programs, stripped: the server, and bench/floor, which is mcp-go with
// one empty tool. GitCode is a stub that sends prepared bytes. The stub, the proxy that the
// server over HTTP is compared with, and the server are processes of their own, on
// 127.0.0.1. Requests that are compared are sent in turns, because the speed of a
// machine changes. A figure is a median, if there are several of it; that of ratios can
// differ from the ratio of the medians beside it. MB are millions of bytes. The server
// has its default settings, but no rate limit.
//
// "required" and "goal" are what the project sets itself. How each figure is measured
// is explained at the function that has its name (go doc -u ./bench bench.http):
//
//   - start: time to start, and memory after initialize
//   - sizes: size of the binary, and of the catalog
//   - calls: calls over stdio, and memory after them
//   - allocations: bytes allocated for a call
//   - http: calls per second over HTTP
//   - sessions: memory of an idle session
//   - limit: a call with a limit of 1,000 rows
//
// The benchmarks of its tests measure the parts of a call.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"time"
)

// module is the path of the server's package.
const module = "gitcode.com/gitcode-mcp/gitcode-mcp"

func main() {
	log.SetFlags(0)
	short := flag.Bool("short", false, "measure a few rounds of each, and do not judge the figures")
	bin := flag.String("bin", "", "measure this binary instead of one that is built")
	only := flag.String("run", "", "measure only what this regular expression matches")
	flag.Parse()
	var err error
	switch flag.Arg(0) { // what this program runs itself as
	case "stub":
		err = serve(newStub())
	case "proxy":
		err = serve(newProxy(flag.Arg(1)))
	default:
		err = run(*bin, *only, *short)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// bench is a run.
type bench struct {
	server, floor string // the programs
	other         bool   // server is not built from this module
	stub          string // URL
	short         bool
}

// run measures what only matches and prints the table.
func run(bin, only string, short bool) error {
	if runtime.GOOS != "linux" {
		return errors.New("memory is read from /proc, which only Linux has")
	}
	selected, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
	b := &bench{server: bin, other: bin != "", short: short}
	if b.floor, err = build(dir, module+"/bench/floor"); err != nil {
		return err
	}
	if !b.other {
		if b.server, err = build(dir, module); err != nil {
			return err
		}
	}
	stub, url, err := startSelf("stub")
	if err != nil {
		return err
	}
	defer stub.stop()
	b.stub = url
	var rows []row
	for _, part := range []struct {
		name    string
		measure func() ([]row, error)
	}{
		{"start", b.start}, {"sizes", b.sizes}, {"calls", b.calls}, {"allocations", b.allocations},
		{"http", b.http}, {"sessions", b.sessions}, {"limit", b.limit},
	} {
		if !selected.MatchString(part.name) {
			continue
		}
		more, err := part.measure()
		if err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		rows = append(rows, more...)
	}
	if len(rows) == 0 {
		return fmt.Errorf("no part matches %q", only)
	}
	fmt.Printf("%s, %s, %s/%s, %d CPUs (%s)\n\n", time.Now().Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), cpuModel())
	printTable(os.Stdout, rows, !short)
	return nil
}

// build builds a program as releases are built.
func build(dir, path string) (program string, err error) {
	program = filepath.Join(dir, filepath.Base(path))
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, path)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", path, err, out)
	}
	return program, nil
}

// rounds returns how often something is measured.
func (b *bench) rounds(full, short int) int {
	if b.short {
		return short
	}
	return full
}

// median returns the median of values, which it sorts.
func median[T float64 | time.Duration](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}

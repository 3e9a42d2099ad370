package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"runtime"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	toolset "gitcode.com/gitcode-mcp/gitcode-mcp/tools/gitcode"
)

// maxResult is the server's default.
const maxResult = 60_000

// allocations measures the bytes that a call of the list allocates. It serves stdio in
// this process, over pipes, and counts what the whole process allocates, to which the
// session adds next to nothing. There is no such figure of a binary that is not built
// from this module.
func (b *bench) allocations() ([]row, error) {
	result := row{what: "bytes allocated for that list call", required: 1.5e6, goal: 0.8e6, unit: megabytes, figure: math.NaN()}
	if b.other {
		return []row{result}, nil
	}
	client, err := newClient(b.stub, nil)
	if err != nil {
		return nil, err
	}
	s, stop := serveInside(client)
	defer stop()
	if err := s.initialize(); err != nil {
		return nil, err
	}
	n := b.rounds(200, 10)
	var before, after runtime.MemStats
	for i := range n + 10 {
		if i == 10 { // connections and caches are there
			runtime.ReadMemStats(&before)
		}
		if err := s.call(listCall); err != nil {
			return nil, err
		}
	}
	runtime.ReadMemStats(&after)
	result.figure = float64(after.TotalAlloc-before.TotalAlloc) / float64(n)
	result.absolute = fmt.Sprintf("%d allocations", (after.Mallocs-before.Mallocs)/uint64(n))
	return []row{result}, nil
}

// newClient returns a client of a service without a rate limit.
func newClient(baseURL string, transport http.RoundTripper) (*gitcode.Client, error) {
	return gitcode.New(gitcode.Config{BaseURL: baseURL, Token: "bench-token", Rates: rest.Unlimited, Transport: transport})
}

// serveInside serves GitCode's tools over stdio in this process until stop is called.
func serveInside(client *gitcode.Client) (s session, stop func()) {
	logger := slog.New(slog.DiscardHandler)
	mcp := server.New(server.Config{
		Version: "bench", Tools: toolset.Tools(client, tools.Settings{}), Instructions: toolset.Instructions,
		Env: tools.Env{MaxResult: maxResult}, Logger: logger,
	})
	stdin, in := io.Pipe()
	out, stdout := io.Pipe()
	done := make(chan struct{})
	go func() {
		_ = server.ServeStdio(context.Background(), mcp, stdin, stdout, logger) // the calls would fail too
		close(done)
	}()
	return session{in, bufio.NewReaderSize(out, 1<<20)}, func() {
		_ = in.Close()
		<-done
	}
}

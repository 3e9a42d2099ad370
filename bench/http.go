package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// clients is how many clients call at the same time.
const clients = 64

// Messages over HTTP. Those of the later era need no session.
const (
	initializeBody = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":` + initializeParams + `}`
	getBody        = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":` + getCall + `}`
	statelessBody  = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue","arguments":{"owner":"o","repo":"r","number":7},"_meta":{` +
		`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`
)

// A target is a request that clients repeat.
type target struct {
	method, url, body string
	header            http.Header
}

// post returns a request with a message. The header consists of names and values.
func post(url, body string, header ...string) target {
	t := target{http.MethodPost, url, body, http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"}}}
	for i := 0; i < len(header); i += 2 {
		t.header.Set(header[i], header[i+1])
	}
	return t
}

// do sends the request once and passes its response on, which is closed afterwards.
func (t target) do(client *http.Client, read func(*http.Response) error) error {
	req, err := http.NewRequest(t.method, t.url, strings.NewReader(t.body))
	if err != nil {
		return err
	}
	req.Header = t.header.Clone()
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read, or does not matter
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s", t.method, t.url, resp.Status)
	}
	return read(resp)
}

// http measures how many calls of get_issue per second the server answers over
// streamable HTTP, with sessions and without, and in turns with them how many requests
// a plain proxy of the stub answers: httputil.ReverseProxy in a process of its own.
// There are 64 clients, in this process, and each has a session of its own.
func (b *bench) http() ([]row, error) {
	proxy, proxyURL, err := startSelf("proxy", b.stub)
	if err != nil {
		return nil, err
	}
	defer proxy.stop()
	server, url, err := b.startHTTP()
	if err != nil {
		return nil, err
	}
	defer server.stop()
	client := newHTTPClient()
	ways := make([][]target, 3) // each a target for each client
	for range clients {
		id, err := startSession(client, url)
		if err != nil {
			return nil, err
		}
		ways[0] = append(ways[0], target{method: http.MethodGet, url: proxyURL + issuePath})
		ways[1] = append(ways[1], post(url, getBody, "Mcp-Session-Id", id, "Mcp-Protocol-Version", "2025-11-25"))
		ways[2] = append(ways[2], post(url, statelessBody, "Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "get_issue"))
	}
	for _, way := range ways[1:] {
		if err := way[0].do(client, checkResult); err != nil {
			return nil, err
		}
	}
	duration := time.Duration(b.rounds(2000, 100)) * time.Millisecond
	perSecond, ratios := make([][]float64, len(ways)), make([][]float64, len(ways))
	for range b.rounds(9, 1) {
		var plain float64
		for i, way := range ways {
			calls, err := load(client, way, duration)
			if err != nil {
				return nil, err
			}
			if i == 0 {
				plain = calls
			}
			perSecond[i], ratios[i] = append(perSecond[i], calls), append(ratios[i], calls/plain)
		}
	}
	absolute := func(way int) string {
		return fmt.Sprintf("%.0f/s, %.0f/s", median(perSecond[way]), median(perSecond[0]))
	}
	return []row{
		{"streamable HTTP with sessions, 64 clients, calls per second relative to a plain proxy", 0.5, 0.7, shareMore, median(ratios[1]), absolute(1)},
		{"streamable HTTP without sessions, the same", 0.5, 0.7, shareMore, median(ratios[2]), absolute(2)},
	}, nil
}

// newHTTPClient returns a client that keeps a connection for each of the clients.
func newHTTPClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
}

// startSession starts a session of the older era and returns its id.
func startSession(client *http.Client, url string) (id string, err error) {
	err = post(url, initializeBody).do(client, func(resp *http.Response) error {
		id = resp.Header.Get("Mcp-Session-Id")
		return checkResult(resp)
	})
	if err != nil {
		return "", err
	}
	return id, post(url, initialized, "Mcp-Session-Id", id, "Mcp-Protocol-Version", "2025-11-25").do(client, discard)
}

// checkResult returns an error if a response is one.
func checkResult(resp *http.Response) error {
	text, err := io.ReadAll(resp.Body)
	if err == nil && failed(text) {
		err = fmt.Errorf("failed: %.300s", text)
	}
	return err
}

// load has each target repeated by a client for some time, and returns how many
// responses there were per second.
func load(client *http.Client, targets []target, duration time.Duration) (perSecond float64, err error) {
	var all sync.WaitGroup
	counts, errs := make([]int, len(targets)), make([]error, len(targets))
	begin := time.Now()
	for i, t := range targets {
		all.Go(func() {
			for errs[i] == nil && time.Since(begin) < duration {
				errs[i] = t.do(client, discard)
				counts[i]++
			}
		})
	}
	all.Wait()
	took, total := time.Since(begin), 0
	for i, err := range errs {
		if err != nil {
			return 0, err
		}
		total += counts[i]
	}
	return float64(total) / took.Seconds(), nil
}

func discard(resp *http.Response) error {
	_, err := io.Copy(io.Discard, resp.Body)
	return err
}

// sessions measures the memory of a session of the older era that does nothing: how
// much VmRSS grows while thousands are started one after the other on one connection.
// The server collects garbage ten times as often as by default, so that its memory is
// what is in use.
func (b *bench) sessions() ([]row, error) {
	p, url, err := b.startHTTP("GOGC=10")
	if err != nil {
		return nil, err
	}
	defer p.stop()
	client := newHTTPClient()
	n := b.rounds(8000, 500)
	var before float64
	for i := range n + 500 {
		if i == 500 { // the heap has its size
			if before, err = p.memory("VmRSS"); err != nil {
				return nil, err
			}
		}
		if _, err := startSession(client, url); err != nil {
			return nil, err
		}
	}
	after, err := p.memory("VmRSS")
	if err != nil {
		return nil, err
	}
	return []row{{"idle session of the older era", 12e3, 4e3, kilobytes, (after - before) / float64(n), fmt.Sprintf("%d sessions", n)}}, nil
}

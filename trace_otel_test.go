//go:build otel

package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// spans is a collector that keeps what it receives.
type spans struct {
	mu       sync.Mutex
	received []*otlp.Span
	resource string
	url      string
}

func collect(t *testing.T) *spans {
	s := &spans{}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	s.url = web.URL
	return s
}

func (s *spans) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		body, _ = gzip.NewReader(r.Body)
	}
	content, err := io.ReadAll(body)
	request := &collector.ExportTraceServiceRequest{}
	if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(content, request) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, resource := range request.ResourceSpans {
		s.resource = fmt.Sprint(resource.Resource.Attributes)
		for _, scope := range resource.ScopeSpans {
			s.received = append(s.received, scope.Spans...)
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// named returns the spans with a name, in the order in which they ended.
func (s *spans) named(name string) (found []*otlp.Span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, span := range s.received {
		if span.Name == name {
			found = append(found, span)
		}
	}
	return found
}

func attributesOf(span *otlp.Span) map[string]any {
	attributes := map[string]any{}
	for _, a := range span.Attributes {
		switch {
		case a.Value.GetStringValue() != "":
			attributes[a.Key] = a.Value.GetStringValue()
		case a.Key == "gitcode_mcp.request.wait":
			attributes[a.Key] = a.Value.GetDoubleValue() > 0
		default:
			attributes[a.Key] = a.Value.GetIntValue()
		}
	}
	return attributes
}

// busyOnce serves the sandbox, but rejects the first request.
func busyOnce(t *testing.T) (env []string) {
	box := sandbox.New()
	var requests atomic.Int32
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	return []string{"GITCODE_API_URL=" + web.URL + sandbox.Prefix, "GITCODE_TOKEN=" + sandbox.Token}
}

const issueEndpoint = "GET /repos/{owner}/{repo}/issues/{number}"

func TestTraceOfCall(t *testing.T) {
	t.Parallel()
	c := collect(t)
	env := append(busyOnce(t), "OTEL_EXPORTER_OTLP_ENDPOINT="+c.url, "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test")
	_, stderr, status := run(t, "", env, "call", "get_issue", "owner=openharbor", "repo=portal", "number=1")
	require.Zero(t, status, stderr)
	calls, requests := c.named("tools/call get_issue"), c.named(issueEndpoint)
	require.Len(t, calls, 1)
	require.Len(t, requests, 2)
	assert.Equal(t, otlp.Span_SPAN_KIND_SERVER, calls[0].Kind)
	assert.Empty(t, calls[0].ParentSpanId)
	assert.Equal(t, map[string]any{
		"mcp.method.name": "tools/call", "gen_ai.tool.name": "get_issue", "gen_ai.operation.name": "execute_tool", "network.transport": "pipe",
	}, attributesOf(calls[0]))
	assert.Equal(t, otlp.Status_STATUS_CODE_UNSET, calls[0].Status.GetCode())
	for i, more := range []map[string]any{
		{"http.response.status_code": int64(429), "error.type": "429"},
		{"http.response.status_code": int64(200), "http.request.resend_count": int64(1)},
	} {
		assert.Equal(t, otlp.Span_SPAN_KIND_CLIENT, requests[i].Kind)
		assert.Equal(t, calls[0].SpanId, requests[i].ParentSpanId)
		assert.Equal(t, calls[0].TraceId, requests[i].TraceId)
		got := attributesOf(requests[i])
		assert.NotZero(t, got["server.port"])
		delete(got, "server.port")
		want := map[string]any{"http.request.method": "GET", "url.template": "/repos/{owner}/{repo}/issues/{number}", "server.address": "127.0.0.1", "gitcode_mcp.request.wait": true}
		maps.Copy(want, more)
		assert.Equal(t, want, got)
	}
	assert.Equal(t, otlp.Status_STATUS_CODE_ERROR, requests[0].Status.GetCode())
	assert.Contains(t, c.resource, `"gitcode-mcp"`)
	assert.Contains(t, c.resource, "deployment.environment.name")
	all := fmt.Sprint(c.received)
	for _, private := range []string{sandbox.Token, "openharbor", "portal"} {
		assert.NotContains(t, all, private)
	}
}

func TestTraceOfFailure(t *testing.T) {
	t.Parallel()
	c := collect(t)
	_, _, status := run(t, "", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + c.url}, "call", "get_issue", "owner=openharbor", "repo=portal", "number=99", "--sandbox")
	assert.Equal(t, 1, status)
	calls, requests := c.named("tools/call get_issue"), c.named(issueEndpoint)
	require.Len(t, calls, 1)
	require.Len(t, requests, 1)
	assert.Subset(t, attributesOf(calls[0]), map[string]any{"error.type": "tool_error", "gitcode_mcp.error.class": "not_found"})
	assert.Subset(t, attributesOf(requests[0]), map[string]any{"error.type": "404", "http.response.status_code": int64(404)})
	for _, span := range []*otlp.Span{calls[0], requests[0]} {
		assert.Equal(t, otlp.Status_STATUS_CODE_ERROR, span.Status.GetCode())
		assert.Empty(t, span.Status.GetMessage())
	}
}

const (
	metaParent   = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	headerParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	plainCall    = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue","arguments":{"owner":"openharbor","repo":"portal","number":1},"_meta":{%s"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`
)

func TestTraceParentOverStdio(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ meta, parent string }{
		"none":    {"", ""},
		"valid":   {`"traceparent":"` + metaParent + `","tracestate":"a=b",`, "b7ad6b7169203331"},
		"invalid": {`"traceparent":"00-no-parent",`, ""},
		"other":   {`"traceparent":7,"tracestate":{},`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := collect(t)
			stdout, stderr, status := run(t, fmt.Sprintf(plainCall, test.meta)+"\n", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + c.url}, "stdio", "--sandbox")
			require.Zero(t, status, stderr)
			assert.Contains(t, stdout, `"number":1`)
			calls := c.named("tools/call get_issue")
			require.Len(t, calls, 1)
			assert.Equal(t, test.parent, hex.EncodeToString(calls[0].ParentSpanId))
			if test.parent != "" {
				assert.Equal(t, "a=b", calls[0].TraceState)
			}
		})
	}
}

// TestTracesOverHTTP checks parents, and that SIGTERM loses no span.
func TestTracesOverHTTP(t *testing.T) {
	t.Parallel()
	c := collect(t)
	cmd := program(t.Context(), []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + c.url}, "http", "--sandbox", "--addr=127.0.0.1:0")
	log, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewReader(log)
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	address := regexp.MustCompile(`addr=(\S+)`).FindStringSubmatch(line)
	require.NotNil(t, address, line)
	post := func(parent, meta string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address[1]+"/mcp", strings.NewReader(fmt.Sprintf(plainCall, meta)))
		require.NoError(t, err)
		for name, value := range map[string]string{"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
			"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "get_issue", "Traceparent": parent} {
			r.Header.Set(name, value)
		}
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		assert.Contains(t, string(body), `"number":1`)
	}
	post(headerParent, "")
	post(headerParent, `"traceparent":"`+metaParent+`",`)
	post(headerParent, `"traceparent":"`+metaParent+`","progressToken":{},`) // left to mcp-go
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	_, err = io.Copy(io.Discard, lines)
	require.NoError(t, err)
	require.NoError(t, cmd.Wait())
	calls := c.named("tools/call get_issue")
	require.Len(t, calls, 3)
	assert.Len(t, c.named(issueEndpoint), 3)
	assert.Equal(t, "00f067aa0ba902b7", hex.EncodeToString(calls[0].ParentSpanId))
	assert.Empty(t, calls[0].Links)
	for _, span := range calls[1:] {
		assert.Equal(t, "b7ad6b7169203331", hex.EncodeToString(span.ParentSpanId))
		require.Len(t, span.Links, 1)
		assert.Equal(t, "00f067aa0ba902b7", hex.EncodeToString(span.Links[0].SpanId))
	}
	assert.Subset(t, attributesOf(calls[0]), map[string]any{"network.transport": "tcp", "mcp.protocol.version": "2026-07-28"})
}

// TestCollectorFails checks that calls succeed without a collector, and that the log says
// once that traces are missing, without the address.
func TestCollectorFails(t *testing.T) {
	t.Parallel()
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body); <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	rejecting := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(rejecting.Close)
	closed := httptest.NewServer(nil)
	closed.Close()
	for name, url := range map[string]string{"silent": silent.URL, "rejecting": rejecting.URL, "closed": closed.URL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + url + "/hidden"}
			stdout, stderr, status := run(t, strings.Repeat(fmt.Sprintf(plainCall, "")+"\n", 50), env, "stdio", "--sandbox")
			assert.Zero(t, status, stderr)
			assert.Equal(t, 50, bytes.Count([]byte(stdout), []byte("\n")))
			assert.Equal(t, 1, strings.Count(stderr, "traces cannot be exported"), stderr)
			assert.NotContains(t, stderr, "hidden")
		})
	}
}

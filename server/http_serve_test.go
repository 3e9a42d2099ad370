package server_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

func TestServeRequiresASecretBeyondLoopback(t *testing.T) {
	t.Parallel()
	logger := slog.New(slog.DiscardHandler)
	h := server.NewHTTP(server.HTTPConfig{Metrics: server.NewMetrics(), Logger: logger, MCP: server.New(server.Config{Logger: logger}), SessionIdle: time.Hour})
	listener, err := net.Listen("tcp", "0.0.0.0:0")
	require.NoError(t, err)
	require.ErrorContains(t, h.Serve(t.Context(), listener, nil), "set GITCODE_MCP_SECRET to require a secret")
	_, err = listener.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
}

func TestTLS(t *testing.T) {
	t.Parallel()
	borrowed := httptest.NewTLSServer(nil) // for its certificate
	certificate, client := borrowed.TLS.Certificates[0], borrowed.Client()
	borrowed.Close()
	h := start(t, sandbox.New(), nil).http
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- h.Serve(ctx, listener, &certificate) }()
	resp, err := client.Get("https://" + listener.Addr().String() + "/")
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	resp.Body.Close()
	assert.Contains(t, string(body), "https://"+listener.Addr().String()+"/mcp", "the page shows the address with its scheme")
	client.CloseIdleConnections()
	stop()
	require.NoError(t, <-done)
}

// TestSlowHeadersAreCutOff sends one byte per second, which a deadline for single
// reads would allow.
func TestSlowHeadersAreCutOff(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, sandbox.New(), nil)
		conn, err := r.dial(t.Context())
		require.NoError(t, err)
		start := time.Now()
		var client sync.WaitGroup
		client.Go(func() {
			_, err := io.WriteString(conn, "POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Drip: ")
			for err == nil {
				time.Sleep(time.Second)
				_, err = io.WriteString(conn, "x")
			}
		})
		_, err = conn.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		assert.Equal(t, 10*time.Second, time.Since(start))
		conn.Close()
		client.Wait()
	})
}

// TestUnusedConnectionsDoNotDelayTheEnd checks that the server does not wait for
// connections that clients opened in advance.
func TestUnusedConnectionsDoNotDelayTheEnd(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, sandbox.New(), nil)
		conn, err := r.dial(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		synctest.Wait() // the server knows the connection
		start := time.Now()
		r.stop()
		require.NoError(t, <-r.done)
		assert.Less(t, time.Since(start), time.Second, "by the bubble's clock; Shutdown alone would take five seconds")
	})
}

// TestDrainIsLimited checks that a call which never ends does not keep the
// server from ending.
func TestDrainIsLimited(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		service := newHeld()
		r := startInMemory(t, service, func(s *setup) { s.http.Drain = 30 * time.Second })
		failed := make(chan error, 1)
		go func() {
			body, header := modernCall("get_issue", `{"owner":"o","repo":"r","number":1}`)
			resp, err := r.send(t.Context(), http.MethodPost, "/mcp", strings.NewReader(body), header...)
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				resp.Body.Close()
			}
			failed <- err
		}()
		<-service.arrived
		start := time.Now()
		r.stop()
		require.NoError(t, <-r.done)
		assert.Equal(t, 30*time.Second, time.Since(start))
		require.Error(t, <-failed)
		assert.Contains(t, r.log.String(), "closing connections with calls still in flight")
	})
}

func TestCallsInFlightAreAnsweredAtTheEnd(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		box, arrived := sandbox.New(), make(chan struct{})
		r := startInMemory(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			close(arrived)
			time.Sleep(10 * time.Second)
			box.ServeHTTP(w, req)
		}), nil)
		content := make(chan string, 1)
		go func() {
			body, header := modernCall("get_issue", `{"owner":"openharbor","repo":"portal","number":1}`)
			resp, err := r.send(t.Context(), http.MethodPost, "/mcp", strings.NewReader(body), header...)
			if err != nil {
				content <- err.Error()
				return
			}
			defer resp.Body.Close()
			b, err := io.ReadAll(resp.Body)
			content <- fmt.Sprint(string(b), err)
		}()
		<-arrived
		r.stop()
		assert.Contains(t, <-content, `"result"`)
		require.NoError(t, <-r.done)
	})
}

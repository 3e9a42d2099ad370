package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/mark3labs/mcp-go/mcp"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/sanitize"
)

// maxMessage is the maximum size of a message of a remote server.
const maxMessage = 64 << 20

// lostResponse is the error of a request that may have been carried out, because it was
// sent and there is no usable response.
type lostResponse struct{ error }

func (e lostResponse) Unwrap() error { return e.error }

func notMCP() error { return lostResponse{errors.New("the response is not that of an MCP server")} }

// remoteServer is a server over HTTP.
type remoteServer struct {
	url    *url.URL
	header http.Header // of every request
	client *http.Client
}

// remoteSession returns a session of a server over HTTP. The header goes with every
// request. No redirect is followed: the header contains tokens, which another host must
// not see.
func remoteSession(address string, header http.Header, transport http.RoundTripper) (session, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return session{}, fmt.Errorf("--server: %q is not the address of a server, such as http://127.0.0.1:8080", address)
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/mcp"
	}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return session{send: (&remoteServer{u, header, client}).send}, nil
}

// send implements session.send.
func (s *remoteServer) send(ctx context.Context, method mcp.MCPMethod, name string, request []byte, receive func([]byte) bool) error {
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url.String(), bytes.NewReader(request))
	if err != nil {
		return err
	}
	r.Header = s.header.Clone()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	r.Header.Set(mcp.HeaderProtocolVersion, protocolVersion)
	r.Header.Set(mcp.HeaderMethod, string(method))
	if name != "" {
		r.Header.Set(mcp.HeaderName, name)
	}
	response, err := s.client.Do(r)
	if err != nil {
		if sent.Load() {
			err = lostResponse{err}
		}
		return err
	}
	defer response.Body.Close() //nolint:errcheck // only read from
	if location := response.Header.Get("Location"); response.StatusCode >= 300 && response.StatusCode < 400 {
		return fmt.Errorf("%s: %d: the server redirects to %q, which is not followed; if you trust it, name it with --server", s.url.Redacted(), response.StatusCode, location)
	}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		return s.readStream(response.Body, receive)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxMessage+1))
	switch {
	case err != nil:
		return lostResponse{fmt.Errorf("%s: %w", s.url.Redacted(), err)}
	case len(body) > maxMessage:
		return lostResponse{fmt.Errorf("%s: the response is larger than %d MiB", s.url.Redacted(), maxMessage>>20)}
	}
	message, err := cleanMessage(body)
	if err != nil {
		text, _ := sanitize.Filter{}.Text(rest.Excerpt(body))
		err = fmt.Errorf("%s: %d %s: %s", s.url.Redacted(), response.StatusCode, http.StatusText(response.StatusCode), text)
		if response.StatusCode < 400 || response.StatusCode >= 500 {
			err = lostResponse{err}
		}
		return err
	}
	receive(message)
	return nil
}

// readStream passes on the messages of an event stream.
func (s *remoteServer) readStream(body io.Reader, receive func([]byte) bool) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxMessage)
	for lines.Scan() {
		data, isData := bytes.CutPrefix(lines.Bytes(), []byte("data:"))
		if !isData {
			continue
		}
		message, err := cleanMessage(data)
		if err != nil {
			return lostResponse{fmt.Errorf("%s: %w", s.url.Redacted(), err)}
		}
		if !receive(message) {
			return nil
		}
	}
	if err := lines.Err(); err != nil {
		return lostResponse{fmt.Errorf("%s: %w", s.url.Redacted(), err)}
	}
	return lostResponse{fmt.Errorf("%s: the response ended early", s.url.Redacted())}
}

// cleanMessage returns a message without what could control the terminal or hide text
// there. A server of this program sends none of that, but others may.
func cleanMessage(message []byte) ([]byte, error) {
	if !json.Valid(message) {
		return nil, notMCP()
	}
	clean, _, err := sanitize.Filter{}.JSON(message)
	return clean, err
}

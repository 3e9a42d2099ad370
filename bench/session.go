package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Messages and arguments.
const (
	initializeParams = `{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}`
	initialized      = `{"jsonrpc":"2.0","method":"notifications/initialized"}`
	listCall         = `{"name":"list_repo_issues","arguments":{"owner":"o","repo":"r","per_page":30}}`
	getCall          = `{"name":"get_issue","arguments":{"owner":"o","repo":"r","number":7}}`
	longCall         = `{"name":"list_repo_issues","arguments":{"owner":"o","repo":"r","limit":1000}}`
)

// A session is an MCP client that exchanges lines with a server. It does not parse the
// results of calls, so it costs next to nothing.
type session struct {
	in  io.Writer
	out *bufio.Reader
}

// request sends a request and returns the response, which is valid until the next one.
// The result of a tool must not be an error.
func (s session) request(method, params string) ([]byte, error) {
	if _, err := io.WriteString(s.in, `{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":`+params+"}\n"); err != nil {
		return nil, err
	}
	line, err := s.out.ReadSlice('\n')
	if err != nil {
		return nil, fmt.Errorf("read the response to %s: %w", method, err)
	}
	if failed(line) {
		return nil, fmt.Errorf("%s failed: %.300s", method, line)
	}
	return line, nil
}

// initialize begins the session.
func (s session) initialize() error {
	if _, err := s.request("initialize", initializeParams); err != nil {
		return err
	}
	_, err := io.WriteString(s.in, initialized+"\n")
	return err
}

// call calls a tool.
func (s session) call(params string) error {
	_, err := s.request("tools/call", params)
	return err
}

// catalogSize returns the bytes of names, descriptions and input schemas of the listed
// tools, but not of those left out.
func (s session) catalogSize(leftOut map[string]bool) (bytes, tools int, err error) {
	line, err := s.request("tools/list", "{}")
	if err != nil {
		return 0, 0, err
	}
	var response struct {
		Result struct {
			Tools []struct {
				Name, Description string
				InputSchema       json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(line, &response); err != nil {
		return 0, 0, err
	}
	for _, tool := range response.Result.Tools {
		if !leftOut[tool.Name] {
			bytes += len(tool.Name) + len(tool.Description) + len(tool.InputSchema)
			tools++
		}
	}
	return bytes, tools, nil
}

// failed reports whether a response is an error, or the result of a tool is one. In
// texts the quotes would be escaped.
func failed(response []byte) bool {
	return bytes.Contains(response, []byte(`"error":{"code":`)) || bytes.Contains(response, []byte(`"isError":true`)) || !bytes.Contains(response, []byte(`"result":`))
}

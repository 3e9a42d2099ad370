package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// session sends requests of the stateless era to a server, which needs no handshake.
type session struct {
	// send sends a request and passes each message of the server on to receive, until
	// that returns false.
	send func(ctx context.Context, method mcp.MCPMethod, name string, request []byte, receive func(message []byte) bool) error
	// progress, if non-nil, is called with the progress of a call.
	progress func(done, total float64)
	// confirm, if non-nil, asks the user a question.
	confirm func(question string) bool
}

// localSession returns a session of a server in this process.
func localSession(ctx context.Context, s *server.Server, logger *slog.Logger) session {
	requests, in := io.Pipe()
	out, responses := io.Pipe()
	go func() {
		responses.CloseWithError(errors.Join(server.ServeStdio(ctx, s, requests, responses, logger), io.EOF)) //nolint:errcheck // never fails
	}()
	lines := bufio.NewReader(out)
	return session{send: func(_ context.Context, _ mcp.MCPMethod, _ string, request []byte, receive func([]byte) bool) error {
		if _, err := in.Write(append(request, '\n')); err != nil {
			return err
		}
		for {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				return errors.New("interrupted")
			}
			if !receive(line) {
				return nil
			}
		}
	}}
}

const protocolVersion = "2026-07-28"

// meta returns the metadata of a request.
func (s session) meta() map[string]any {
	capabilities := map[string]any{}
	if s.confirm != nil {
		capabilities["elicitation"] = struct{}{}
	}
	meta := map[string]any{"io.modelcontextprotocol/protocolVersion": protocolVersion, "io.modelcontextprotocol/clientCapabilities": capabilities}
	if s.progress != nil {
		meta["progressToken"] = 1
	}
	return meta
}

// request sends a request and decodes its result.
func (s session) request(ctx context.Context, method mcp.MCPMethod, name string, params map[string]any, result any) error {
	if params == nil {
		params = map[string]any{}
	}
	params["_meta"] = s.meta()
	text, err := json.Marshal(map[string]any{"jsonrpc": mcp.JSONRPC_VERSION, "id": 1, "method": method, "params": params})
	if err != nil {
		return err
	}
	var failure error
	err = s.send(ctx, method, name, text, func(message []byte) bool {
		var m struct {
			Method string
			Params struct{ Progress, Total float64 }
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		switch failure = json.Unmarshal(message, &m); {
		case failure != nil:
			failure = notMCP()
		case m.Method != "":
			if m.Method == string(mcp.MethodNotificationProgress) && s.progress != nil {
				s.progress(m.Params.Progress, m.Params.Total)
			}
			return true
		case m.Error != nil:
			failure = errors.New(m.Error.Message)
		case json.Unmarshal(m.Result, result) != nil:
			failure = notMCP()
		}
		return false
	})
	return errors.Join(err, failure)
}

// listed is a tool of a server. The schema keeps the order of its members.
type listed struct {
	Annotations  json.RawMessage `json:"annotations"`
	Description  string          `json:"description"`
	InputSchema  json.RawMessage `json:"inputSchema"`
	Name         string          `json:"name"`
	OutputSchema json.RawMessage `json:"outputSchema"`
}

// reads reports whether the server says that the tool only reads.
func (t listed) reads() bool {
	var hints struct{ ReadOnlyHint bool }
	_ = json.Unmarshal(t.Annotations, &hints) // a tool without hints may write
	return hints.ReadOnlyHint
}

// list returns the tools that the server offers.
func (s session) list(ctx context.Context) ([]listed, error) {
	var list struct{ Tools []listed }
	err := s.request(ctx, mcp.MethodToolsList, "", nil, &list)
	return list.Tools, err
}

// callResult is the result of a call.
type callResult struct {
	Content []struct {
		Text, MIMEType string
		Data           []byte // of an image
	}
	IsError bool

	InputRequests map[string]struct{ Params struct{ Message string } }
	RequestState  string
}

// call calls a tool. If the call has to be confirmed, it asks the user and repeats it.
func (s session) call(ctx context.Context, tool string, arguments json.RawMessage) (*callResult, error) {
	params := map[string]any{"name": tool, "arguments": arguments}
	for {
		result := &callResult{}
		if err := s.request(ctx, mcp.MethodToolsCall, tool, params, result); err != nil || len(result.InputRequests) == 0 {
			return result, err
		}
		if s.confirm == nil {
			return nil, errors.New("the server asks a question, although nobody is there to answer")
		}
		answers := map[string]any{}
		for id, question := range result.InputRequests {
			action := mcp.ElicitationResponseActionDecline
			if s.confirm(question.Params.Message) {
				action = mcp.ElicitationResponseActionAccept
			}
			answers[id] = map[string]any{"action": action}
		}
		params["inputResponses"], params["requestState"] = answers, result.RequestState
	}
}

// images names the images of the result, each in a comment of YAML.
func (r *callResult) images() string {
	var b strings.Builder
	for _, content := range r.Content {
		if content.Data != nil {
			fmt.Fprintf(&b, "\n# and an image: %s, %d bytes", content.MIMEType, len(content.Data))
		}
	}
	return b.String()
}

// text returns the text of the result, which is what a model reads.
func (r *callResult) text() string {
	for _, content := range r.Content {
		if content.Text != "" {
			return content.Text
		}
	}
	return ""
}

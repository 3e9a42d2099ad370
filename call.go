package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
	"go.yaml.in/yaml/v4"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// errToolFailed ends the process with status 1 after a tool's own error was
// printed.
var errToolFailed = errors.New("the tool failed")

type callCmd struct {
	Tool string   `arg:"" help:"Name of the tool."`
	Args []string `arg:"" optional:"" help:"Arguments as name=value, or all as one JSON object." placeholder:"NAME=VALUE"`
	JSON bool     `help:"Print the structured result."`
}

// Run calls one tool through a server in this process.
func (c callCmd) Run(ctx context.Context, settings *Settings) error {
	settings.quiet()
	arguments, err := parseArguments(c.Args)
	if err != nil {
		return err
	}
	session, err := connect(ctx, settings)
	if err != nil {
		return err
	}
	defer session.Close()
	result, err := call(ctx, session, c.Tool, arguments)
	if err != nil {
		return err
	}
	if result.IsError {
		fmt.Fprintln(os.Stderr, text(result))
		return errToolFailed
	}
	if c.JSON {
		fmt.Println(text(result))
		return nil
	}
	return printReadable(os.Stdout, text(result))
}

// parseArguments reads name=value pairs, whose values the server takes as what
// the schema wants, or one JSON object.
func parseArguments(args []string) (json.RawMessage, error) {
	if len(args) == 1 && strings.HasPrefix(strings.TrimSpace(args[0]), "{") {
		if !json.Valid([]byte(args[0])) {
			return nil, fmt.Errorf("%.80q is not JSON", args[0])
		}
		return json.RawMessage(args[0]), nil
	}
	values := map[string]string{}
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, fmt.Errorf("%q is neither name=value nor a JSON object", arg)
		}
		values[name] = value
	}
	return json.Marshal(values)
}

// quiet keeps the log of calls off a terminal that shows their results.
func (c *Settings) quiet() { c.LogLevel = max(c.LogLevel, 4) }

// connect returns an MCP client of a server in this process.
func connect(ctx context.Context, settings *Settings) (*client.Client, error) {
	s, _, err := settings.server()
	if err != nil {
		return nil, err
	}
	return connectTo(ctx, s)
}

func connectTo(ctx context.Context, s *mcpserver.MCPServer) (*client.Client, error) {
	session, err := client.NewInProcessClient(s)
	if err != nil {
		return nil, err
	}
	if err := session.Start(ctx); err != nil {
		return nil, err
	}
	init := mcp.InitializeRequest{}
	init.Params.ProtocolVersion = mcp.LATEST_LEGACY_PROTOCOL_VERSION
	init.Params.ClientInfo = mcp.Implementation{Name: server.Name, Version: version()}
	if _, err := session.Initialize(ctx, init); err != nil {
		return nil, err
	}
	return session, nil
}

func call(ctx context.Context, session *client.Client, tool string, arguments any) (*mcp.CallToolResult, error) {
	req := mcp.CallToolRequest{}
	req.Params.Name, req.Params.Arguments = tool, arguments
	return session.CallTool(ctx, req)
}

// text is what a model reads of a result.
func text(result *mcp.CallToolResult) string {
	for _, content := range result.Content {
		if t, ok := content.(mcp.TextContent); ok {
			return t.Text
		}
	}
	return ""
}

// printReadable prints JSON as YAML, which keeps its order and shows texts of
// several lines as such.
func printReadable(w io.Writer, text string) error {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		_, err = fmt.Fprintln(w, text)
		return err
	}
	block(&doc)
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return err
	}
	return enc.Close()
}

// block turns JSON's flow style into YAML's own; lists of names stay on a line.
func block(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode || len(n.Content) > 0 && n.Content[0].Kind != yaml.ScalarNode {
		n.Style = 0
	}
	for _, child := range n.Content {
		block(child)
	}
}

// Command floor is the least that an MCP server made with mcp-go can be: one tool,
// which does nothing. Like the server that it is compared with, it serves stdio, or
// streamable HTTP at /mcp if it gets an address. Its cost is that of the libraries.
//
//	floor [HOST:PORT]
package main

import (
	"context"
	"log"
	"os"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

func main() {
	s := server.NewMCPServer("floor", "1")
	s.AddTool(mcp.NewTool("empty"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText(""), nil
	})
	var err error
	if len(os.Args) > 1 {
		err = server.NewStreamableHTTPServer(s).Start(os.Args[1])
	} else {
		err = server.ServeStdio(s)
	}
	if err != nil {
		log.Fatal(err)
	}
}

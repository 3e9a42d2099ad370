// Command floor is the least that an MCP server made with mcp-go can be: one
// tool, which does nothing, over stdio. Its cost is that of the libraries.
package main

import (
	"context"
	"log"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

func main() {
	s := server.NewMCPServer("floor", "1")
	s.AddTool(mcp.NewTool("empty"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText(""), nil
	})
	if err := server.ServeStdio(s); err != nil {
		log.Fatal(err)
	}
}

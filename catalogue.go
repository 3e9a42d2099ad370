package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/mark3labs/mcp-go/mcp"
)

type toolsCmd struct {
	JSON bool `help:"Print them as tools/list gives them."`
}

// Run prints the tools the server offers.
func (c toolsCmd) Run(ctx context.Context, settings *Settings) error {
	settings.quiet()
	session, err := connect(ctx, settings)
	if err != nil {
		return err
	}
	defer session.Close()
	list, err := session.ListTools(ctx, mcp.ListToolsRequest{})
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetEscapeHTML(false)
		return enc.Encode(list)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, t := range list.Tools {
		fmt.Fprintf(w, "%s\t%s\n", t.Name, t.Description)
	}
	return w.Flush()
}

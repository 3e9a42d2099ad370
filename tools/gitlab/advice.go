package gitlab

import (
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func advise(f tools.Failure) string { return "" }

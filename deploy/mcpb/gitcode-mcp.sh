#!/bin/sh
# Runs the binary for this machine. A bundle cannot choose by architecture.
exec "$(dirname "$0")/gitcode-mcp-$(uname -m)" "$@"

// Package install adds an MCP server to the configuration of an MCP client, and
// removes it again.
//
// [Client.Install] and [Client.Uninstall] return a [Change], which can be shown
// with [Change.Diff] and made with [Change.Write]. A change touches nothing but
// the entry of the server: other entries, comments and formatting stay as they
// are. The members that users add to the entry stay too.
//
// A [Secret] is written as a reference in the form that the client resolves: to
// an environment variable, or for VS Code to a value that it asks for and stores.
//
// JSON may contain comments and trailing commas, which several clients accept. A
// file that cannot be parsed is never changed.
package install

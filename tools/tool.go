// Package tools defines MCP tools: how a method of a forge client becomes one,
// what a model reads of its result, and what it reads of an error.
//
// # Defining a tool
//
// An operation is defined once, by its name, its description, a method of the
// client and a view:
//
//	tools.Read("get_issue", "Returns …", c.GetIssue, issueView)
//	tools.Write(tools.Spec{Name: …, Effect: tools.Changes, …}, c.UpdateIssue, issueUpdated)
//
// The input schema follows from the method's params, the output schema from
// what the view returns, and the MCP hints from the effect. The params of a
// write have a Target method, for the audit log, and its view returns a struct
// that embeds [Written]. A [Forge] groups the tools of one client in toolsets.
//
// # Addresses
//
// Users paste addresses. If the input schema of a tool has owner and repo, the
// address of a repository, an issue or a comment given as owner, repo, number
// (or issue_number) or id stands for all of them, and one given among numbers for
// an issue. Addresses are replaced before the arguments are checked;
// contradictions are rejected. An address of another forge of the server is
// rejected with the name of that forge. If the projects of a forge are in groups
// (Addresses.Groups), the arguments are id, the path of the project or the group,
// and issue_iid.
//
// # Results
//
// A result is a struct, written as compact JSON. It is returned both as
// structuredContent and as text, because some clients show the model only one
// of them. Package sanitize removes invisible characters and secrets. A result that
// is [Pictured] has an image besides, whose facts are in the struct.
//
// Results, those of errors included, are limited to Env.MaxResult bytes. The
// member cut says what was left out, in this order:
//
//   - Of the texts of a [Readable], the longest are cut, at a paragraph if there is
//     one, and end with the call that reads on. In a page of rows, texts of up to
//     2,000 bytes stay whole.
//   - A page of a list ends earlier, and its next_page is the rest of the page. The
//     rest is kept for some minutes: that call then takes no request.
//   - Of a single Readable, the oldest elements of its history are left out.
//   - Of anything else, the longest texts are truncated and the longest arrays cut.
//
// If the params have a method RowFields, the rows of the result have only the
// members that it returns. Members that the rows' schema lacks are rejected before
// anything is sent.
//
// # Steps
//
// A method that makes several requests reports its steps with [rest.ReportStep].
// They go to Env.Progress, and those that wrote something to Env.Audit, which then
// gets no record of the whole call.
//
// # Resources
//
// A [Resource] shows the result of a tool to people, as Markdown: it is read by calling
// the tool. Text of other people is quoted line by line, or on a line of its own, so
// that it cannot look like the rest of the page.
//
// # Errors
//
// A failed call is a result with isError, never a protocol error. Its text is
// the client's error followed by advice on what to do next.
package tools

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/sanitize"
)

// Effect is what a tool does to the forge. The zero value is invalid.
type Effect int

// The effects.
const (
	Reads   Effect = iota + 1 // changes nothing
	Adds                      // adds something on each call
	Changes                   // replaces something, and may add to it
	Deletes                   // removes something
)

// String returns the effect as the README and the web page show it.
func (e Effect) String() string {
	return [...]string{"invalid", "reads", "adds", "changes", "deletes"}[e]
}

// Spec describes a tool.
type Spec struct {
	Name        string
	Effect      Effect
	Description string // for the model that chooses a tool
	// Verify completes "Check with …" for a write whose outcome is unknown. It
	// names a tool, and the arguments that show whether the write happened.
	Verify string
}

// Tool is an operation as an MCP tool.
type Tool struct {
	Spec
	Toolset  string
	Optional bool                   // whether the toolset is offered only if it is selected
	Input    func() json.RawMessage // schema of the arguments, made on the first call
	Output   func() json.RawMessage // schema of the result, likewise

	// identifiers returns the names of the arguments that identify what a call is
	// about: those that are required, except for texts and lists.
	identifiers func() []string
	properties  func() map[string]property // of the arguments
	forge       *Forge
	// decode checks and decodes arguments.
	decode func(arguments json.RawMessage, params any) error
	// question returns what the user should be asked before a call, or nil; it is nil
	// if no call of the tool asks.
	question func(arguments json.RawMessage) Question
	run      func(ctx context.Context, client *rest.Client, env Env, arguments json.RawMessage) (result, error)
}

// Env holds what every tool call needs.
type Env struct {
	MaxResult     int    // maximum size of a result without its image in bytes, at least 500; 0 means unlimited
	MaxResultName string // of the setting it comes from; by default GITCODE_MCP_MAX_RESULT
	DryRun        bool   // check writes and return their requests instead of sending them
	// Secrets are removed from results, as is the token of the call: the tokens
	// of other forges, the longest first.
	Secrets []string
	// Forges are those of all tools of the server. An error about an address names
	// the one that the address belongs to.
	Forges []*Forge
	// Audit, if non-nil, is called after each write that was sent or may have
	// been sent: for each step of a call that reports its steps, or else once.
	// It may be called from several goroutines, but not at the same time.
	Audit func(Record)
	// Progress, if non-nil, is called after each step of a call that makes
	// several requests, in the same way. Total is 0 if unknown.
	Progress func(done, total int)

	audited *bool // whether a step of the call was audited
}

func (e Env) maxResultName() string { return cmp.Or(e.MaxResultName, "GITCODE_MCP_MAX_RESULT") }

// Record describes a write for the audit log. It contains no text that a user
// wrote.
type Record struct {
	Tool   string
	Target string // "owner/repo#7"
	// Outcome is "ok"; "partial" if part of it did not happen; the class of the
	// error, which is "outcome_unknown" also if only a part may not have
	// happened; or "failed" if the error has no class.
	Outcome string
	User    string // a hash of the token, shortened
	ID      int64  // of the object written; 0 if unknown
}

// withPicture adds the picture of a result to it, if there is one.
func withPicture(r *mcp.CallToolResult, value result) *mcp.CallToolResult {
	if pictured, ok := value.(Pictured); ok {
		if img := pictured.Picture(); img != nil {
			r.Content = append(r.Content, mcp.NewImageContent(base64.StdEncoding.EncodeToString(img.Data), img.Type))
		}
	}
	return r
}

// result is what a view returns: a pointer to a struct that embeds Notes.
type result interface{ notes() *Notes }

// writeResult is the result of a write: a pointer to a struct that embeds
// Written.
type writeResult interface {
	result
	written() *Written
}

// Forge returns the forge that the tool belongs to.
func (t Tool) Forge() *Forge { return t.forge }

// MCP returns the tool as tools/list shows it.
func (t Tool) MCP() mcp.Tool {
	m := mcp.NewToolWithRawSchema(t.Name, t.Description, t.Input())
	m.RawOutputSchema = t.Output()
	m.Annotations = mcp.ToolAnnotation{
		ReadOnlyHint:    new(t.Effect == Reads),
		DestructiveHint: new(t.Effect == Changes || t.Effect == Deletes),
		IdempotentHint:  new(t.Effect == Reads || t.Effect == Deletes), // a change can also add: a comment, a line
		OpenWorldHint:   new(true),
	}
	return m
}

// Call runs the tool. A failure is part of the result; it is also returned, for
// the log.
func (t Tool) Call(ctx context.Context, env Env, arguments json.RawMessage) (*mcp.CallToolResult, error) {
	filter := sanitize.Filter{Secrets: env.Secrets}
	if token := t.forge.Client.Token(ctx); token != "" {
		if !slices.Contains(filter.Secrets, token) {
			filter.Secrets = append(slices.Clip(filter.Secrets), token)
		}
		env.Audit = withUser(env.Audit, token, filter)
	}
	env.audited = new(bool)
	user := t.user(ctx)
	read := t.forge.leftovers.begin(user)
	defer t.forge.leftovers.end(read)
	arguments, err := t.expand(arguments, env.Forges)
	var value result
	if err == nil {
		value, err = t.result(rest.WithSteps(ctx, t.steps(env)), user, env, arguments)
	}
	if err == nil {
		var text []byte
		if text, err = render(value, env, filter); err == nil {
			t.keepRemainder(read, arguments, value)
			return withPicture(mcp.NewToolResultStructured(json.RawMessage(text), string(text)), value), nil
		}
	}
	return t.errorResult(ctx, env, filter, arguments, err), err
}

// errorResult returns the result of a call that failed.
func (t Tool) errorResult(ctx context.Context, env Env, filter sanitize.Filter, arguments json.RawMessage, err error) *mcp.CallToolResult {
	sentence, hidden := filter.Text(t.Name + ": " + t.explain(ctx, arguments, err))
	if hidden > 0 {
		sentence += fmt.Sprintf(" (%d invisible characters removed)", hidden)
	}
	return mcp.NewToolResultError(abridge(sentence, env.MaxResult, env.maxResultName()))
}

// steps returns the function that is called after each step of a call.
func (t Tool) steps(env Env) func(rest.Step) {
	var mu sync.Mutex
	return func(s rest.Step) {
		mu.Lock()
		defer mu.Unlock()
		if s.Target != "" && env.Audit != nil && !env.DryRun {
			*env.audited = true
			env.Audit(Record{Tool: t.Name, Target: s.Target, Outcome: s.Outcome, ID: s.ID})
		}
		if env.Progress != nil {
			env.Progress(s.Done, s.Total)
		}
	}
}

// Package server implements the MCP server: it registers tools, prompts and
// resources, handles what happens around each call, and serves MCP over stdio
// and HTTP. The protocol itself is mcp-go's, except for valid calls over stdio and
// streamable HTTP. The package knows tools only as values of package tools; what a
// tool does is not its concern.
//
//	s := server.New(server.Config{Tools: tools, Logger: logger})
//	err := server.ServeStdio(ctx, s, os.Stdin, os.Stdout, logger)
//
// or, over HTTP:
//
//	h := server.NewHTTP(server.HTTPConfig{MCP: s, Metrics: server.NewMetrics(), Logger: logger})
//	err := h.Serve(ctx, listener, nil)
//
// # A tool call
//
// Each call passes through these steps, whatever the transport:
//
//  1. It is counted and timed if there are [Metrics], and traced if Config.Trace
//     is set.
//  2. It is checked against the [Selection] of the server, which knows the tools
//     that a policy excludes, and against that of the caller. A call to an
//     excluded tool returns the reason.
//  3. If Config.AuditRequired is set and [AuditLog.Check] fails, a write is refused.
//     A dry run is not.
//  4. If the tool has a question about it, the user is asked. A dry run comes first,
//     so that nobody is asked about a call that would fail.
//  5. [tools.Tool.Call] checks the arguments and runs the tool. It uses the
//     caller's own token for the tool's forge, if callers send their own. No
//     token of any forge appears in the result.
//  6. A panic is logged with its stack. The caller gets a generic error,
//     because the text of a panic may contain anything.
//  7. The tool, the outcome and the duration are logged. Arguments and results
//     are not. A refusal by the policy is a warning of its own.
//
// A call that makes several requests reports its progress, if its request has a
// progress token.
//
// Writes that were sent, or may have been, are also passed to the audit function
// of [tools.Env], which is [AuditLog.Record]: it writes a line of JSON. [Redact]
// keeps secrets out of the log.
//
// # Forges
//
// A server serves the tools of one forge or several, and learns from the tools
// which: their clients, names and token headers. Nothing else here differs by
// forge. A token travels in the context of a call under the key of its client, so
// no other client can find it.
//
// # Selections
//
// A [Selection] limits which tools are offered. The server has one, made from
// the settings GITCODE_MCP_READ_ONLY, GITCODE_MCP_TOOLSETS and
// GITCODE_MCP_TOOLS. Over HTTP each request can add one in the headers
// X-MCP-Readonly, X-MCP-Toolsets and X-MCP-Tools. A tool is offered if both
// allow it, so a caller can restrict what the server offers but never extend
// it. A header that is empty or not understood is rejected. Excluded tools are
// not listed.
//
// # Questions
//
// Some calls ask the user first: tools decide which, Config.Confirm whether. Over
// stdio and in the sessions of streamable HTTP whose client declares elicitation, the
// server sends a request and the call waits for the answer, at most ten minutes. In the
// stateless era the call returns what it requires, and the client repeats it with the
// answer and a signed state, which is valid once, for the same arguments and caller,
// within ten minutes and in the same process. HTTP+SSE has no questions.
//
// # Prompts, skills, resources and completions
//
// A prompt or a skill is offered if every tool that its text calls is, and a resource
// if its tool is, to the caller as well as by the server. A capability is declared
// only if the server offers something that needs it.
//
// To read a resource is to call its tool, and to complete an argument is to call a
// tool that is not listed: both pass through the steps above, and are logged and
// counted as calls of the tool. A resource that cannot be read is a JSON-RPC error
// with the tool's sentence. Its code is that of an internal error, as mcp-go v1.2.1
// has no other for what a handler returns. A completion that fails has no values.
//
// # Stdio
//
// [ServeStdio] reads one JSON-RPC message per line. It accepts up to 256
// unanswered requests, then stops reading until one is answered; 32 calls run
// at the same time. A message over 4 MiB is rejected, and the rest of it is
// skipped. Whatever is no valid request is answered with an error, if at all,
// and never reaches mcp-go. Neither does a valid call of a tool: mcp-go would decode
// it several times more. Its progress is written before its response.
//
// A response has the id of its request exactly as the client wrote it. A
// request that the client cancels is not answered, and a call that is still
// queued then is never sent.
//
// At the end of input every request is answered, however long its call may take
// by its own limits. After a signal, or if stdout is closed, requests have two
// seconds. Stdout may be left unread for any time while the server still reads
// stdin. Once it no longer does, because the input ended or 256 requests are
// pending, it gives up after 30 seconds in which none of a response could be
// written.
//
// A [LogWriter] drops log lines instead of blocking when stderr is not read.
//
// # HTTP
//
// [HTTP] serves these paths:
//
//	/mcp             streamable HTTP, both eras
//	/sse, /message   the deprecated HTTP+SSE transport
//	/metrics         metrics in Prometheus's text format
//	/healthz         whether the process responds
//	/readyz          whether a forge is reachable
//	/                a page with the tools and client configurations
//	/mcp/server-card the server card, which says how to connect; it is the only
//	                 entry of /.well-known/ai-catalog.json
//
// On a sandbox that requires no secret, that page has a form to call tools that read.
// It runs only the script that it contains, and works without.
//
// Every request passes through checkOrigin, which rejects cross-origin requests
// and DNS rebinding. If a secret is set, all paths but /, /healthz, /readyz and
// those of the server card require it; without one, [HTTP.Serve] accepts only loopback listeners. The MCP
// paths then limit the size of the body, identify the caller, and set a deadline
// on each write of a response. The secret and the caller's tokens are removed
// from the request before mcp-go sees it.
//
// If calls use the callers' own tokens, a request needs that of at least one forge,
// unless a forge shows public data to anyone. Calls of the other forges' tools fail:
// nothing takes the place of a token that is absent. Callers without any token are
// one owner.
//
// The body of a request has 30 seconds to arrive from when the handler starts,
// or two if no handler reads it. Only a complete body lifts that deadline, so a
// connection whose client announces a body and does not send it is closed.
//
// A message that is not valid JSON-RPC is rejected with status 400 before mcp-go
// sees it. mcp-go gets other ids than the ones callers send, and the answers
// have the callers' ids again, exactly as sent.
//
// Valid calls at /mcp do not reach mcp-go either, whose transport would cost as much
// as the call. The response is an event stream if the call reports its progress.
//
// # Sessions and streams
//
// MCP has two eras. Revisions up to 2025-11-25 begin with initialize and have
// sessions. Revision 2026-07-28 is stateless: each request carries what it
// needs. Both use /mcp and are distinguished for each request.
//
// A session belongs to the caller that started it. To any other caller it does
// not exist, for any method. Sessions that are idle for HTTPConfig.SessionIdle
// end, and their streams with them. If initialize fails, there is no session. The
// server keeps a session's owner, its last use and its calls in flight; mcp-go keeps
// a session only if its client can be sent requests, and otherwise knows it while it
// serves one of its requests or streams.
//
// A session cancels its calls with notifications/cancelled. A call without a
// session is canceled by closing its connection; a notification would not say
// whose call it means, so the server accepts and ignores it.
//
// There may be 10,000 sessions and 1,000 streams at a time. If callers send
// their own tokens, each owner may have 1,000 sessions and 100 streams. A request
// for more is rejected (503, with Retry-After).
//
// # Draining
//
// When the context of [HTTP.Serve] is done, the server drains. It accepts no
// more calls (503, with Retry-After), closes streams without calls in flight at
// once and the others when their last call is answered, and closes connections
// that never carried a request. Calls in flight have HTTPConfig.Drain to
// finish. What is left then is cut off, and a warning is logged.
//
// # Terms
//
//   - A call is a JSON-RPC tools/call request. While draining, the server treats
//     every request as a call.
//   - A caller is the sender of an HTTP request, with a selection and perhaps
//     tokens. Over stdio there is only the zero caller.
//   - An owner is the caller a session or stream belongs to, identified by a
//     hash of all its tokens. Without tokens of their own all callers share one.
//   - A session is a sequence of requests that starts with initialize, in the
//     older era.
//   - A stream is a connection that stays open so that the server can send on
//     it: a whole HTTP+SSE session, or a listening stream of streamable HTTP.
//   - A request is pending from when it is accepted until it is answered.
//   - An idle session or stream has no pending calls and has had none for a
//     while.
package server

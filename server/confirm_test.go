package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gosdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// user is a client whose user answers questions.
type user struct {
	*gosdk.ClientSession
	t      *testing.T
	asked  atomic.Int32
	latest atomic.Value // the latest question
}

// connectUser connects a client to a server over a transport. Without an answer it
// declares that it cannot ask its user.
func connectUser(t *testing.T, r *running, transport, revision, answer string) *user {
	t.Helper()
	u := &user{t: t}
	options := &gosdk.ClientOptions{}
	if answer != "" {
		options.ElicitationHandler = func(_ context.Context, question *gosdk.ElicitRequest) (*gosdk.ElicitResult, error) {
			u.asked.Add(1)
			u.latest.Store(question.Params.Message)
			return &gosdk.ElicitResult{Action: answer}, nil
		}
	}
	var via gosdk.Transport
	switch transport {
	case "stdio":
		inRead, inWrite := io.Pipe()
		outRead, outWrite := io.Pipe()
		go func() {
			defer outWrite.Close()
			_ = server.ServeStdio(t.Context(), r.mcp, inRead, outWrite, slog.New(slog.DiscardHandler))
		}()
		via = &gosdk.IOTransport{Reader: outRead, Writer: inWrite}
	case "streamable":
		via = &gosdk.StreamableClientTransport{Endpoint: r.url + "/mcp"}
	case "sse":
		via = &gosdk.SSEClientTransport{Endpoint: r.url + "/sse"}
	}
	session, err := gosdk.NewClient(&gosdk.Implementation{Name: "test", Version: "1"}, options).Connect(t.Context(), via, &gosdk.ClientSessionOptions{ProtocolVersion: revision})
	require.NoError(t, err)
	t.Cleanup(func() { session.Close() })
	u.ClientSession = session
	return u
}

// do calls a tool.
func (u *user) do(tool, arguments string) (text string, failed bool) {
	u.t.Helper()
	result, err := u.CallTool(u.t.Context(), &gosdk.CallToolParams{Name: tool, Arguments: json.RawMessage(arguments)})
	require.NoError(u.t, err)
	content, ok := result.Content[0].(*gosdk.TextContent)
	require.True(u.t, ok)
	return content.Text, result.IsError
}

// newComment returns arguments that identify a new comment.
func (u *user) newComment() string {
	u.t.Helper()
	text, failed := u.do("comment", `{"owner":"openharbor","repo":"portal","number":2,"body":"Seen again."}`)
	require.False(u.t, failed, text)
	var comment struct{ ID int64 }
	require.NoError(u.t, json.Unmarshal([]byte(text), &comment))
	return fmt.Sprintf(`{"owner":"openharbor","repo":"portal","id":%d}`, comment.ID)
}

func TestUsersConfirm(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	for _, via := range [][2]string{{"stdio", "2025-11-25"}, {"stdio", "2026-07-28"}, {"streamable", "2025-11-25"}, {"streamable", "2026-07-28"}} {
		for answer, want := range map[string]string{
			"accept":  "",
			"decline": "delete_comment was not sent: the user declined. Do not try it again, nor by other means, unless the user asks for it.",
			"cancel":  "delete_comment was not sent: the user dismissed the question. Ask the user what to do.",
		} {
			t.Run(strings.Join(append(via[:], answer), " "), func(t *testing.T) {
				t.Parallel()
				u := connectUser(t, start(t, box, nil), via[0], via[1], answer)
				comment := u.newComment()
				text, failed := u.do("delete_comment", comment)
				assert.Equal(t, want != "", failed, text)
				assert.EqualValues(t, 1, u.asked.Load())
				assert.Regexp(t, `^Permanently delete openharbor/portal comment \d+ by "\w+" on issue #\d+\? It begins ".+"$`, u.latest.Load())
				_, gone := u.do("get_comment", comment)
				assert.Equal(t, want == "", gone)
				if want != "" {
					assert.Equal(t, want, text)
				}
			})
		}
	}
}

// TestFailureBeforeAQuestionIsLogged checks that the log has the class of a failure of
// the request that a question needs.
func TestFailureBeforeAQuestionIsLogged(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), nil)
	u := connectUser(t, r, "streamable", "", "accept")
	text, failed := u.do("delete_comment", `{"owner":"openharbor","repo":"portal","id":999999}`)
	assert.True(t, failed, text)
	assert.Zero(t, u.asked.Load())
	assert.Contains(t, r.log.String(), "tool=delete_comment outcome=error")
	assert.Contains(t, r.log.String(), "class=not_found status=404")
}

func TestUnaskedCalls(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	const refused = "delete_comment was not sent: it needs the user's confirmation (--confirm), and this client cannot ask the user. Leave it to the user."
	for name, test := range map[string]struct {
		mode              server.Confirm
		transport, answer string
		dryRun            bool
		want              string // the error, or "" if the call is made
	}{
		"a client without elicitation":           {server.ConfirmAuto, "streamable", "", false, ""},
		"the same over stdio":                    {server.ConfirmAuto, "stdio", "", false, ""},
		"HTTP+SSE":                               {server.ConfirmAuto, "sse", "decline", false, ""},
		"never":                                  {server.ConfirmNever, "stdio", "decline", false, ""},
		"a dry run":                              {server.ConfirmAlways, "stdio", "decline", true, ""},
		"always, a client without elicitation":   {server.ConfirmAlways, "streamable", "", false, refused},
		"always, over stdio without elicitation": {server.ConfirmAlways, "stdio", "", false, refused},
		"always, HTTP+SSE":                       {server.ConfirmAlways, "sse", "accept", false, refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			comment := connectUser(t, start(t, box, nil), "streamable", "", "").newComment()
			u := connectUser(t, start(t, box, func(s *setup) {
				s.server.Confirm, s.server.ConfirmName, s.server.Env.DryRun = test.mode, "--confirm", test.dryRun
			}), test.transport, "", test.answer)
			text, failed := u.do("delete_comment", comment)
			assert.Equal(t, test.want != "", failed, text)
			if failed {
				assert.Equal(t, test.want, text)
			}
			assert.Zero(t, u.asked.Load())
		})
	}
}

// TestQuestionsSayWhatIsDeleted asks about things by their names, and not about those
// that do not exist.
func TestQuestionsSayWhatIsDeleted(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	for _, test := range []struct{ tool, arguments, want string }{
		{"delete_comment", `"id":1`, ""},
		{"delete_milestone", `"number":1`, ""},
		{"delete_milestone", `"number":253899`, `^Permanently delete openharbor/portal milestone 253899 "v2.3" with \d+ open and \d+ closed issues\?$`},
		{"delete_repo_label", `"name":"bug"`, `^Permanently delete the label "bug" of openharbor/portal, also from its issues\?$`},
		{"update_issues", `"changes":[{"numbers":[1,2,3,4,5,6,7,8,9,10,11],"add_labels":["bug","question","documentation","duplicate"],"assignee":"sunli","comment":"` + strings.Repeat("All that is \u200bnew. ", 20) + `"}]`,
			`^Change 11 issues \(add labels to 11, set the assignees of 11, comment on 11\) of openharbor/portal\? Issues 1, 2, 3, 4, 5 …; add "bug", "documentation", "duplicate" and 1 more; assign "sunli"; comment "All that is new. All that is new. All th…"$`},
	} {
		u := connectUser(t, start(t, box, func(s *setup) { s.server.Selection.Toolsets = []string{"all"} }), "stdio", "2025-11-25", "decline")
		text, failed := u.do(test.tool, `{"owner":"openharbor","repo":"portal",`+test.arguments+`}`)
		assert.True(t, failed, text)
		latest, _ := u.latest.Load().(string)
		assert.Regexp(t, test.want, latest)
		assert.LessOrEqual(t, len(latest), 303)
		if test.want == "" {
			assert.Empty(t, latest, test.tool)
			assert.Contains(t, text, "404", test.tool)
		}
	}
}

// TestQuestionsOfBulks checks that calls ask from eleven issues on, and that calls
// which are wrong do not.
func TestQuestionsOfBulks(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	for arguments, want := range map[string]string{
		`"changes":[{"numbers":[1,2,3,4,5,6,7,8,9,10],"state":"closed"}]`:                                         "",
		`"changes":[{"numbers":[1,2,3,4,5,6,7,8,9,10],"state":"closed"},{"numbers":[10,1],"comment":"Closed."}]`:  "",
		`"changes":[{"numbers":[1,2,3,4,5,6,7,8,9,10],"state":"closed"},{"numbers":[10,11],"comment":"Closed."}]`: `Change 11 issues (close 10, comment on 2) of openharbor/portal? Issues 1, 2, 3, 4, 5 …; comment "Closed."`,
		`"changes":[{"numbers":[1,2,3,4,5,6,7,8,9,10,11],"status":"进行中"}]`:                                        `Change 11 issues (set the status of 11) of openharbor/portal? Issues 1, 2, 3, 4, 5 …; status "进行中"`,
		`"changes":[{"numbers":[1,2,3,4,5,6,7,8,9,10,11],"closed":true}]`:                                         "",
		`"changes":[{"numbers":[1,2,3,4,5,6,7,8,9,10,11],"add_labels":["true"]}]`:                                 "",
	} {
		u := connectUser(t, start(t, box, nil), "stdio", "2025-11-25", "decline")
		_, failed := u.do("update_issues", `{"owner":"openharbor","repo":"portal",`+arguments+`}`)
		assert.Equal(t, want != "" || strings.Contains(arguments, "true"), failed)
		latest, _ := u.latest.Load().(string)
		assert.Equal(t, want, latest)
	}
}

// TestConfirmationsBelongToACall repeats calls of the stateless era with answers to
// another question.
func TestConfirmationsBelongToACall(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := startInMemory(t, sandbox.New(), func(s *setup) { s.userTokens = true })
		const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_comment","arguments":%s,"_meta":{` +
			`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}%s}}`
		post := func(token, arguments, state string) string {
			answer := ""
			if state != "" {
				answer = fmt.Sprintf(`,"requestState":%q,"inputResponses":{"confirm":{"action":"accept"}}`, state)
			}
			_, body := r.post(t, "/mcp", fmt.Sprintf(call, arguments, answer),
				"Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "delete_comment", "X-GitCode-Token", token)
			return body
		}
		ask := func(token, arguments string) string {
			body := post(token, arguments, "")
			_, after, asked := strings.Cut(body, `"requestState":"`)
			require.True(t, asked, body)
			state, _, _ := strings.Cut(after, `"`)
			return state
		}
		const first, second, invalid = `{"owner":"openharbor","repo":"portal","id":340036}`, `{"owner":"openharbor","repo":"portal","id":340037}`, "was not sent: the confirmation belongs to another call"
		me, other := sandbox.Token, sandbox.Token+"-zhaoqian"
		for name, body := range map[string]string{
			"other arguments": post(me, second, ask(me, first)),
			"another user":    post(other, first, ask(me, first)),
			"no state":        post(me, first, "x"),
			"a changed state": post(me, first, "A"+ask(me, first)),
		} {
			assert.Contains(t, body, invalid, name)
		}
		state := ask(me, first)
		assert.NotContains(t, post(me, `{ "id":340036, "repo":"portal", "owner":"openharbor" }`, state), invalid, "the same arguments in another order")
		assert.Contains(t, post(me, first, state), invalid, "a second time")
		state = ask(me, second)
		time.Sleep(11 * time.Minute)
		assert.Contains(t, post(me, second, state), invalid, "too late")
	})
}

package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// Confirm says when the user is asked about a call whose tool has a question.
type Confirm string

// The values of Confirm; "" means ConfirmAuto.
const (
	ConfirmAuto   Confirm = "auto"   // if the client can ask; otherwise the call is made
	ConfirmAlways Confirm = "always" // if the client cannot ask, the call is refused
	ConfirmNever  Confirm = "never"
)

// UnmarshalText accepts the values of Confirm.
func (c *Confirm) UnmarshalText(text []byte) error {
	switch value := Confirm(text); value {
	case ConfirmAuto, ConfirmAlways, ConfirmNever:
		*c = value
		return nil
	}
	return errors.New("it must be auto, always or never")
}

// MarshalText returns the value as UnmarshalText accepts it.
func (c Confirm) MarshalText() ([]byte, error) { return []byte(c), nil }

// questionTime is how long a question may stay unanswered.
const questionTime = 10 * time.Minute

// maxOpenQuestions is the maximum number of questions of a session that wait for an
// answer. A call that waits takes one of the session's workers, and stdio reads no
// answer while too many calls wait.
const maxOpenQuestions = 8

// questionID identifies the question in a result that requires input.
const questionID = "confirm"

// questions asks users to confirm calls. Clients of the older era are sent a request
// while the call waits. Those of the stateless era get a result that requires input,
// and repeat the call with the answer and the state of the question, which is signed
// with a key of the process: it is valid once, for the same tool, arguments and
// caller.
type questions struct {
	mode    Confirm
	setting string
	server  *mcpserver.MCPServer
	key     [sha256.Size]byte

	mu   sync.Mutex
	used map[string]time.Time // states that were answered, with the time when they expire
	open map[string]int       // questions that wait for an answer, by session
}

func newQuestions(s *mcpserver.MCPServer, cfg Config) *questions {
	q := &questions{mode: cmp.Or(cfg.Confirm, ConfirmAuto), setting: cmp.Or(cfg.ConfirmName, "GITCODE_MCP_CONFIRM"), server: s, used: map[string]time.Time{}, open: map[string]int{}}
	rand.Read(q.key[:]) //nolint:errcheck // never fails
	return q
}

// ask asks the user to confirm a call. It returns nil if the call may be made, and its
// result if not. Prepare returns what the user is asked; if it fails, nobody is.
func (q *questions) ask(ctx context.Context, req mcp.CallToolRequest, arguments json.RawMessage, prepare func() (string, *mcp.CallToolResult)) *mcp.CallToolResult {
	name := req.Params.Name
	switch {
	case q.mode == ConfirmNever:
		return nil
	case !canElicit(ctx):
		if q.mode == ConfirmAlways {
			return unconfirmed(name, fmt.Sprintf("it needs the user's confirmation (%s), and this client cannot ask the user. Leave it to the user", q.setting))
		}
		return nil
	}
	question := mcp.ElicitationParams{Mode: mcp.ElicitationModeForm, RequestedSchema: json.RawMessage(`{"type":"object","properties":{}}`)}
	call := q.digest(ctx, name, arguments)
	answer := mcpserver.ElicitationResponse(req.Params.InputResponses, questionID)
	if answer == nil {
		var failed *mcp.CallToolResult
		if question.Message, failed = prepare(); failed != nil {
			return failed
		}
	}
	if !mcpserver.IsModernRequest(ctx) {
		session := mcpserver.ClientSessionFromContext(ctx).SessionID()
		if !q.begin(session) {
			return unconfirmed(name, fmt.Sprintf("%d questions wait for the user's answer already. Call it again once they are answered", maxOpenQuestions))
		}
		defer q.end(session)
		ctx, cancel := context.WithTimeout(ctx, questionTime)
		defer cancel()
		answer, err := q.server.RequestElicitation(ctx, mcp.ElicitationRequest{Params: question})
		if err != nil {
			return unconfirmed(name, "the user could not be asked to confirm it, or did not answer. Ask the user what to do")
		}
		return verdict(name, answer)
	}
	if answer == nil {
		return mcpserver.NewInputRequestBuilder(q.newState(call)).Elicit(questionID, question).ToolResult()
	}
	if !q.accept(req.Params.RequestState, call) {
		return unconfirmed(name, "the confirmation belongs to another call, was used before, or has expired. Make the call again without it")
	}
	return verdict(name, answer)
}

// begin counts a question that will wait for an answer, unless the session has too many.
func (q *questions) begin(session string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open[session] >= maxOpenQuestions {
		return false
	}
	q.open[session]++
	return true
}

func (q *questions) end(session string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open[session]--; q.open[session] == 0 {
		delete(q.open, session)
	}
}

// verdict returns nil if the user accepts, and otherwise the result of the call.
func verdict(name string, answer *mcp.ElicitationResult) *mcp.CallToolResult {
	switch answer.Action {
	case mcp.ElicitationResponseActionAccept:
		return nil
	case mcp.ElicitationResponseActionDecline:
		return unconfirmed(name, "the user declined. Do not try it again, nor by other means, unless the user asks for it")
	default:
		return unconfirmed(name, "the user dismissed the question. Ask the user what to do")
	}
}

func unconfirmed(name, reason string) *mcp.CallToolResult {
	return mcp.NewToolResultError(name + " was not sent: " + reason + ".")
}

// canElicit reports whether the client of a call can show its user a question. The
// session of HTTP+SSE cannot, whatever the client declares.
func canElicit(ctx context.Context) bool {
	var declared *mcp.ElicitationCapability
	if info := mcpserver.RequestProtocolInfoFromContext(ctx); info != nil && info.Modern {
		declared = info.ClientCapabilities.Elicitation
	} else if session, ok := mcpserver.ClientSessionFromContext(ctx).(interface {
		mcpserver.SessionWithClientInfo
		mcpserver.SessionWithElicitation
	}); ok {
		declared = session.GetClientCapabilities().Elicitation
	}
	return declared != nil && (declared.Form != nil || declared.URL == nil) // without either it means forms
}

// digest identifies a call and its caller. Arguments are the same if their JSON
// values are.
func (q *questions) digest(ctx context.Context, name string, arguments json.RawMessage) []byte {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(arguments))
	decoder.UseNumber()
	if decoder.Decode(&value) == nil {
		arguments, _ = json.Marshal(value) // its members are sorted
	}
	owner := callerOf(ctx).id
	hash := sha256.New()
	fmt.Fprintf(hash, "%x %q %s", owner, name, arguments)
	return hash.Sum(nil)
}

// A state consists of the time at which it expires, random bytes, and the signature
// of both and of the call.
const (
	stateHead = 8 + 16
	stateSize = stateHead + sha256.Size
)

func (q *questions) newState(call []byte) string {
	head := binary.BigEndian.AppendUint64(make([]byte, 0, stateSize), uint64(time.Now().Add(questionTime).Unix())) //nolint:gosec // after 1970
	head = append(head, make([]byte, stateHead-len(head))...)
	rand.Read(head[8:]) //nolint:errcheck // never fails
	return base64.RawURLEncoding.EncodeToString(append(head, q.sign(head, call)...))
}

func (q *questions) sign(head, call []byte) []byte {
	mac := hmac.New(sha256.New, q.key[:])
	mac.Write(head)
	mac.Write(call)
	return mac.Sum(nil)
}

// accept reports whether a state belongs to a call, has not expired and is accepted
// for the first time.
func (q *questions) accept(text string, call []byte) bool {
	state, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(state) != stateSize || !hmac.Equal(state[stateHead:], q.sign(state[:stateHead], call)) {
		return false
	}
	expires := time.Unix(int64(binary.BigEndian.Uint64(state)), 0) //nolint:gosec // as newState wrote it
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	for used, until := range q.used {
		if now.After(until) {
			delete(q.used, used)
		}
	}
	key := string(state) // not the text, of which several mean the same
	if _, again := q.used[key]; again || !now.Before(expires) {
		return false
	}
	q.used[key] = expires
	return true
}

package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"
)

// envelope holds the members that distinguish requests, responses and
// notifications. A member that is absent is nil.
type envelope struct {
	JSONRPC json.RawMessage `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  json.RawMessage `json:"method"`
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   json.RawMessage `json:"error"`
}

// messageKind says which answer a message requires.
type messageKind int

const (
	requestMessage      messageKind = iota // a response with its id
	notificationMessage                    // no response
	responseMessage                        // no response
	invalidMessage                         // an error, with its id if that is valid
)

// message is a JSON-RPC message whose envelope has been checked.
type message struct {
	kind   messageKind
	id     json.RawMessage // as it was written: a string, a number, or null if it has none that is valid
	method string
	params json.RawMessage
	text   []byte                   // the whole message
	fault  *mcp.JSONRPCErrorDetails // why it is invalid
}

// isRequest reports whether a message requires a response.
func (m message) isRequest() bool { return m.kind == requestMessage }

func (m message) is(method mcp.MCPMethod) bool { return m.method == string(method) }

// isCall reports whether a message is a request for a tool.
func (m message) isCall() bool {
	return m.isRequest() && m.is(mcp.MethodToolsCall)
}

// canceledID returns the id of the request that a notifications/cancelled
// names, or nil.
func (m message) canceledID() json.RawMessage {
	var params struct {
		RequestID json.RawMessage `json:"requestId"`
	}
	_ = json.Unmarshal(m.params, &params) // without one it cancels nothing
	return params.RequestID
}

// parseMessage checks the envelope of a message, of which only the beginning is
// given if it is longer than maxMessage. It rejects messages that mcp-go v1.2.1
// answers without their id, or not at all: the client would wait forever.
func parseMessage(text []byte) message {
	if len(text) > maxMessage {
		return invalid(idOf(text), mcp.INVALID_REQUEST, fmt.Sprintf("the message exceeds %d MiB", maxMessage>>20))
	}
	var e envelope
	if err := json.Unmarshal(text, &e); err != nil {
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
			return invalid(nil, mcp.PARSE_ERROR, "the message is not JSON: "+err.Error())
		}
		return invalid(nil, mcp.INVALID_REQUEST, "the message is not an object; batches are not supported")
	}
	version, _ := textOf(e.JSONRPC)
	method, _ := textOf(e.Method)
	switch {
	case !isGiven(e.Method) && (e.Result != nil || e.Error != nil):
		return message{kind: responseMessage, id: e.ID, text: text}
	case version != mcp.JSONRPC_VERSION:
		return invalid(e.ID, mcp.INVALID_REQUEST, `jsonrpc must be "2.0"`)
	case method == "":
		return invalid(e.ID, mcp.INVALID_REQUEST, "method must be a string that is not empty")
	case isGiven(e.Result), isGiven(e.Error):
		return invalid(e.ID, mcp.INVALID_REQUEST, "a request has no result and no error")
	case e.ID == nil, !isID(e.ID) && strings.HasPrefix(method, "notifications/"):
		return message{kind: notificationMessage, method: method, params: e.Params, text: text}
	case !isID(e.ID):
		return invalid(nil, mcp.INVALID_REQUEST, "id must be a string or a number")
	case len(method) > maxName, len(e.Params) > maxName && nameLen(e.Params) > maxName:
		return invalid(e.ID, mcp.INVALID_REQUEST, fmt.Sprintf("a name is longer than %d bytes", maxName))
	}
	return message{kind: requestMessage, id: e.ID, method: method, params: e.Params, text: text}
}

// maxName is the maximum length of the name of a method, tool, prompt or resource.
// Errors about unknown ones repeat it.
const maxName = 1000

// nameLen returns the length of the name in the params of a request.
func nameLen(params json.RawMessage) int {
	var p struct {
		Name string `json:"name"`
		URI  string `json:"uri"`
	}
	_ = json.Unmarshal(params, &p) // without one there is no name
	return max(len(p.Name), len(p.URI))
}

func invalid(id json.RawMessage, code int, text string) message {
	if !isID(id) {
		id = json.RawMessage("null")
	}
	return message{kind: invalidMessage, id: id, fault: errorDetails(code, text)}
}

//go:noinline
func errorDetails(code int, text string) *mcp.JSONRPCErrorDetails {
	details := mcp.NewJSONRPCErrorDetails(code, text, nil)
	return &details
}

// isGiven reports whether a member is present and not null.
func isGiven(member json.RawMessage) bool { return member != nil && string(member) != "null" }

// isID reports whether a JSON value is a string or a number.
func isID(value json.RawMessage) bool {
	return len(value) > 0 && (value[0] == '"' || value[0] == '-' || '0' <= value[0] && value[0] <= '9')
}

// sameID reports whether two ids are the same string, or the same number as it
// is written.
func sameID(a, b json.RawMessage) bool {
	s, isText := textOf(a)
	t, areTexts := textOf(b)
	if isText && areTexts {
		return s == t
	}
	return isID(a) && bytes.Equal(a, b)
}

// textOf returns the string that a JSON value is. Most have no escapes.
func textOf(value json.RawMessage) (text string, ok bool) {
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	if inner := value[1 : len(value)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return string(inner), true
	}
	err := json.Unmarshal(value, &text)
	return text, err == nil
}

// isResponse reports whether a message is the response to a request. The
// response to a line that is not JSON has a null id and answers no request.
func isResponse(text []byte) bool {
	var e envelope
	return json.Unmarshal(text, &e) == nil && isGiven(e.ID) && !isGiven(e.Method)
}

// idOf returns the id of a message of which only the beginning is available. It
// returns nil if the id is not in that part.
func idOf(beginning []byte) json.RawMessage {
	decoder := json.NewDecoder(bytes.NewReader(beginning))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil
	}
	for {
		key, err := decoder.Token()
		if err != nil {
			return nil
		}
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return nil
		}
		if key == "id" {
			return value
		}
	}
}

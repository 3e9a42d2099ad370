package server

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKeepAlivesFollowTheHeaders(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	w := &streamWriter{ResponseWriter: recorder, streams: &streams{}}
	w.writeKeepAlive()
	assert.Empty(t, recorder.Body.String(), "no comment before the headers")
	_, err := w.Write([]byte("event: endpoint\ndata: x\n\n"))
	assert.NoError(t, err)
	w.writeKeepAlive()
	assert.Equal(t, "event: endpoint\ndata: x\n\n: alive\n\n", recorder.Body.String())
}

func TestOnlyResponsesAnswerACall(t *testing.T) {
	t.Parallel()
	s := &streams{byID: map[string]*stream{"id": {pending: 2}}}
	w := &streamWriter{ResponseWriter: httptest.NewRecorder(), streams: s, id: "id"}
	for _, step := range []struct {
		name, event string
		pending     int
	}{
		{"endpoint", "event: endpoint\ndata: /message?sessionId=id\r\n\r\n", 2},
		{"notification", "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n", 2},
		{"result", "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n", 1},
		{"error", "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{}}\n\n", 0},
		{"one too many", "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}\n\n", 0},
	} {
		_, err := w.Write([]byte(step.event))
		assert.NoError(t, err, step.name)
		assert.Equal(t, step.pending, s.byID["id"].pending, step.name)
	}
}

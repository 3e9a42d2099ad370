package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// deadlineWriter is a connection that notes its deadline.
type deadlineWriter struct {
	*httptest.ResponseRecorder
	deadline time.Time
}

func (w *deadlineWriter) SetWriteDeadline(t time.Time) error {
	w.deadline = t
	return nil
}

// TestEachWriteHasADeadline: a reader who stops reading loses the connection
// instead of holding what is written to it.
func TestEachWriteHasADeadline(t *testing.T) {
	t.Parallel()
	w := &deadlineWriter{ResponseRecorder: httptest.NewRecorder()}
	patient(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/event-stream")
		for range 3 {
			w.deadline = time.Time{}
			_, err := rw.Write([]byte("event: message\n\n"))
			assert.NoError(t, err)
			assert.WithinDuration(t, time.Now().Add(writeTimeout), w.deadline, time.Second)
			w.deadline = time.Time{}
			rw.(http.Flusher).Flush()
			assert.WithinDuration(t, time.Now().Add(writeTimeout), w.deadline, time.Second)
		}
	})).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/sse", nil))
	assert.Equal(t, "no", w.Header().Get("X-Accel-Buffering"))
}

// TestCommentsKeepStreamsAlive: a comment is sent once a stream has begun, and
// never between the parts of an event.
func TestCommentsKeepStreamsAlive(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	w := &streamWriter{ResponseWriter: recorder, streams: &streams{}}
	w.comment()
	assert.Empty(t, recorder.Body.String(), "not before the headers")
	_, err := w.Write([]byte("event: endpoint\ndata: x\n\n"))
	assert.NoError(t, err)
	w.comment()
	assert.Equal(t, "event: endpoint\ndata: x\n\n: alive\n\n", recorder.Body.String())
}

package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// stdioQuestions sends a client requests for its user's answers, and finds the calls
// that wait for them. It implements mcp-go's ElicitationHandler.
type stdioQuestions struct {
	write func(line []byte)

	mu      sync.Mutex
	last    int
	waiting map[string]chan json.RawMessage // by id as it was written; nil once no more answers can come
}

func newStdioQuestions(write func(line []byte)) *stdioQuestions {
	return &stdioQuestions{write: write, waiting: map[string]chan json.RawMessage{}}
}

var errNoAnswer = errors.New("the client's input ended")

// Elicit asks the user a question and waits for the answer.
func (q *stdioQuestions) Elicit(ctx context.Context, question mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	id, answer, err := q.begin()
	if err != nil {
		return nil, err
	}
	defer q.end(id)
	if err := q.send(map[string]any{"id": json.RawMessage(id), "method": mcp.MethodElicitationCreate, "params": question.Params}); err != nil {
		return nil, err
	}
	select {
	case text, ok := <-answer:
		if !ok {
			return nil, errNoAnswer
		}
		var response struct {
			Result *mcp.ElicitationResult   `json:"result"`
			Error  *mcp.JSONRPCErrorDetails `json:"error"`
		}
		if err := json.Unmarshal(text, &response); err != nil {
			return nil, err
		}
		if response.Result == nil {
			return nil, errors.New("the client responded with an error")
		}
		return response.Result, nil
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), q.send(map[string]any{"method": mcp.MethodNotificationCancelled, "params": map[string]any{"requestId": json.RawMessage(id)}}))
	}
}

func (q *stdioQuestions) send(message map[string]any) error {
	message["jsonrpc"] = mcp.JSONRPC_VERSION
	line, err := json.Marshal(message)
	if err == nil {
		q.write(append(line, '\n'))
	}
	return err
}

func (q *stdioQuestions) begin() (id string, answer chan json.RawMessage, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting == nil {
		return "", nil, errNoAnswer
	}
	q.last++
	id, answer = fmt.Sprintf(`"question-%d"`, q.last), make(chan json.RawMessage, 1)
	q.waiting[id] = answer
	return id, answer, nil
}

func (q *stdioQuestions) end(id string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.waiting, id)
}

// answer passes a response on to the call that waits for it, if there is one.
func (q *stdioQuestions) answer(m message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if waiting := q.waiting[string(m.id)]; waiting != nil {
		delete(q.waiting, string(m.id)) // a second response is ignored
		waiting <- m.text
	}
}

// close ends all questions: the client cannot answer any more.
func (q *stdioQuestions) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, waiting := range q.waiting {
		close(waiting)
	}
	q.waiting = nil
}

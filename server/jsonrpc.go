package server

import (
	"bytes"
	"encoding/json"
)

// envelope holds the members that distinguish requests, responses and
// notifications.
type envelope struct {
	ID     any    `json:"id"`
	Method string `json:"method"`
}

// isRequest reports whether a message is a request, which needs a response.
func isRequest(message []byte) bool {
	var e envelope
	return json.Unmarshal(message, &e) == nil && e.ID != nil && e.Method != ""
}

// isResponse reports whether a message is the response to a request. The
// response to a line that is not JSON has a null id and answers no request.
func isResponse(message []byte) bool {
	var e envelope
	return json.Unmarshal(message, &e) == nil && e.ID != nil && e.Method == ""
}

// methodOf returns the method of a message, or "" if it has none.
func methodOf(message []byte) string {
	var e envelope
	_ = json.Unmarshal(message, &e) // a message that is not JSON has no method
	return e.Method
}

// idOf returns the id of a message of which only the beginning is available. It
// returns nil if the id is not in that part.
func idOf(beginning []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(beginning))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil
	}
	for {
		key, err := decoder.Token()
		if err != nil {
			return nil
		}
		var value any
		if decoder.Decode(&value) != nil {
			return nil
		}
		if key == "id" {
			return value
		}
	}
}

package gitcode

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// The types of package lenient accept every form in which GitCode writes a value,
// and drop any other.

type (
	// Text is a string.
	Text = lenient.Text
	// Int is an integer.
	Int = lenient.Int
	// Count is a number of things.
	Count = lenient.Count
	// Bool is a boolean.
	Bool = lenient.Bool
	// Time is a time.
	Time = lenient.Time
	// List is an array.
	List[T any] = lenient.List[T]
)

// unmarshal decodes a response. A body that contains GitCode's own error instead
// of an object is that error, whatever the status of the response.
func unmarshal(body []byte, v any) error {
	err := lenient.Decode(body, v)
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		if repaired := withoutTrailingCommas(body); len(repaired) < len(body) {
			body, err = repaired, lenient.Decode(repaired, v)
		}
	}
	if isError(body) {
		// GitCode responds 400 to failures of all kinds; the error_code says which.
		return responseError(http.StatusBadRequest, nil, body)
	}
	return err
}

// isError reports whether a body describes an error and no object.
func isError(body []byte) bool {
	if !bytes.HasPrefix(body, []byte("{")) || !bytes.Contains(body, []byte(`"error_`)) {
		return false
	}
	var wire struct {
		ID      Int  `json:"id"`
		Number  Int  `json:"number"`
		Code    Text `json:"error_code"`
		Message Text `json:"error_message"`
	}
	if lenient.Decode(body, &wire) != nil || wire.ID != 0 || wire.Number != 0 || wire.Code == "0" {
		return false
	}
	return wire.Code != "" || wire.Message != ""
}

// withoutTrailingCommas removes commas before a closing brace or bracket,
// outside of strings: one of the documented responses has one. It returns data
// itself if there are none.
func withoutTrailingCommas(data []byte) []byte {
	var repaired []byte
	copied, comma := 0, -1 // comma is the position of one that only white space follows
	inString, escaped := false, false
	for i, c := range data {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped, inString = c == '\\', c != '"'
		case c == ' ', c == '\t', c == '\r', c == '\n':
		case c == ',':
			comma = i
		default:
			if comma >= 0 && (c == '}' || c == ']') {
				if repaired == nil {
					repaired = make([]byte, 0, len(data))
				}
				repaired = append(repaired, data[copied:comma]...)
				copied = comma + 1
			}
			comma, inString = -1, c == '"'
		}
	}
	if copied == 0 {
		return data
	}
	return append(repaired, data[copied:]...)
}

// State is the state of an issue or a pull request. GitCode's older words (opened,
// close) become open and closed; others (merged, progressing, rejected) are kept.
type State string

// UnmarshalJSON accepts any of GitCode's words for a state.
func (s *State) UnmarshalJSON(data []byte) error {
	word := lenient.Scalar(data)
	switch word {
	case "opened", "reopen", "reopened":
		word = "open"
	case "close":
		word = "closed"
	}
	*s = State(word)
	return nil
}

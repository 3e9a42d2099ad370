package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// malformed says in plain words why the body of a successful response could not
// be used. isJSON is the forge's judgment, which may be more tolerant than
// encoding/json's.
func malformed(body []byte, isJSON, wantsList bool) string {
	if len(body) == 0 {
		return "the response is empty"
	}
	start := "; it starts with " + strconv.Quote(excerpt(string(body[:min(len(body), 10*maxDetail)]), maxDetail))
	if !isJSON {
		var raw json.RawMessage
		if err := json.NewDecoder(bytes.NewReader(body)).Decode(&raw); errors.Is(err, io.ErrUnexpectedEOF) {
			return "the response is cut off"
		}
		return "the response is not JSON" + start
	}
	want, got := "an object", kindOf(body)
	if wantsList {
		want = "a list"
	}
	if got != want {
		return fmt.Sprintf("the response is %s where %s was expected", got, want) + start
	}
	_, noun, _ := strings.Cut(want, " ")
	return "the response does not contain the requested " + noun + start
}

// kindOf returns the kind of a JSON value, with its article.
func kindOf(value []byte) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

package schema

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	reflector "github.com/invopop/jsonschema"
)

// coerce returns raw as the type the property wants where raw has exactly one
// meaning as that, else raw as it is, for the check to refuse.
func coerce(property *reflector.Schema, raw json.RawMessage) json.RawMessage {
	raw = bytes.TrimSpace(raw)
	var text string
	isText := json.Unmarshal(raw, &text) == nil
	switch property.Type {
	case "integer":
		if isText {
			digits := strings.TrimPrefix(strings.TrimSpace(text), "#")
			if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
				return strconv.AppendInt(nil, n, 10)
			}
			return raw
		}
		// 12.0 is an integer to JSON Schema and none to encoding/json.
		if f, err := strconv.ParseFloat(string(raw), 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return strconv.AppendInt(nil, int64(f), 10)
		}
	case "boolean":
		if word := strings.ToLower(strings.TrimSpace(text)); word == "true" || word == "false" {
			return json.RawMessage(word)
		}
	case "string":
		if isNumber(raw) {
			return append(append([]byte{'"'}, raw...), '"')
		}
	case "array":
		if isText {
			return listOf(text, raw)
		}
	}
	return raw
}

// listOf reads a list from a text that holds a JSON array or names between
// commas; raw, the text as it came, where it is neither.
func listOf(text string, raw json.RawMessage) json.RawMessage {
	text = strings.TrimSpace(text)
	if text == "" {
		return raw // nothing, or a list of nothing: two meanings
	}
	if strings.HasPrefix(text, "[") {
		var array []json.RawMessage
		if json.Unmarshal([]byte(text), &array) == nil {
			return json.RawMessage(text)
		}
	}
	names := strings.Split(text, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	list, err := json.Marshal(names)
	if err != nil {
		return raw
	}
	return list
}

func isNumber(raw []byte) bool {
	return len(raw) > 0 && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9')
}

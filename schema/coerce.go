package schema

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	reflector "github.com/invopop/jsonschema"
)

// coerce converts raw to the type of the property if raw has exactly one meaning
// as such. Otherwise it returns raw unchanged, and validation rejects it.
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
		// 12.0 is an integer for JSON Schema, but not for encoding/json.
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
			return parseList(text, raw)
		}
	}
	return raw
}

// parseList returns the list in a text that contains a JSON array or
// comma-separated names. It returns raw, the original, for a text with neither.
func parseList(text string, raw json.RawMessage) json.RawMessage {
	text = strings.TrimSpace(text)
	if text == "" {
		return raw // ambiguous: absent or an empty list
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

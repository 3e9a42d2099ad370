package schema

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"slices"
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
	case "number":
		if !isText {
			text = string(raw)
		}
		if text = strings.TrimSpace(text); isNumber([]byte(text)) && json.Valid([]byte(text)) {
			// Validation computes exactly, so it must not see an exponent of any size.
			f, _ := strconv.ParseFloat(text, 64)
			return strconv.AppendFloat(nil, min(max(f, -math.MaxFloat64), math.MaxFloat64), 'f', -1, 64)
		}
	case "boolean":
		if word := strings.ToLower(strings.TrimSpace(text)); word == "true" || word == "false" {
			return json.RawMessage(word)
		}
	case "string":
		if isNumber(raw) {
			return append(append([]byte{'"'}, raw...), '"')
		}
		if property.Format == "date-time" {
			if m := minutes.FindSubmatch(raw); m != nil {
				return slices.Concat(m[1], []byte(":00"), m[2])
			}
		}
	case "array":
		if isText {
			return parseList(text, raw)
		}
	}
	return raw
}

// minutes matches a time without seconds, as rows of lists show it.
var minutes = regexp.MustCompile(`^("\d{4}-\d\d-\d\dT\d\d:\d\d)((?:Z|[+-]\d\d:\d\d)")$`)

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

// maxValues is the maximum number of values in the arguments of a call.
const maxValues = 1000

// hasTooMany reports whether a JSON text has more than maxValues values. It
// allocates nothing: decoding such a text could take a hundred times its size.
func hasTooMany(text []byte) bool {
	values, inString, escaped := 0, false, false
	for _, c := range text {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped, inString = c == '\\', c != '"'
		case c == '"':
			inString = true
		case c == ',', c == '[', c == '{':
			values++
		}
	}
	return values > maxValues
}

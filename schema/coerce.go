package schema

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	reflector "github.com/invopop/jsonschema"
)

// maxValues is the maximum number of values in the arguments of a call. It
// leaves room for a change of 200 issues with twenty labels each.
const maxValues = 10_000

// coercer converts arguments to the types of a schema. It counts the values it
// has met, because a text can contain a list of them.
type coercer struct{ values int }

// errTooMany is the error for arguments with more than maxValues values.
var errTooMany = fmt.Errorf("the arguments contain more than %d values", maxValues)

// coerce converts raw to the type of the property if raw has exactly one meaning
// as such. Otherwise it returns raw unchanged, and validation rejects it.
func (c *coercer) coerce(property *reflector.Schema, raw json.RawMessage) (json.RawMessage, error) {
	raw = bytes.TrimSpace(raw)
	text, isText := textOf(raw)
	trimmed := strings.TrimSpace(text)
	switch property.Type {
	case "integer":
		if isText {
			if n, err := strconv.ParseInt(strings.TrimPrefix(trimmed, "#"), 10, 64); err == nil {
				return strconv.AppendInt(nil, n, 10), nil
			}
			return raw, nil
		}
		// 12.0 is an integer for JSON Schema, but not for encoding/json.
		if f, err := strconv.ParseFloat(string(raw), 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return strconv.AppendInt(nil, int64(f), 10), nil
		}
	case "number":
		if !isText {
			trimmed = string(raw)
		}
		if isNumber([]byte(trimmed)) && json.Valid([]byte(trimmed)) {
			// Validation computes exactly, so it must not see an exponent of any size.
			f, _ := strconv.ParseFloat(trimmed, 64)
			return strconv.AppendFloat(nil, min(max(f, -math.MaxFloat64), math.MaxFloat64), 'f', -1, 64), nil
		}
	case "boolean":
		if word := strings.ToLower(trimmed); word == "true" || word == "false" {
			return json.RawMessage(word), nil
		}
	case "string":
		if isNumber(raw) {
			return append(append([]byte{'"'}, raw...), '"'), nil
		}
		if isText {
			return coerceText(property, trimmed, raw), nil
		}
	case "array":
		return c.coerceArray(property.Items, raw)
	case "object":
		return c.coerceObject(property, raw)
	}
	return raw, nil
}

// states are other words for states, with their usual ones.
var states = map[string]string{"opened": "open", "reopen": "open", "reopened": "open", "close": "closed"}

// coerceText returns the word of an enum in the form of the enum, that of a state
// also if another word for it is given, and a time without seconds or a date as a
// complete time. It returns raw, the original, for any other text.
func coerceText(property *reflector.Schema, text string, raw json.RawMessage) json.RawMessage {
	for _, meant := range []string{text, cmp.Or(states[strings.ToLower(text)], text)} {
		for _, word := range property.Enum {
			if word, ok := word.(string); ok && strings.EqualFold(word, meant) {
				return quoted(word)
			}
		}
	}
	if property.Format == "date-time" {
		if _, err := time.Parse(time.DateOnly, text); err == nil {
			return quoted(text + "T00:00:00+08:00")
		}
		if m := minutes().FindStringSubmatch(text); m != nil {
			return quoted(m[1] + ":00" + m[2])
		}
	}
	return raw
}

// minutes matches a time without seconds, as rows of lists show it.
var minutes = compiled(`^(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z|[+-]\d\d:\d\d)$`)

// coerceArray coerces the elements of an array. A text can contain the array, or
// its elements separated by commas, and a single element can replace it.
func (c *coercer) coerceArray(items *reflector.Schema, raw json.RawMessage) (json.RawMessage, error) {
	raw, err := c.unquote(raw)
	if err != nil {
		return nil, err
	}
	var elements []json.RawMessage
	text, isText := textOf(raw)
	switch {
	case bytes.HasPrefix(raw, []byte("[")) && json.Unmarshal(raw, &elements) == nil:
	case items.Type == "object":
		if !bytes.HasPrefix(raw, []byte("{")) {
			return raw, nil
		}
		elements = []json.RawMessage{raw}
	case isNumber(raw):
		elements = []json.RawMessage{raw}
	case isText && strings.TrimSpace(text) != "": // "" could be absent or an empty list
		if c.values += strings.Count(text, ","); c.values > maxValues {
			return nil, errTooMany
		}
		for element := range strings.SplitSeq(text, ",") {
			elements = append(elements, quoted(strings.TrimSpace(element)))
		}
	}
	if elements == nil {
		return raw, nil
	}
	for i, element := range elements {
		if elements[i], err = c.coerce(items, element); err != nil {
			return nil, err
		}
	}
	return json.Marshal(elements)
}

// coerceObject coerces the members of an object, and removes those that are
// null. A text can contain the object.
func (c *coercer) coerceObject(object *reflector.Schema, raw json.RawMessage) (json.RawMessage, error) {
	raw, err := c.unquote(raw)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil || members == nil {
		return raw, nil
	}
	for name, value := range members {
		if bytes.Equal(value, []byte("null")) {
			delete(members, name)
			continue
		}
		if property, ok := object.Properties.Get(name); ok {
			if members[name], err = c.coerce(property, value); err != nil {
				return nil, err
			}
		}
	}
	return json.Marshal(members)
}

// unquote returns the array or object that a text contains, and otherwise raw.
func (c *coercer) unquote(raw json.RawMessage) (json.RawMessage, error) {
	text, ok := textOf(raw)
	if !ok {
		return raw, nil
	}
	inner := bytes.TrimSpace([]byte(text))
	if len(inner) == 0 || inner[0] != '[' && inner[0] != '{' || !json.Valid(inner) {
		return raw, nil
	}
	return inner, c.count(inner)
}

// textOf returns the string that a JSON value is. Letting encoding/json find out
// that it is none takes longer than all the rest: its errors name the types.
func textOf(raw json.RawMessage) (text string, ok bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

func quoted(text string) json.RawMessage {
	raw, _ := json.Marshal(text) // cannot fail
	return raw
}

func isNumber(raw []byte) bool {
	return len(raw) > 0 && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9')
}

// count adds the values of a JSON text.
func (c *coercer) count(text []byte) error {
	if c.values += countValues(text); c.values > maxValues {
		return errTooMany
	}
	return nil
}

// TooMany reports whether a JSON text has more values than Decode accepts.
func TooMany(text []byte) bool { return countValues(text) > maxValues }

// countValues returns the number of values in a JSON text. It allocates nothing:
// decoding a text of too many values could take a hundred times its size.
func countValues(text []byte) (values int) {
	inString, escaped := false, false
	for _, b := range text {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped, inString = b == '\\', b != '"'
		case b == '"':
			inString = true
		case b == ',', b == '[', b == '{':
			values++
		}
	}
	return values
}

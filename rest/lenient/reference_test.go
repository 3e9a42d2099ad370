package lenient

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// The methods in this file let encoding/json decode the types of this package,
// slowly: it is what Decode is compared with.

// Reference is Decode with encoding/json.
func Reference(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return nil // the other members are decoded
	}
	return err
}

func (t *Text) UnmarshalJSON(data []byte) error {
	*t = Text(scalar(data))
	return nil
}

func (n *Int) UnmarshalJSON(data []byte) error {
	s := strings.TrimSpace(scalar(data))
	*n = 0
	if v, err := strconv.ParseInt(s, 10, 64); err == nil {
		*n = Int(v)
		return nil
	}
	const exact = 1 << 53
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == math.Trunc(f) && math.Abs(f) <= exact {
		*n = Int(f)
	}
	return nil
}

func (c *Count) UnmarshalJSON(data []byte) error {
	c.Value = nil
	var n Int
	if s := strings.TrimSpace(scalar(data)); s == "" || n.UnmarshalJSON(data) != nil || n == 0 && s != "0" || n < 0 {
		return nil
	}
	c.Value = new(int(n))
	return nil
}

func (b *Bool) UnmarshalJSON(data []byte) error {
	b.Value = nil
	switch strings.Trim(string(data), `"`) {
	case "true", "1":
		b.Value = new(true)
	case "false", "0":
		b.Value = new(false)
	}
	return nil
}

func (t *Time) UnmarshalJSON(data []byte) error {
	s := scalar(data)
	t.Time = time.Time{}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999Z0700", time.DateTime, time.DateOnly} {
		if v, err := time.Parse(layout, s); err == nil {
			t.Time = v
			break
		}
	}
	return nil
}

func scalar(data []byte) (text string) {
	switch c := data[0]; {
	case c == '"':
		_ = json.Unmarshal(data, &text)
	case c == '-', c >= '0' && c <= '9':
		text = string(data)
	}
	return text
}

func (l *List[T]) UnmarshalJSON(data []byte) error {
	*l = nil
	var elements []json.RawMessage
	if json.Unmarshal(data, &elements) != nil {
		elements = []json.RawMessage{data}
	}
	for i, element := range elements {
		if i < MaxList {
			*l = appendObject(*l, element)
		}
	}
	return nil
}

func appendObject[T any](list List[T], data []byte) List[T] {
	var v T
	if data[0] != '{' || IsEmpty(data) || Reference(data, &v) != nil {
		return list
	}
	return append(list, v)
}

func (r *PageRows[T]) UnmarshalJSON(data []byte) error {
	return unmarshalRows(data, &r.Items, &r.Tally, MaxPage)
}

func (r *AllRows[T]) UnmarshalJSON(data []byte) error {
	return unmarshalRows(data, &r.Items, &r.Tally, MaxList)
}

func unmarshalRows[T Row](data []byte, items *List[T], tally *Tally, limit int) error {
	*items, *tally = nil, Tally{}
	if IsEmpty(data) {
		return nil
	}
	var elements []json.RawMessage
	if data = bytes.TrimSpace(data); data[0] != '[' || json.Unmarshal(data, &elements) != nil {
		return errors.New("the response is not a list")
	}
	for i, element := range elements {
		if i >= limit {
			break
		}
		if all := appendObject(*items, element); len(all) > len(*items) && !all[len(*items)].IsEmpty() {
			*items, tally.At = all, append(tally.At, i)
		}
	}
	tally.Unreadable = len(elements) - len(*items)
	return nil
}

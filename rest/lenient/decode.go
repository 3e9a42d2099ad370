package lenient

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
)

// Decode decodes JSON into what v points to, which should be zero, and drops members
// in an unexpected form. If data is not JSON, it resets *v and returns the error of
// encoding/json. It copies strings, so that they do not keep data in memory.
func Decode(data []byte, v any) error {
	d := decoder{scanner: scanner{data: data}}
	target := reflect.ValueOf(v).Elem()
	d.decode(planOf(target.Type()), target)
	if d.peek(); d.failed || d.pos < len(d.data) {
		Reset(v)
		return json.Unmarshal(data, new(json.RawMessage))
	}
	return d.err
}

// Reset sets what v points to to zero, except for the Omit of rows.
func Reset(v any) {
	target := reflect.ValueOf(v).Elem()
	planOf(target.Type()).reset(target)
}

// A decoder decodes the values that its scanner reads.
type decoder struct {
	scanner
	err     error
	scratch []byte
	omit    []string // keys of fields to leave out of the objects at omitAt
	omitAt  int      // depth
}

// decode reads a value into v, whatever it is.
func (d *decoder) decode(p *plan, v reflect.Value) {
	switch c := d.peek(); p.form {
	case text:
		v.SetString(string(d.content()))
	case integer:
		v.SetInt(0)
		if n := parseInt(d.content()); !v.OverflowInt(n) {
			v.SetInt(n)
		}
	case count:
		v.Addr().Interface().(*Count).Value = parseCount(d.content())
	case boolean:
		v.Addr().Interface().(*Bool).Value = parseBool(d.raw())
	case timestamp:
		v.Addr().Interface().(*Time).Time = parseTime(d.content())
	case object:
		if c != '{' {
			d.skip()
			return
		}
		d.object(p, v)
	case pointer:
		if c != '{' {
			v.SetZero()
			d.skip()
			return
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.decode(p.elem, v.Elem())
	case list:
		v.SetZero()
		switch c {
		case '[':
			d.list(p, v, nil)
		case '{':
			d.element(p, v)
		default:
			d.skip()
		}
		if v.Len() == 0 {
			v.SetZero()
		}
	case rows:
		p.reset(v)
		if c == '[' {
			if v.NumField() > 2 {
				d.omit, d.omitAt = *v.Field(2).Addr().Interface().(*[]string), d.depth+2
			}
			d.list(p, v.Field(0), v.Field(1).Addr().Interface().(*Tally))
			if v.Field(0).Len() == 0 {
				v.Field(0).SetZero()
			}
		} else if !IsEmpty(d.raw()) {
			d.err = errors.New("the response is not a list")
		}
	default:
		d.other(v.Addr().Interface())
	}
}

// object reads an object into a struct.
func (d *decoder) object(p *plan, v reflect.Value) {
	d.open()
	for isFirst := true; d.more(isFirst, '}'); isFirst = false {
		key := d.key()
		if !d.isPlain {
			d.scratch = appendText(d.scratch[:0], key)
			key = d.scratch
		}
		f := p.field(key)
		switch {
		case f == nil, d.depth == d.omitAt && slices.Contains(d.omit, f.name):
			d.skip()
		case len(f.index) == 1:
			d.decode(f.plan, v.Field(f.index[0]))
		default:
			d.decode(f.plan, v.FieldByIndex(f.index))
		}
	}
}

// list appends the elements of an array to v. With a tally they must have an identity.
func (d *decoder) list(p *plan, v reflect.Value, tally *Tally) {
	d.open()
	n := 0
	for ; d.more(n == 0, ']'); n++ {
		if n >= p.limit || d.peek() != '{' {
			d.skip()
			continue
		}
		if slot := d.element(p, v); !slot.IsValid() || tally == nil {
			continue
		} else if slot.Addr().Interface().(Row).IsEmpty() {
			slot.SetZero()
			v.SetLen(v.Len() - 1)
		} else {
			tally.At = append(tally.At, n)
		}
	}
	if tally != nil {
		tally.Unreadable = n - v.Len()
	}
}

// element reads an object, appends it to v, and returns it. It does not append an
// empty one. What was removed from the end of v is used again.
func (d *decoder) element(p *plan, v reflect.Value) reflect.Value {
	n := v.Len()
	v.Grow(1)
	v.SetLen(n + 1)
	slot, start := v.Index(n), d.pos
	d.decode(p.elem, slot)
	if slot.Kind() == reflect.Pointer {
		slot = slot.Elem()
	}
	if d.failed || IsEmpty(d.data[start:d.pos]) {
		slot.SetZero()
		v.SetLen(n)
		return reflect.Value{}
	}
	return slot
}

// other reads a value into what encoding/json can decode.
func (d *decoder) other(v any) {
	data := d.raw()
	if d.failed {
		return
	}
	var err error
	if u, ok := v.(json.Unmarshaler); ok {
		err = u.UnmarshalJSON(data)
	} else {
		err = json.Unmarshal(data, v)
	}
	if _, dropped := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !dropped && d.err == nil {
		d.err = err
	}
}

// content reads a value and returns the text of a string, or of a number as
// written. Anything else has none. The text is valid until the next call.
func (d *decoder) content() []byte {
	data := d.raw()
	switch c := First(data); {
	case c == '"' && d.isPlain:
		return data[1 : len(data)-1]
	case c == '"':
		d.scratch = appendText(d.scratch[:0], data[1:len(data)-1])
		return d.scratch
	case c == '-', isDigit(c):
		return data
	}
	return nil
}

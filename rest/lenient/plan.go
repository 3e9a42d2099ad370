package lenient

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// plan says how values of a type are decoded.
type plan struct {
	form   form
	elem   *plan // of a pointer, a list or rows
	limit  int   // elements that a list or rows keep
	fields []field
	byName map[string]*field // the fields
	folds  bool              // a name of a field contains more than lower-case letters
}

// form is a kind of plan.
type form int

const (
	other form = iota // what has an UnmarshalJSON method, or encoding/json decodes
	text
	integer
	count
	boolean
	timestamp
	object
	pointer // to an object
	list    // of objects or pointers to them
	rows
)

// field is a member of an object.
type field struct {
	name  string
	index []int // for reflect.Value.FieldByIndex
	plan  *plan
}

var plans sync.Map // of reflect.Type to *plan

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p, _ := plans.LoadOrStore(t, newPlan(t, map[reflect.Type]*plan{}))
	return p.(*plan)
}

var (
	forms = map[reflect.Type]form{
		reflect.TypeFor[Count](): count, reflect.TypeFor[Bool](): boolean, reflect.TypeFor[Time](): timestamp,
	}
	tally       = reflect.TypeFor[Tally]()
	unmarshaler = reflect.TypeFor[json.Unmarshaler]()
)

// newPlan makes a plan. The types of known have one already, or are about to get it.
func newPlan(t reflect.Type, known map[reflect.Type]*plan) *plan {
	if p := known[t]; p != nil {
		return p
	}
	p := &plan{form: forms[t]}
	known[t] = p
	if p.form != other || t.PkgPath() != tally.PkgPath() && reflect.PointerTo(t).Implements(unmarshaler) {
		return p
	}
	switch kind := t.Kind(); {
	case kind == reflect.String:
		p.form = text
	case kind >= reflect.Int && kind <= reflect.Int64:
		p.form = integer
	case kind == reflect.Pointer && t.Elem().Kind() == reflect.Struct:
		p.form, p.elem = pointer, newPlan(t.Elem(), known)
	case kind == reflect.Slice:
		if elem := newPlan(t.Elem(), known); isObject(t.Elem()) {
			p.form, p.elem, p.limit = list, elem, MaxList
		}
	case kind == reflect.Struct && t.NumField() > 1 && t.Field(1).Type == tally:
		p.form, p.elem = rows, newPlan(t.Field(0).Type.Elem(), known)
		p.limit, _ = strconv.Atoi(t.Field(1).Tag.Get("limit"))
	case kind == reflect.Struct:
		p.form, p.byName = object, map[string]*field{}
		p.addFields(t, nil, known)
		for i, f := range p.fields {
			p.folds = p.folds || !isLower([]byte(f.name))
			p.byName[f.name] = &p.fields[i]
		}
	}
	return p
}

// reset sets v to zero, but for what rows omit.
func (p *plan) reset(v reflect.Value) {
	if p.form != rows {
		v.SetZero()
		return
	}
	v.Field(0).SetZero()
	v.Field(1).SetZero()
}

// isObject reports whether a type is a struct or a pointer to one.
func isObject(t reflect.Type) bool {
	return t.Kind() == reflect.Struct || t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct
}

// addFields adds the fields of a struct, and then those of the structs embedded in
// it whose names are new. Unlike encoding/json it takes the first of two at the same
// depth, and an embedded pointer for a field.
func (p *plan) addFields(t reflect.Type, index []int, known map[reflect.Type]*plan) {
	var embedded []reflect.StructField
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, _, _ := strings.Cut(tag, ",")
		switch {
		case tag == "-":
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			embedded = append(embedded, f)
		case f.IsExported():
			if name == "" {
				name = f.Name
			}
			if p.byName[name] == nil {
				at := append(slices.Clip(index), i)
				p.fields = append(p.fields, field{name, at, newPlan(f.Type, known)})
				p.byName[name] = &field{}
			}
		}
	}
	for _, f := range embedded {
		p.addFields(f.Type, append(slices.Clip(index), f.Index...), known)
	}
}

// field returns the field of a key. Like encoding/json it prefers one with exactly
// this name to the first one that differs only in case.
func (p *plan) field(key []byte) *field {
	if f := p.byName[string(key)]; f != nil || !p.folds && isLower(key) {
		return f
	}
	for i := range p.fields {
		if bytes.EqualFold(key, []byte(p.fields[i].name)) {
			return &p.fields[i]
		}
	}
	return nil
}

// isLower reports whether a name contains only ASCII and no capital letters.
func isLower(name []byte) bool {
	for _, c := range name {
		if c >= 'A' && c <= 'Z' || c >= 0x80 {
			return false
		}
	}
	return true
}

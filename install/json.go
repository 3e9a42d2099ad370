package install

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tailscale/hujson"
)

// document is a JSON file that is being edited. What is added to it follows its
// indentation and its line ends.
type document struct {
	root    hujson.Value
	newline string
	unit    string // indentation of one level
	added   string // to the end of the file, so that it can be parsed
}

// parseJSON parses a file. An empty one counts as an empty object.
func parseJSON(text string) (*document, *hujson.Object, error) {
	d := &document{newline: "\n", unit: "  "}
	if strings.TrimSpace(text) == "" {
		text = "{}\n"
	}
	if strings.Contains(text, "\r\n") {
		d.newline = "\r\n"
	}
	root, err := hujson.Parse([]byte(text))
	if err != nil {
		// The parser requires a line break behind a comment at the end of the file.
		if withBreak, again := hujson.Parse([]byte(text + "\n")); again == nil {
			root, err, d.added = withBreak, nil, "\n"
		}
	}
	if err != nil {
		return nil, nil, errors.New(strings.TrimPrefix(err.Error(), "hujson: "))
	}
	d.root = root
	object, ok := d.root.Value.(*hujson.Object)
	if !ok {
		return nil, nil, errors.New("it contains no object")
	}
	if len(object.Members) > 0 {
		if unit := d.indentation(object, ""); unit != "" {
			d.unit = unit
		}
	}
	return d, object, nil
}

func (d *document) String() string {
	return strings.TrimSuffix(string(d.root.Pack()), d.added)
}

// installJSON adds the entry of a server to a configuration, or updates it.
func (c *Client) installJSON(text string, s *Server) (string, error) {
	d, root, err := parseJSON(text)
	if err != nil {
		return "", err
	}
	if c.inputs {
		if err := d.addInputs(root, s.Secrets, c); err != nil {
			return "", err
		}
	}
	servers, err := d.object(root, c.section, "")
	if err != nil {
		return "", err
	}
	indent := d.indentation(root, "")
	entry, err := d.object(servers, s.Name, indent)
	if err != nil {
		return "", err
	}
	inner := d.indentation(servers, indent)
	members := c.describe(c, s)
	for _, name := range obsolete(s) {
		if !slices.ContainsFunc(members, func(m member) bool { return m.name == name }) {
			remove(entry, name)
		}
	}
	for _, name := range []string{"env", "environment", "headers"} {
		if object, ok := find(entry, name).(*hujson.Object); ok {
			for _, owned := range s.Owned {
				if !slices.ContainsFunc(members, func(m member) bool { return m.name == name && has(m.value, owned) }) {
					remove(object, owned)
				}
			}
			if len(object.Members) == 0 && len(object.AfterExtra) == 0 {
				remove(entry, name)
			}
		}
	}
	return d.finish(d.set(entry, members, inner))
}

// uninstallJSON removes the entry of a server from a configuration, and the inputs
// that nothing else uses.
func (c *Client) uninstallJSON(text string, s *Server) (string, error) {
	d, root, err := parseJSON(text)
	if err != nil {
		return "", err
	}
	servers, ok := find(root, c.section).(*hujson.Object)
	if !ok || find(servers, s.Name) == nil {
		return text, nil
	}
	remove(servers, s.Name)
	if inputs, ok := find(root, "inputs").(*hujson.Array); c.inputs && ok {
		for _, owned := range s.Owned {
			id := inputID(Secret{Variable: owned})
			if !strings.Contains(d.String(), fmt.Sprintf(c.refer, id)) {
				removeInput(inputs, id)
			}
		}
		if len(inputs.Elements) == 0 && len(inputs.AfterExtra) == 0 {
			remove(root, "inputs")
		}
	}
	return d.finish(nil)
}

func (d *document) finish(err error) (string, error) {
	if err != nil {
		return "", err
	}
	text := d.String()
	if _, _, err := parseJSON(text); err != nil {
		return "", fmt.Errorf("edit it: %w", err) // a bug of this package must not break the file
	}
	return text, nil
}

// addInputs adds the inputs that ask for secrets.
func (d *document) addInputs(root *hujson.Object, secrets []Secret, c *Client) error {
	for _, secret := range secrets {
		if secret.Plain != "" {
			continue
		}
		if find(root, "inputs") == nil {
			d.insert(root, 0, "inputs", &hujson.Array{}, "")
		}
		inputs, ok := find(root, "inputs").(*hujson.Array)
		if !ok {
			return errors.New("inputs is not an array")
		}
		id := inputID(secret)
		if slices.ContainsFunc(inputs.Elements, func(v hujson.Value) bool { return hasID(v, id) }) {
			continue
		}
		outer := d.indentation(root, "")
		input := []member{{"type", "promptString"}, {"id", id}, {"description", secret.Title}, {"password", true}}
		d.appendElement(inputs, d.value(input, outer+d.unit), outer)
	}
	return nil
}

// hasID reports whether a value is an object with this id.
func hasID(v hujson.Value, id string) bool {
	object, ok := v.Value.(*hujson.Object)
	if !ok {
		return false
	}
	literal, ok := find(object, "id").(hujson.Literal)
	return ok && literal.String() == id
}

// object returns the object that is a member of another one, which is created if it
// is missing. The indentation is that of the line in which the other one starts.
func (d *document) object(parent *hujson.Object, name, indent string) (*hujson.Object, error) {
	value := find(parent, name)
	if value == nil {
		object := &hujson.Object{}
		d.insert(parent, len(parent.Members), name, object, indent)
		return object, nil
	}
	object, ok := value.(*hujson.Object)
	if !ok {
		return nil, fmt.Errorf("%s is not an object", name)
	}
	return object, nil
}

// set sets members of an object, and those of objects within it. Values that are
// already as they should be keep their formatting.
func (d *document) set(object *hujson.Object, members []member, indent string) error {
	for _, m := range members {
		old := find(object, m.name)
		if inner, ok := m.value.([]member); ok && old != nil {
			target, err := d.object(object, m.name, indent)
			if err != nil {
				return err
			}
			if err := d.set(target, inner, d.indentation(object, indent)); err != nil {
				return err
			}
			continue
		}
		value := d.value(m.value, d.indentation(object, indent))
		switch {
		case old == nil:
			d.insert(object, len(object.Members), m.name, value, indent)
		case !same(old, value):
			object.Members[index(object, m.name)].Value.Value = value
		}
	}
	return nil
}

// value returns a value of a member as JSON. Objects take a line for each member,
// lists only one. The indentation is that of the line in which the value starts.
func (d *document) value(value any, indent string) hujson.ValueTrimmed {
	switch value := value.(type) {
	case bool:
		return hujson.Bool(value)
	case string:
		return hujson.String(value)
	case []string:
		array := &hujson.Array{}
		for i, element := range value {
			v := hujson.Value{Value: hujson.String(element)}
			if i > 0 {
				v.BeforeExtra = hujson.Extra(" ")
			}
			array.Elements = append(array.Elements, v)
		}
		return array
	case []member:
		object := &hujson.Object{}
		for _, m := range value {
			d.insert(object, len(object.Members), m.name, d.value(m.value, indent+d.unit), indent)
		}
		return object
	}
	panic(fmt.Sprintf("a member of type %T", value))
}

// has reports whether a value is an object with a member of this name.
func has(value any, name string) bool {
	members, _ := value.([]member)
	return slices.ContainsFunc(members, func(m member) bool { return m.name == name })
}

// same reports whether two values are the same but for their formatting.
func same(a, b hujson.ValueTrimmed) bool {
	return bytes.Equal(minimal(a), minimal(b))
}

func minimal(v hujson.ValueTrimmed) []byte {
	copied := hujson.Value{Value: v}.Clone()
	copied.Minimize()
	for v := range copied.All() {
		if literal, ok := v.Value.(hujson.Literal); ok && literal.Kind() == '"' {
			v.Value = hujson.String(literal.String()) // with the usual escapes
		}
	}
	return copied.Pack()
}

// index returns the index of a member, or -1. Of several members with the same
// name it takes the last one, as parsers of JSON do.
func index(object *hujson.Object, name string) int {
	for i, m := range slices.Backward(object.Members) {
		if literal, ok := m.Name.Value.(hujson.Literal); ok && literal.String() == name {
			return i
		}
	}
	return -1
}

// find returns the value of a member, or nil.
func find(object *hujson.Object, name string) hujson.ValueTrimmed {
	if i := index(object, name); i >= 0 {
		return object.Members[i].Value.Value
	}
	return nil
}

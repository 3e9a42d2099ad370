package tools

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// Unlisting returns the tool without some optional arguments in its published
// schema, which a model pays for on every call. The tool accepts and checks them
// all the same, so its description must say where a model finds them. The first use of
// the schema panics if the tool has no such argument.
//
//go:noinline
func (t Tool) Unlisting(names ...string) Tool {
	whole := t.Input
	t.Input = sync.OnceValue(func() json.RawMessage {
		root := membersOf(whole())
		i := slices.IndexFunc(root, func(m member) bool { return m.name == "properties" })
		properties := membersOf(root[i].value)
		listed := slices.DeleteFunc(slices.Clone(properties), func(m member) bool { return slices.Contains(names, m.name) })
		if len(properties)-len(listed) != len(names) {
			panic(fmt.Sprintf("tools: %s lacks some of the arguments %q", t.Name, names))
		}
		root[i].value = objectOf(listed)
		return objectOf(root)
	})
	return t
}

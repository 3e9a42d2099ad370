package toolstest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// property is the part of a JSON Schema that this project uses.
type property struct {
	Type        string     `json:"type"`
	Description string     `json:"description"`
	Enum        []string   `json:"enum"`
	Maximum     *int       `json:"maximum"`
	Items       *property  `json:"items"`
	Properties  properties `json:"properties"`
	Required    []string   `json:"required"`
}

// properties keeps the order of the schema.
type properties []struct {
	name string
	property
}

func (p *properties) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		var value property
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		*p = append(*p, struct {
			name string
			property
		}{name.(string), value})
	}
	return nil
}

// describe returns a tool as the golden files show it: its description, then a
// line for each argument and for each member of the result.
func describe(t *testing.T, tool tools.Tool) string {
	t.Helper()
	var input, output property
	require.NoError(t, json.Unmarshal(tool.Input(), &input))
	require.NoError(t, json.Unmarshal(tool.Output(), &output))
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s\n", tool.Name, tool.Effect, tool.Description)
	writeMembers(&b, input, "")
	b.WriteString("returns\n")
	writeMembers(&b, output, "")
	return b.String()
}

func writeMembers(b *strings.Builder, p property, path string) {
	for _, member := range p.Properties {
		name := path + member.name
		if slices.Contains(p.Required, member.name) {
			name += "*"
		}
		fmt.Fprintf(b, "  %s %s: %s\n", name, member.kind(), member.Description)
		writeMembers(b, member.property, path+member.name+".")
		if member.Items != nil {
			writeMembers(b, *member.Items, path+member.name+"[].")
		}
	}
}

// kind returns the type and its bounds.
func (p property) kind() string {
	kind := p.Type
	if p.Items != nil {
		kind += " of " + p.Items.kind()
	}
	if len(p.Enum) > 0 {
		kind += " " + strings.Join(p.Enum, "|")
	}
	if p.Maximum != nil {
		kind += fmt.Sprintf(" maximum=%d", *p.Maximum)
	}
	return kind
}

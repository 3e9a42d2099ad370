package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

// TestServerJSON checks the description of the server for the MCP registry.
func TestServerJSON(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("server.json")
	require.NoError(t, err)
	var s struct {
		Schema        string `json:"$schema"`
		Name, Version string
		WebsiteURL    string
		Packages      []struct {
			RegistryType, Identifier string
			EnvironmentVariables     []struct {
				Name     string
				IsSecret bool
			}
		}
	}
	require.NoError(t, json.Unmarshal(content, &s))
	compiler := validator.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile("testdata/schemas/server-2025-12-11.json")
	require.NoError(t, err)
	published, err := os.ReadFile("testdata/schemas/server-2025-12-11.json")
	require.NoError(t, err)
	assert.Contains(t, string(published), `"$id": "`+s.Schema+`"`)
	document, err := validator.UnmarshalJSON(strings.NewReader(string(content)))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(document))

	assert.Equal(t, server.RegistryName, s.Name)
	assert.Equal(t, server.Website, s.WebsiteURL)
	dockerfile, err := os.ReadFile("deploy/Dockerfile")
	require.NoError(t, err)
	assert.Contains(t, string(dockerfile), `io.modelcontextprotocol.server.name="`+s.Name+`"`, "the registry compares them")
	known := map[string]bool{}
	settingsOf(t).flags.VisitAll(func(f *pflag.Flag) {
		for _, name := range f.Annotations[variableKey] {
			known[name] = true
		}
	})
	var types []string
	for _, p := range s.Packages {
		types = append(types, p.RegistryType)
		assert.Contains(t, p.Identifier, s.Version)
		for _, v := range p.EnvironmentVariables {
			isToken := strings.HasSuffix(v.Name, "_TOKEN")
			assert.True(t, isToken && known[v.Name+"_FILE"] || known[v.Name], "the program does not read %s", v.Name)
			assert.Equal(t, isToken, v.IsSecret, v.Name)
		}
	}
	assert.Equal(t, []string{"oci", "mcpb"}, types)
}

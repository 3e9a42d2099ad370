package install

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tailscale/hujson"
)

// testServer returns a local server whose token is a secret.
func testServer(args ...string) *Server {
	return &Server{
		Name: "gitcode", Command: "/opt/gitcode-mcp", Args: append([]string{"stdio"}, args...),
		Secrets: []Secret{{Variable: "GITCODE_TOKEN", Title: "GitCode access token", Header: "X-GitCode-Token"}},
		Owned:   []string{"GITCODE_TOKEN", "X-GitCode-Token", "GITHUB_TOKEN", "X-GitHub-Token", "GITCODE_MCP_SECRET", "Authorization"},
	}
}

// remoteServer returns a remote server with a secret, and another of each user.
func remoteServer() *Server {
	s := testServer()
	s.URL = "https://mcp.example.com/mcp"
	s.Secrets = append(s.Secrets, Secret{Variable: "GITCODE_MCP_SECRET", Title: "Secret of the server", Header: "Authorization", Prefix: "Bearer "})
	s.Headers = []Header{{"X-MCP-Readonly", "true"}}
	return s
}

func TestInstallJSON(t *testing.T) {
	t.Parallel()
	const entry = `{
      "type": "stdio",
      "command": "/opt/gitcode-mcp",
      "args": ["stdio"],
      "env": {
        "GITCODE_TOKEN": "${GITCODE_TOKEN:-}"
      }
    }`
	for name, test := range map[string]struct{ before, after string }{
		"no file":      {"", "{\n  \"mcpServers\": {\n    \"gitcode\": " + entry + "\n  }\n}\n"},
		"empty object": {"{}", "{\n  \"mcpServers\": {\n    \"gitcode\": " + entry + "\n  }\n}"},
		"no section": {
			"{\n  \"theme\": \"dark\"\n}\n",
			"{\n  \"theme\": \"dark\",\n  \"mcpServers\": {\n    \"gitcode\": " + entry + "\n  }\n}\n",
		},
		"empty section": {
			"{\n  \"mcpServers\": {},\n  \"theme\": \"dark\"\n}\n",
			"{\n  \"mcpServers\": {\n    \"gitcode\": " + entry + "\n  },\n  \"theme\": \"dark\"\n}\n",
		},
		"comments": {
			"// mine\n{\n  /* all */ \"mcpServers\": { // servers\n    // one\n    \"a\": {\"command\": \"a\"} // behind a\n    // last\n  }\n}\n// end\n",
			"// mine\n{\n  /* all */ \"mcpServers\": { // servers\n    // one\n    \"a\": {\"command\": \"a\"}, // behind a\n    // last\n    \"gitcode\": " + entry + "\n  }\n}\n// end\n",
		},
		"commas behind last items": {
			"{\n  \"mcpServers\": {\n    \"a\": {\"command\": \"a\",}, // behind a\n  },\n}\n",
			"{\n  \"mcpServers\": {\n    \"a\": {\"command\": \"a\",}, // behind a\n    \"gitcode\": " + entry + ",\n  },\n}\n",
		},
		"tabs and CRLF": {
			"{\r\n\t\"mcpServers\": {\r\n\t\t\"a\": {}\r\n\t}\r\n}\r\n",
			"{\r\n\t\"mcpServers\": {\r\n\t\t\"a\": {},\r\n\t\t\"gitcode\": " +
				strings.NewReplacer("\n        ", "\r\n\t\t\t\t", "\n      ", "\r\n\t\t\t", "\n    ", "\r\n\t\t").Replace(entry) + "\r\n\t}\r\n}\r\n",
		},
		"current entry, formatted by hand": {
			`{"mcpServers":{"gitcode":{"env":{"GITCODE_TOKEN":"${GITCODE_TOKEN:-}"}, "args" : [ "stdio" ],"command":"\/opt/gitcode-mcp" /* here */,"type":"stdio","timeout":5}}}`,
			`{"mcpServers":{"gitcode":{"env":{"GITCODE_TOKEN":"${GITCODE_TOKEN:-}"}, "args" : [ "stdio" ],"command":"\/opt/gitcode-mcp" /* here */,"type":"stdio","timeout":5}}}`,
		},
		"old entry": {
			"{\n  \"mcpServers\": {\n    \"gitcode\": {\n      \"type\": \"http\", // kind\n      \"url\": \"https://x\",\n      \"headers\": {\"X\": \"y\"},\n      \"env\": {\"HTTPS_PROXY\": \"p\", \"GITHUB_TOKEN\": \"old\"},\n      \"disabled\": true\n    }\n  }\n}\n",
			"{\n  \"mcpServers\": {\n    \"gitcode\": {\n      \"type\": \"stdio\", // kind\n      \"env\": {\"HTTPS_PROXY\": \"p\", \"GITCODE_TOKEN\": \"${GITCODE_TOKEN:-}\"},\n      \"disabled\": true,\n      \"command\": \"/opt/gitcode-mcp\",\n      \"args\": [\"stdio\"]\n    }\n  }\n}\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, err := client("claude-code").installJSON(test.before, testServer())
			require.NoError(t, err)
			assert.Equal(t, test.after, after)
			again, err := client("claude-code").installJSON(after, testServer())
			require.NoError(t, err)
			assert.Equal(t, after, again)
		})
	}
}

// TestUninstallJSON checks that files are as before after a server was added and
// removed.
func TestUninstallJSON(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"alone":            "{\n  \"servers\": {}\n}\n",
		"others":           "{\n  \"servers\": {\n    \"a\": {}\n  }\n}\n",
		"comments":         "{ // one\n  \"servers\": { // two\n    \"a\": {}, // three\n    /* four */ \"b\": {} /* five */ // six\n    // seven\n  } // eight\n} // nine\n",
		"commas":           "{\n\t\"servers\": {\n\t\t\"a\": {},\n\t},\n}\n",
		"one line":         `{"servers": {"a": {}}}`,
		"blank lines":      "{\n\n  \"servers\": {\n\n    \"a\": {}\n\n  }\n\n}\n",
		"comment in line":  `{ /* one */ "servers": {"a": {}}}`,
		"comment at end":   "{\n  \"servers\": {\n    \"a\": {}\n  }\n} // end",
		"inputs":           "{\n  \"inputs\": [\n    {\"id\": \"other\"}, // mine\n  ],\n  \"servers\": {\n    \"a\": {}\n  }\n}\n",
		"input in a line":  "{\n  \"inputs\": [{\"id\": \"other\"}],\n  \"servers\": {\n    \"a\": {}\n  }\n}\n",
		"input of another": "{\n  \"inputs\": [{\"id\": \"gitcode-token\"}],\n  \"servers\": {\n    \"a\": {\"env\": {\"T\": \"${input:gitcode-token}\"}}\n  }\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := client("vscode")
			installed, err := c.installJSON(text, testServer())
			require.NoError(t, err)
			assert.Contains(t, installed, "${input:gitcode-token}")
			removed, err := c.uninstallJSON(installed, testServer())
			require.NoError(t, err)
			assert.Equal(t, text, removed)
			again, err := c.uninstallJSON(removed, testServer())
			require.NoError(t, err)
			assert.Equal(t, removed, again)
		})
	}
}

// TestUninstallBetween checks the removal of an entry that others follow.
func TestUninstallBetween(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ before, after string }{
		"first":           {`{"mcpServers": {"gitcode": {}, "a": 1}}`, `{"mcpServers": {"a": 1}}`},
		"middle":          {"{\"mcpServers\": {\n  \"a\": 1,\n  \"gitcode\": {},\n  \"b\": 2\n}}", "{\"mcpServers\": {\n  \"a\": 1,\n  \"b\": 2\n}}"},
		"twice":           {`{"mcpServers": {"gitcode": 1, "a": 1, "gitcode": {}}}`, `{"mcpServers": {"a": 1}}`},
		"comments around": {"{\"mcpServers\": { // one\n  // two\n  \"gitcode\": {}, // three\n  \"b\": 2\n}}", "{\"mcpServers\": { // one\n  // two\n  // three\n  \"b\": 2\n}}"},
		"last, comments":  {"{\"mcpServers\": {\n  \"a\": 1, // one\n  // two\n  \"gitcode\": {} // three\n}}", "{\"mcpServers\": {\n  \"a\": 1 // one\n  // two\n  // three\n}}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, err := client("cursor").uninstallJSON(test.before, testServer())
			require.NoError(t, err)
			assert.Equal(t, test.after, after)
		})
	}
}

func TestRefusedJSON(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"cut off":       {"{\n  \"servers\": {\n", "line 3, column 1"},
		"no JSON":       {"servers:\n", "line 1, column 1"},
		"array":         {"[]", "it contains no object"},
		"wrong section": {`{"servers": []}`, "servers is not an object"},
		"wrong entry":   {`{"servers": {"gitcode": "x"}}`, "gitcode is not an object"},
		"wrong inputs":  {`{"inputs": {}}`, "inputs is not an array"},
		"wrong env":     {`{"servers": {"gitcode": {"env": []}}}`, "env is not an object"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := client("vscode").installJSON(test.text, testServer())
			assert.ErrorContains(t, err, test.want)
		})
	}
}

// FuzzInstallJSON checks that everything but the entry stays as it is, and that the
// second time changes nothing.
func FuzzInstallJSON(f *testing.F) {
	for _, text := range []string{
		"", "{}", "{ }", "{ // c\n}", `{"a":1}`, `{"a":1,}`, "{\n\"mcpServers\":{/**/},\n}", "{\"mcpServers\":{\"a\":{}\n//x\n,}}", "{\"mcpServers\"//\n:{\"a\"\n:[1,\n]}}",
		`{"mcpServers":{"gitcode":{"env":{},"args":[]}}}`, `{"mcpServers":{"gitcode":1,"gitcode":{"headers":{"a":"b"},"url":""/*x*/}}}`, "{\"a\":{}} // c", "{\"a\":1//x\n}", "{\"a\":1/*x*/,\"mcpServers\":{\"b\"://\n1//\n,//\n}}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := client("cursor")
		installed, err := c.installJSON(text, testServer())
		if err != nil {
			return
		}
		again, err := c.installJSON(installed, testServer())
		require.NoError(t, err, installed)
		require.Equal(t, installed, again)
		removed, err := c.uninstallJSON(installed, testServer())
		require.NoError(t, err)
		require.Equal(t, others(t, text), others(t, removed))
	})
}

// others returns what a configuration contains besides the entry.
func others(t *testing.T, text string) map[string]any {
	t.Helper()
	values := map[string]any{}
	if strings.TrimSpace(text) != "" {
		standard, err := hujson.Standardize([]byte(text + "\n"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(standard, &values))
	}
	if servers, ok := values["mcpServers"].(map[string]any); ok {
		if delete(servers, "gitcode"); len(servers) == 0 {
			delete(values, "mcpServers")
		}
	}
	return values
}

package install

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
)

// VSCodeLink returns the address of a web page that adds a server to VS Code.
func VSCodeLink(s *Server) string {
	c := client("vscode")
	var inputs []any
	for _, secret := range s.Secrets {
		inputs = append(inputs, object([]member{{"type", "promptString"}, {"id", inputID(secret)}, {"description", secret.Title}, {"password", true}}))
	}
	entry := object(append([]member{{"name", s.Name}}, c.describe(c, s)...))
	if inputs != nil {
		entry["inputs"] = inputs
	}
	// VS Code decodes all that follows the question mark, in which a plus is no blank.
	config := strings.ReplaceAll(url.QueryEscape(encode(entry)), "+", "%20")
	return "https://insiders.vscode.dev/redirect?url=" + url.QueryEscape("vscode:mcp/install?"+config)
}

// CursorLink returns the address of a web page that adds a server to Cursor.
func CursorLink(s *Server) string {
	c := client("cursor")
	config := base64.StdEncoding.EncodeToString([]byte(encode(object(c.describe(c, s)))))
	return "https://cursor.com/install-mcp?name=" + url.QueryEscape(s.Name) + "&config=" + url.QueryEscape(config)
}

func client(name string) *Client {
	for _, c := range Clients() {
		if c.Name == name {
			return c
		}
	}
	panic("there is no client " + name)
}

// object returns members as a JSON object.
func object(members []member) map[string]any {
	values := map[string]any{}
	for _, m := range members {
		if inner, ok := m.value.([]member); ok {
			values[m.name] = object(inner)
		} else {
			values[m.name] = m.value
		}
	}
	return values
}

func encode(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // maps, lists and strings
	}
	return string(text)
}

package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// card is what the tests read of a server card.
type card struct {
	Name, Version, Title string
	Remotes              []struct {
		Type, URL string
		Headers   []struct {
			Name, Value          string
			IsRequired, IsSecret bool
			Variables            map[string]struct{ IsSecret bool }
		}
		SupportedProtocolVersions []string
	}
}

func TestServerCard(t *testing.T) {
	t.Parallel()
	compiler := validator.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile("../testdata/schemas/server-card-v1.json")
	require.NoError(t, err)
	for name, test := range map[string]struct {
		change  func(*setup)
		headers []string // their names; required ones end with !
	}{
		"local":       {func(*setup) {}, nil},
		"secret":      {func(s *setup) { s.http.Secret = "open sesame" }, []string{"Authorization!"}},
		"user tokens": {func(s *setup) { s.http.Secret, s.userTokens = "open sesame", true }, []string{"Authorization!", "X-GitCode-Token"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, sandbox.New(), func(s *setup) {
				s.http.Version = s.server.Version
				test.change(s)
			})
			// A client that knows only the host.
			resp, catalog := r.do(t, http.MethodGet, "/.well-known/ai-catalog.json", nil)
			require.Equal(t, http.StatusOK, resp.StatusCode)
			assert.Equal(t, "application/ai-catalog+json", resp.Header.Get("Content-Type"))
			assert.JSONEq(t, `{"specVersion":"1.0","entries":[{"identifier":"urn:air:gitcode.com:mcp:gitcode-mcp",
				"type":"application/mcp-server-card+json","url":"`+r.url+`/mcp/server-card"}]}`, catalog)

			resp, body := r.do(t, http.MethodGet, "/mcp/server-card", nil, "Accept", "application/mcp-server-card+json")
			require.Equal(t, http.StatusOK, resp.StatusCode)
			assert.Equal(t, "application/mcp-server-card+json", resp.Header.Get("Content-Type"))
			assert.Equal(t, "public, max-age=3600", resp.Header.Get("Cache-Control"))
			assert.Equal(t, "Host, X-Forwarded-Proto", resp.Header.Get("Vary"))
			assert.NotContains(t, body, "sesame")
			content, err := validator.UnmarshalJSON(strings.NewReader(body))
			require.NoError(t, err)
			require.NoError(t, schema.Validate(content))
			var c card
			require.NoError(t, json.Unmarshal([]byte(body), &c))
			require.Len(t, c.Remotes, 1)
			var headers []string
			for _, h := range c.Remotes[0].Headers {
				assert.True(t, h.IsSecret, h.Name)
				if h.IsRequired {
					h.Name += "!"
				}
				headers = append(headers, h.Name)
			}
			assert.Equal(t, test.headers, headers)

			// What the card says holds for the server.
			assert.Equal(t, r.url+"/mcp", c.Remotes[0].URL)
			_, body = r.post(t, "/mcp", initialize, "Authorization", "Bearer open sesame")
			assert.Contains(t, body, `"title":"`+c.Title+`"`)
			assert.Contains(t, body, `"version":"`+c.Version+`"`)
			assert.Contains(t, c.Remotes[0].SupportedProtocolVersions, "2026-07-28")

			resp, body = r.do(t, http.MethodGet, "/mcp/server-card", nil, "If-None-Match", resp.Header.Get("ETag"))
			assert.Equal(t, http.StatusNotModified, resp.StatusCode)
			assert.Empty(t, body)
		})
	}
}

// TestDiscoveryFromWebPages checks that pages of any origin can read the documents,
// but not those of a server on the visitor's machine.
func TestDiscoveryFromWebPages(t *testing.T) {
	t.Parallel()
	r := start(t, sandbox.New(), func(s *setup) { s.http.Secret = "open sesame" })
	for _, path := range []string{"/mcp/server-card", "/.well-known/ai-catalog.json"} {
		for method, status := range map[string]int{http.MethodGet: http.StatusOK, http.MethodHead: http.StatusOK, http.MethodOptions: http.StatusNoContent} {
			w, req := httptest.NewRecorder(), httptest.NewRequest(method, "https://mcp.example.com"+path, nil)
			req.Header.Set("Origin", "https://page.test")
			r.http.ServeHTTP(w, req)
			assert.Equal(t, status, w.Code, "%s %s", method, path)
			assert.Equal(t, "*", w.Header().Get("Access-Control-Allow-Origin"), "%s %s", method, path)
			assert.NotContains(t, w.Header().Get("Vary"), "Origin", "the same for every origin")
			if method == http.MethodGet {
				assert.Contains(t, w.Body.String(), `"url": "https://mcp.example.com/mcp`)
			}
			resp, _ := r.do(t, method, path, nil, "Origin", "https://page.test")
			assert.Equal(t, http.StatusForbidden, resp.StatusCode)
		}
	}
}

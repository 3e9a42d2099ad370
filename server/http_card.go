package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// RegistryName is the name of the server in the MCP registry.
const RegistryName = "com.gitcode/gitcode-mcp"

// Website is the home page of the project.
const Website = "https://gitcode.com/gitcode-mcp/gitcode-mcp"

const (
	cardPath    = "/mcp/server-card" // reserved for it, below the endpoint
	catalogPath = "/.well-known/ai-catalog.json"
	cardType    = "application/mcp-server-card+json"
)

// discovery serves the documents from which clients learn how to connect before
// they do: the server card, and the catalog of this host, whose only entry it is.
//
// Specification:
// https://github.com/modelcontextprotocol/experimental-ext-server-card/blob/main/docs/discovery.md
type discovery struct {
	cfg    HTTPConfig
	forges []*tools.Forge
}

// isDiscovery reports whether a path is that of a document of discovery.
func isDiscovery(path string) bool { return path == cardPath || path == catalogPath }

func (d discovery) register(mux *http.ServeMux) {
	for path, document := range map[string]http.HandlerFunc{cardPath: d.serveCard, catalogPath: d.serveCatalog} {
		mux.HandleFunc("GET "+path, document)
		mux.HandleFunc("OPTIONS "+path, func(w http.ResponseWriter, _ *http.Request) {
			allowAnyOrigin(w.Header())
			w.WriteHeader(http.StatusNoContent)
		})
	}
}

// allowAnyOrigin lets web pages read a document, as the specification demands.
func allowAnyOrigin(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "GET")
	h.Set("Access-Control-Allow-Headers", "Content-Type, If-None-Match")
	h.Set("Access-Control-Expose-Headers", "ETag")
}

type serverCard struct {
	Schema      string   `json:"$schema"`
	Name        string   `json:"name"`
	Version     string   `json:"version"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	WebsiteURL  string   `json:"websiteUrl"`
	Remotes     []remote `json:"remotes"`
}

type remote struct {
	Type     string       `json:"type"`
	URL      string       `json:"url"`
	Headers  []cardHeader `json:"headers,omitempty"`
	Versions []string     `json:"supportedProtocolVersions"`
}

// cardHeader is a header that callers send. Braces in its value name variables.
type cardHeader struct {
	cardInput
	Name      string               `json:"name"`
	Value     string               `json:"value,omitempty"`
	Variables map[string]cardInput `json:"variables,omitempty"`
}

type cardInput struct {
	Description string `json:"description"`
	Required    bool   `json:"isRequired"`
	Secret      bool   `json:"isSecret"`
}

func (d discovery) serveCard(w http.ResponseWriter, r *http.Request) {
	names := enumerate(d.forges, nameOf, "and")
	endpoint := remote{Type: "streamable-http", URL: addressOf(r) + "/mcp", Versions: mcp.ValidProtocolVersions}
	if d.cfg.Secret != "" {
		secret := cardInput{"The secret of this server; ask whoever runs it.", true, true}
		endpoint.Headers = append(endpoint.Headers, cardHeader{
			Name: "Authorization", Value: "Bearer {secret}", Variables: map[string]cardInput{"secret": secret}, cardInput: secret,
		})
	}
	if d.cfg.UserTokens {
		for _, f := range d.forges {
			// With several forges one token suffices.
			required := len(d.forges) == 1 && !f.Client.Anonymous()
			endpoint.Headers = append(endpoint.Headers, cardHeader{Name: f.TokenHeader, cardInput: cardInput{"Your " + f.Name + " access token.", required, true}})
		}
	}
	serveJSON(w, r, cardType, serverCard{
		Schema: "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json", Name: RegistryName, Version: d.cfg.Version,
		Title: names + " issues", Description: "Work with the issues of " + names + ".", WebsiteURL: Website,
		Remotes: []remote{endpoint},
	})
}

func (d discovery) serveCatalog(w http.ResponseWriter, r *http.Request) {
	type entry struct {
		Identifier string `json:"identifier"`
		Type       string `json:"type"`
		URL        string `json:"url"`
	}
	serveJSON(w, r, "application/ai-catalog+json", struct {
		SpecVersion string  `json:"specVersion"`
		Entries     []entry `json:"entries"`
	}{"1.0", []entry{{"urn:air:gitcode.com:mcp:" + Name, cardType, addressOf(r) + cardPath}}})
}

// serveJSON serves a document that clients may keep for an hour.
func serveJSON(w http.ResponseWriter, r *http.Request, contentType string, document any) {
	content, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		panic(err) // the program made it
	}
	h := w.Header()
	allowAnyOrigin(h)
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("Vary", "Host, X-Forwarded-Proto") // of which addressOf makes the addresses
	h.Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(content)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(append(content, '\n')))
}

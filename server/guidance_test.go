package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	gosdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// withHeaders is a round tripper that sends headers.
type withHeaders map[string]string

func (headers withHeaders) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// labelsOfUsers is a fake GitCode whose issue and labels have the name of the user.
func labelsOfUsers(w http.ResponseWriter, r *http.Request) {
	user, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer token-of-")
	switch {
	case !ok || user == "eve":
		http.Error(w, `{"message":"401 Unauthorized"}`, http.StatusUnauthorized)
	case strings.HasSuffix(r.URL.Path, "/labels"):
		fmt.Fprintf(w, `[{"id":1,"name":"label of %s"}]`, user)
	case strings.HasSuffix(r.URL.Path, "/user/issues"):
		fmt.Fprintf(w, `[{"id":1,"number":1,"repository":{"full_name":"%s/repo"}}]`, user)
	default:
		fmt.Fprintf(w, `{"id":1,"number":1,"title":"of %s","comments":0}`, user)
	}
}

// transports are those of a server over HTTP, with headers.
func transports(r *running, headers withHeaders) map[string]gosdk.Transport {
	web := &http.Client{Transport: headers}
	return map[string]gosdk.Transport{
		"2025-11-25": &gosdk.StreamableClientTransport{Endpoint: r.url + "/mcp", HTTPClient: web},
		"2026-07-28": &gosdk.StreamableClientTransport{Endpoint: r.url + "/mcp", HTTPClient: web},
		"2024-11-05": &gosdk.SSEClientTransport{Endpoint: r.url + "/sse", HTTPClient: web},
	}
}

func dial(t *testing.T, transport gosdk.Transport, revision string) *gosdk.ClientSession {
	t.Helper()
	client := gosdk.NewClient(&gosdk.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), transport, &gosdk.ClientSessionOptions{ProtocolVersion: revision})
	require.NoError(t, err)
	t.Cleanup(func() { session.Close() })
	return session
}

func completed(t *testing.T, session *gosdk.ClientSession, argument string) []string {
	t.Helper()
	result, err := session.Complete(t.Context(), &gosdk.CompleteParams{
		Ref:      &gosdk.CompleteReference{Type: "ref/prompt", Name: "triage_backlog"},
		Argument: gosdk.CompleteParamsArgument{Name: argument},
		Context:  &gosdk.CompleteContext{Arguments: map[string]string{"owner": "o", "repo": "r"}},
	})
	require.NoError(t, err)
	return result.Completion.Values
}

// TestGuidanceOfUsers checks that resources and completions use the caller's own
// token, also for what is remembered.
func TestGuidanceOfUsers(t *testing.T) {
	t.Parallel()
	r := start(t, http.HandlerFunc(labelsOfUsers), func(s *setup) { s.userTokens = true })
	for _, user := range []string{"ann", "bob", "eve"} {
		for revision, transport := range transports(r, withHeaders{"X-GitCode-Token": "token-of-" + user}) {
			t.Run(user+" "+revision, func(t *testing.T) {
				t.Parallel()
				session := dial(t, transport, revision)
				issue, err := session.ReadResource(t.Context(), &gosdk.ReadResourceParams{URI: "gitcode://o/r/issues/1"})
				if user == "eve" {
					require.ErrorContains(t, err, "401 Unauthorized")
					assert.ErrorContains(t, err, "Put a valid token in the header X-GitCode-Token")
					assert.Empty(t, completed(t, session, "labels"))
					assert.Empty(t, completed(t, session, "owner"))
					return
				}
				require.NoError(t, err)
				assert.True(t, strings.HasPrefix(issue.Contents[0].Text, "# of "+user+"\n"), issue.Contents[0].Text)
				labels, err := session.ReadResource(t.Context(), &gosdk.ReadResourceParams{URI: "gitcode://o/r/labels"})
				require.NoError(t, err)
				assert.Equal(t, "# Labels of o/r\n\n- label of "+user+"\n", labels.Contents[0].Text)
				assert.Equal(t, []string{"label of " + user}, completed(t, session, "labels"))
				assert.Subset(t, []string{user, "o"}, completed(t, session, "owner")) // o was used
				assert.Contains(t, completed(t, session, "owner"), user)
			})
		}
	}
}

// TestGuidanceFollowsTheRequest checks that a caller who restricts the tools is
// offered no prompts, skills, resources and completions that use others.
func TestGuidanceFollowsTheRequest(t *testing.T) {
	t.Parallel()
	r := start(t, http.HandlerFunc(labelsOfUsers), func(s *setup) { s.gitcode.Token = "token-of-ann" })
	for revision, transport := range transports(r, withHeaders{"X-MCP-Tools": "get_repo"}) {
		t.Run(revision, func(t *testing.T) {
			t.Parallel()
			session := dial(t, transport, revision)
			prompts, err := session.ListPrompts(t.Context(), nil)
			require.NoError(t, err)
			assert.Empty(t, prompts.Prompts)
			_, err = session.GetPrompt(t.Context(), &gosdk.GetPromptParams{Name: "summarize_issue", Arguments: map[string]string{"owner": "o", "repo": "r", "number": "1"}})
			require.ErrorContains(t, err, "not found")
			skills, err := session.ListResources(t.Context(), nil)
			require.NoError(t, err)
			assert.Empty(t, skills.Resources)
			_, err = session.ReadResource(t.Context(), &gosdk.ReadResourceParams{URI: "skill://work-on-gitcode-issue/SKILL.md"})
			require.ErrorContains(t, err, "is not offered")
			templates, err := session.ListResourceTemplates(t.Context(), nil)
			require.NoError(t, err)
			require.Len(t, templates.ResourceTemplates, 2)
			assert.Equal(t, "labels", templates.ResourceTemplates[0].Name)
			assert.Equal(t, "milestones", templates.ResourceTemplates[1].Name)
			_, err = session.ReadResource(t.Context(), &gosdk.ReadResourceParams{URI: "gitcode://o/r/issues/1"})
			require.ErrorContains(t, err, "get_issue is not offered: excluded by the request's X-MCP-Tools header")
			_, err = session.ReadResource(t.Context(), &gosdk.ReadResourceParams{URI: "gitcode://o/r/labels"})
			require.NoError(t, err)
			assert.Empty(t, completed(t, session, "labels"), "of a prompt that is not offered")
		})
	}
}

// TestSkillsAreResources reads every listed resource.
func TestSkillsAreResources(t *testing.T) {
	t.Parallel()
	r := start(t, http.HandlerFunc(labelsOfUsers), nil)
	session := dial(t, transports(r, nil)["2026-07-28"], "2026-07-28")
	list, err := session.ListResources(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, list.Resources, 2)
	for _, resource := range list.Resources {
		result, err := session.ReadResource(t.Context(), &gosdk.ReadResourceParams{URI: resource.URI})
		require.NoError(t, err)
		assert.Equal(t, "text/markdown", result.Contents[0].MIMEType)
		assert.Contains(t, result.Contents[0].Text, "---\nname: "+resource.Name+"\ndescription: "+resource.Description+"\n---\n")
	}
}

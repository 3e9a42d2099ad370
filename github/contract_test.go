package github_test

import (
	"net/http/httptest"
	"testing"

	reference "github.com/google/go-github/v89/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

const contractToken = "test-token"

// apiPath is where an Enterprise server has its API.
const apiPath = "/api/v3"

type (
	exchange       = contracttest.Exchange
	operation      = contracttest.Operation[*github.Client, *reference.Client]
	difference     = contracttest.Difference
	example[P any] = contracttest.Example[P, *reference.Client]
)

// TestContract sends every parameter of every operation, and checks the requests
// against GitHub's description and against those that go-github sends for the same
// calls. With -v it prints a summary.
func TestContract(t *testing.T) {
	t.Parallel()
	d := readDescription(t)
	server := newRecorder(t, d, "")
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	base := web.URL + apiPath
	contracttest.Contract[*github.Client, *reference.Client]{
		Operations: operations(),
		Other:      "go-github",
		Client: func(t testing.TB) *github.Client {
			client, err := github.New(github.Config{BaseURL: base, Token: contractToken, MaxWait: -1, Rates: rest.Unlimited})
			require.NoError(t, err)
			return client
		},
		Reference: func(t testing.TB) *reference.Client {
			client, err := reference.NewClient(reference.WithEnterpriseURLs(base+"/", base+"/"), reference.WithAuthToken(contractToken))
			require.NoError(t, err)
			return client
		},
		Take:     server.Take,
		Endpoint: d.endpoint,
		Check: func(t testing.TB, e exchange, isOurs bool) {
			assert.NoError(t, d.CheckRequest(t, e), "%s %s %s", e.Method, e.URL, e.Body)
			if isOurs {
				checkHeader(t, e)
			}
		},
		Members: members,
	}.Run(t)
}

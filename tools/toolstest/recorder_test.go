package toolstest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/toolstest"
)

func TestRecorder(t *testing.T) {
	t.Parallel()
	given := map[string]string{
		"response":               "documented\n",
		"headers":                "status: 201\nETag: \"a\"\n",
		"response 2":             "",
		"headers 2":              "status: 304\nETag: \"b\"\nX-RateLimit-Remaining: 0\n",
		"response 3":             "third\n",
		"response GET /user":     "user\n",
		"response DELETE /lock":  "",
		"headers DELETE /lock":   "status: 204\n",
		"response GET /a%2Fb":    "escaped\n",
		"headers GET /a%2Fb":     "Link: <https://depot.test/x?page=2>; rel=\"next\"\n",
		"response PUT /unlikely": "never\n",
	}
	type response struct {
		status       int
		etag, header string
		body         string
	}
	service := &toolstest.Recorder{Given: given, Base: "/api"}
	base := toolstest.Serve(t, service) + "/under/api"
	for _, test := range []struct {
		request string
		want    response
	}{
		{"GET /first", response{201, `"a"`, "", "documented\n"}},
		{"GET /user", response{201, `"a"`, "", "user\n"}},
		{"GET /second", response{304, `"b"`, "0", ""}},
		{"GET /third", response{200, "", "", "third\n"}},
		{"DELETE /lock", response{204, "", "", ""}},
		{"GET /a%2Fb", response{200, "", `<https://depot.test/x?page=2>; rel="next"`, "escaped\n"}},
		{"GET /fourth", response{201, `"a"`, "", "documented\n"}},
	} {
		method, path, _ := strings.Cut(test.request, " ")
		r, err := http.NewRequestWithContext(t.Context(), method, base+path, nil)
		require.NoError(t, err)
		w, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		body, err := io.ReadAll(w.Body)
		require.NoError(t, err)
		w.Body.Close()
		got := response{w.StatusCode, w.Header.Get("ETag"), w.Header.Get("X-RateLimit-Remaining") + w.Header.Get("Link"), string(body)}
		assert.Equal(t, test.want, got, test.request)
	}
}

// TestRecordedRequests checks which headers of a request a golden file shows.
func TestRecordedRequests(t *testing.T) {
	t.Parallel()
	service := &toolstest.Recorder{}
	base := toolstest.Serve(t, service)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, base+"/o/r?b=2&a=1", strings.NewReader(`{"x":1}`))
	require.NoError(t, err)
	for name, value := range map[string]string{
		"Authorization": "Bearer x", "Content-Type": "application/json", "Accept": "text/html", "If-None-Match": `"a"`, "X-Other": "y",
	} {
		r.Header.Set(name, value)
	}
	w, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	w.Body.Close()
	assert.Equal(t, `PATCH /o/r
? a=1
? b=2
Authorization: Bearer x
Content-Type: application/json
Accept: text/html
If-None-Match: "a"
{"x":1}
`, service.String())
}

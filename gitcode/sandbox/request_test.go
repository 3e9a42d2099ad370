package sandbox_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

// sendAs sends a body of a content type with the token in the query.
func (c client) sendAs(contentType, method, path, body string) response {
	c.t.Helper()
	r := httptest.NewRequestWithContext(c.t.Context(), method, sandbox.Prefix+path+"?access_token="+c.token, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return response{c.t, w}
}

// TestForms sends the writes whose documentation shows forms, in both
// encodings and with the token in the query.
func TestForms(t *testing.T) {
	t.Parallel()
	urlencoded := func(_ *testing.T, form url.Values) (contentType, body string) {
		return "application/x-www-form-urlencoded", form.Encode()
	}
	parts := func(t *testing.T, form url.Values) (contentType, body string) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for name := range form {
			require.NoError(t, w.WriteField(name, form.Get(name)))
		}
		require.NoError(t, w.Close())
		return w.FormDataContentType(), b.String()
	}
	for name, encode := range map[string]func(*testing.T, url.Values) (string, string){"urlencoded": urlencoded, "multipart": parts} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			send := func(method, path string, form url.Values) response {
				contentType, body := encode(t, form)
				return c.sendAs(contentType, method, path, body)
			}
			r := send("POST", "/repos/openharbor/issues", url.Values{"repo": {"portal"}, "title": {"新 & new"}, "body": {"a+b"}, "assignee": {"tomb"}, "milestone": {"253899"}, "security_hole": {"true"}})
			assert.Equal(t, 201, r.Code)
			read := c.get(portal + "/issues/15").object()
			assert.Equal(t, "新 & new", read["title"])
			assert.Equal(t, "a+b", read["body"])
			assert.Equal(t, []any{"tomb"}, logins(read["assignees"]))
			assert.Equal(t, "v2.3", read["milestone"].(map[string]any)["title"])
			assert.Equal(t, "confidential", read["visibility_reason"])

			send("PATCH", "/repos/openharbor/issues/15", url.Values{"repo": {"portal"}, "state": {"close"}, "labels": {"bug,question"}, "milestone": {"254120"}})
			read = c.get(portal + "/issues/15").object()
			assert.Equal(t, "closed", read["state"])
			assert.Equal(t, []any{"bug", "question"}, labels(read))
			assert.Equal(t, "v2.4", read["milestone"].(map[string]any)["title"])
			send("PATCH", "/repos/openharbor/issues/15", url.Values{"repo": {"portal"}, "assignee": {""}, "milestone": {""}})
			read = c.get(portal + "/issues/15").object()
			assert.Empty(t, read["assignees"])
			assert.Nil(t, read["milestone"])

			id := send("POST", portal+"/issues/15/comments", url.Values{"body": {"First"}}).object()["id"]
			path := fmt.Sprintf("%s/issues/comments/%.0f", portal, id)
			send("PATCH", path, url.Values{"body": {"Second"}}).isEmpty(200)
			assert.Equal(t, "Second", c.get(path).object()["body"])
		})
	}
}

func TestMalformedForms(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct{ contentType, body string }{
		{"application/x-www-form-urlencoded", "body=%zz"},
		{"application/x-www-form-urlencoded", `{"body":"text"}`},
		{"multipart/form-data", "body=text"},
		{"multipart/form-data; boundary=x", "--y\r\n"},
	} {
		c.sendAs(test.contentType, "POST", portal+"/issues/1/comments", test.body).isBadParameter("body")
	}
	c.sendAs("application/x-www-form-urlencoded", "POST", portal+"/issues/1/labels", "labels=bug").isBadParameter("labels")
}

func TestReservedRepositories(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct{ method, path, body string }{
		{"GET", "/repos/openharbor/%s/issues", ""},
		{"GET", "/repos/OpenHarbor/%s/issues/1", ""},
		{"GET", "/repos/openharbor/issues/1/operate_logs?repo=%s", ""},
		{"POST", "/repos/openharbor/issues", `{"repo":"%s","title":"New","body":""}`},
		{"PATCH", "/repos/openharbor/issues/1", `{"repo":"%s","state":"close"}`},
		{"DELETE", "/repos/openharbor/%s/issues/1/labels/bug", ""},
	} {
		send := func(repo string) response {
			return c.send(test.method, strings.Replace(test.path, "%s", repo, 1), strings.Replace(test.body, "%s", repo, 1))
		}
		busy := send("busy")
		busy.isError(429, 429, "TOO_MANY_REQUESTS", "too many requests")
		assert.Equal(t, "30", busy.Header().Get("Retry-After"))
		broken := send("broken")
		assert.Equal(t, 502, broken.Code)
		assert.Equal(t, "text/html", broken.Header().Get("Content-Type"))
		assert.Contains(t, broken.Body.String(), "<html>")
	}
	c.get("/repos/linwei/busy/issues").isNotFound("Project")
}

func TestBodySizeIsLimited(t *testing.T) {
	t.Parallel()
	body := `{"body":"` + strings.Repeat("x", 16<<20) + `"}`
	newClient(t).send("POST", portal+"/issues/1/comments", body).isError(413, 413, "TOO_LARGE", "Request Entity Too Large")
}

// TestSlowBodyBlocksNobody checks that other requests are served while a body
// is still on its way.
func TestSlowBodyBlocksNobody(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	arriving, release := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(release)
		<-arriving
		c.get(portal + "/issues/1").object()
	}()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, sandbox.Prefix+portal+"/issues/1/comments", slowBody{arriving, release})
	r.Header.Set("PRIVATE-TOKEN", sandbox.Token)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	assert.Equal(t, 400, w.Code)
}

// slowBody is a body that reports when it is read and fails when it is released.
type slowBody struct{ arriving, release chan struct{} }

func (b slowBody) Read([]byte) (int, error) {
	close(b.arriving)
	<-b.release
	return 0, io.ErrUnexpectedEOF
}

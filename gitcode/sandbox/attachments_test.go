package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

func TestAttachments(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	send := func(method, path, token, contentType, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		box.ServeHTTP(w, r)
		return w
	}
	const upload = sandbox.Prefix + portal + "/file/upload"
	form := func(name, content string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + content + "\r\n--x--\r\n"
	}
	const multipart = "multipart/form-data; boundary=x"
	for name, address := range map[string]string{"log.txt": "log.txt", "图 (1).png": "图__1_.png"} {
		w := send(http.MethodPost, upload, sandbox.Token, multipart, form(name, "content"))
		require.Equal(t, http.StatusOK, w.Code, name)
		require.Regexp(t, `^{"full_path":"https://gitcode.com/openharbor/portal/attachment/uploads/[0-9a-f]{32}/`+address+`","path":"uploads/[0-9a-f]{32}/`+address+`","success":true}\n$`, w.Body.String())
		_, path, _ := strings.Cut(w.Body.String(), "https://gitcode.com")
		path, _, _ = strings.Cut(path, `"`)
		w = send(http.MethodGet, path, "", "", "")
		assert.Equal(t, http.StatusOK, w.Code)
		assert.Equal(t, "content", w.Body.String())
		assert.Equal(t, http.StatusNotFound, send(http.MethodGet, path+"x", "", "", "").Code)
		assert.Equal(t, http.StatusNotFound, send(http.MethodGet, strings.Replace(path, "portal", "cli", 1), "", "", "").Code)
	}
	for name, test := range map[string]struct {
		path, token, contentType, body string
		status                         int
	}{
		"no token":      {upload, "", multipart, form("1.txt", "text"), 400},
		"no member":     {upload, sandbox.Token + "-guest", multipart, form("1.txt", "text"), 400},
		"no repository": {sandbox.Prefix + "/repos/o/r/file/upload", sandbox.Token, multipart, form("1.txt", "text"), 404},
		"JSON":          {upload, sandbox.Token, "application/json", `{"file":"dGV4dA=="}`, 400},
		"no file":       {upload, sandbox.Token, multipart, "--x--\r\n", 400},
		"no bytes":      {upload, sandbox.Token, multipart, form("1.txt", ""), 400},
	} {
		assert.Equal(t, test.status, send(http.MethodPost, test.path, test.token, test.contentType, test.body).Code, name)
	}
}

func TestAttachmentsAreKept(t *testing.T) {
	t.Parallel()
	file := t.TempDir() + "/state"
	box, err := sandbox.Open(file)
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodPost, sandbox.Prefix+portal+"/file/upload",
		strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"1.png\"\r\n\r\nimage\r\n--x--\r\n"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.Header.Set("Authorization", "Bearer "+sandbox.Token)
	w := httptest.NewRecorder()
	box.ServeHTTP(w, r)
	_, path, _ := strings.Cut(w.Body.String(), "https://gitcode.com")
	path, _, _ = strings.Cut(path, `"`)
	other, err := sandbox.Open(file)
	require.NoError(t, err)
	w = httptest.NewRecorder()
	other.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	assert.Equal(t, "image", w.Body.String())
}

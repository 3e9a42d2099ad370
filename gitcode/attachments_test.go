package gitcode

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fetch"
)

const pngFile = "\x89PNG\r\n\x1a\n"

// uploads is a service that stores one file at a time, next to web pages.
type uploads struct {
	*httptest.Server
	pages    map[string]string // by path
	response string            // to an upload
	path     string            // of the request of an upload
	name     string
	content  []byte
	header   http.Header // of the last request of a page
}

func newUploads(t *testing.T) (*uploads, *Client) {
	t.Helper()
	s := &uploads{pages: map[string]string{}, response: `{"full_path":"https://gitcode.com/o/r/attachment/uploads/1/a.png","path":"uploads/1/a.png","success":true}`}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	c, err := New(Config{BaseURL: s.URL + apiPath, Token: "secret", MaxWait: -1, Rates: rest.Unlimited})
	require.NoError(t, err)
	c.attachments.public = fetch.New(fetch.Config{Hosts: []string{"files.example"}, Local: s.URL})
	return s, c
}

func (s *uploads) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		s.header = r.Header
		content, found := s.pages[r.URL.Path]
		if !found {
			http.NotFound(w, r)
		}
		io.WriteString(w, content)
		return
	}
	s.path = strings.TrimPrefix(r.URL.Path, apiPath)
	mediaType, attributes, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if part, err := multipart.NewReader(r.Body, attributes["boundary"]).NextPart(); err == nil && mediaType == "multipart/form-data" {
		s.name = part.FileName()
		s.content, _ = io.ReadAll(part)
	}
	io.WriteString(w, s.response)
}

func TestAttachmentHosts(t *testing.T) {
	t.Parallel()
	public := []string{"gitcode.com", "raw.gitcode.com", "cdn-img.gitcode.com", "atomgit.com", "raw.atomgit.com", "cdn-img.atomgit.com", "gitcode-img.obs.cn-south-1.myhuaweicloud.com"}
	for baseURL, test := range map[string]struct {
		own   []string
		local string
	}{
		"":                                    {},
		"https://api.atomgit.com/api/v5":      {},
		"https://api.code.example/api/v5":     {own: []string{"code.example", "raw.code.example", "cdn-img.code.example"}},
		"https://code.example:8443/x/api/v5/": {own: []string{"code.example:8443", "raw.code.example:8443", "cdn-img.code.example:8443"}},
		"http://127.0.0.1:8080/api/v5/":       {local: "http://127.0.0.1:8080"},
		"http://[::1]:8080/under/api/v5":      {local: "http://[::1]:8080/under"},
		"https://127.0.0.1/api/v5":            {own: []string{"127.0.0.1", "raw.127.0.0.1", "cdn-img.127.0.0.1"}},
		"http://10.0.0.1/api/v5":              {own: []string{"10.0.0.1", "raw.10.0.0.1", "cdn-img.10.0.0.1"}},
		"http://localhost/api/v5":             {own: []string{"localhost", "raw.localhost", "cdn-img.localhost"}},
	} {
		c, err := New(Config{BaseURL: baseURL})
		require.NoError(t, err)
		assert.Equal(t, test.local, c.attachments.ofForge.Local, baseURL)
		assert.Subset(t, c.attachments.ofForge.Hosts, append(test.own, public...), baseURL)
		assert.Len(t, c.attachments.ofForge.Hosts, len(test.own)+len(public), baseURL)
		assert.Nil(t, c.attachments.public.Hosts)
		assert.Empty(t, c.attachments.public.Local, "what stands in for GitCode is not a public host")
	}
}

func TestUploadAttachment(t *testing.T) {
	t.Parallel()
	const image, file = true, false
	long := strings.Repeat("长", 200)
	for name, test := range map[string]struct {
		file, content string // content "" means that the file is fetched
		isImage       bool
		filename      string
	}{
		"image":                      {"shots/1.png", pngFile, image, "1.png"},
		"image on Windows":           {`shots\1.png`, pngFile, image, "1.png"},
		"JPEG named PNG":             {"1.PNG", "\xff\xd8\xff\xe0", image, "1.PNG"},
		"image without an extension": {"shot", "GIF89a", image, "shot.gif"},
		"image named as another":     {"1.txt", "RIFF\x00\x00\x00\x00WEBPVP8 ", image, "1.txt.webp"},
		"text":                       {"logs/out.log", "text", file, "out.log"},
		"archive":                    {"logs.zip", "PK\x03\x04", file, "logs.zip"},
		"web page":                   {"report.html", "<html>", file, "report.html"},
		"long name":                  {long + ".log", "text", file, long[:96*3] + ".log"},
		"name of dots":               {"..", "text", file, "file"},
		"control characters":         {"a\x00\nb.txt", "text", file, "ab.txt"},
		"address":                    {"https://files.example/shots/2.png?size=1", "", image, "2.png"},
		"address of a text":          {"https://files.example/log", "", file, "log"},
		"address without a name":     {"https://files.example", "", image, "file.png"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := newUploads(t)
			s.pages = map[string]string{"/shots/2.png": pngFile, "/": pngFile, "/log": "text"}
			p := &UploadAttachmentParams{RepoRef: RepoRef{"o", "r"}, File: test.file}
			if test.content != "" {
				p.Content = []byte(test.content)
			}
			uploaded, err := c.UploadAttachment(t.Context(), p)
			require.NoError(t, err)
			assert.Equal(t, &UploadedAttachment{"uploads/1/a.png", "https://gitcode.com/o/r/attachment/uploads/1/a.png", test.filename, test.isImage}, uploaded)
			assert.Equal(t, "/repos/o/r/file/upload", s.path)
			assert.Equal(t, test.filename, s.name)
			assert.NotEmpty(t, s.content)
			assert.Empty(t, s.header.Get("Authorization"), "another host does not get the token")
		})
	}
}

func TestRejectedUploads(t *testing.T) {
	t.Parallel()
	s, c := newUploads(t)
	s.pages = map[string]string{"/page": "<!doctype html><p>Sign in", "/evil.svg": "<svg>", "/x.png": "text", "/empty": ""}
	for _, test := range []struct{ file, content, message string }{
		{"a.svg", "<svg xmlns='http://www.w3.org/2000/svg'>", "the file is an SVG image"},
		{"a.png", "<?xml version='1.0'?><svg>", "the file is an SVG image"},
		{"a.txt", "<svg>", "the file is an SVG image"},
		{"a.png", "text", "the name of the file ends with .png, but its content (text/plain) is not a PNG, JPEG, GIF or WebP image"},
		{"a.JPG", "%PDF-1.7", "the name of the file ends with .jpg, but its content (application/pdf) is not"},
		{"a.svg", "text", "the name of the file ends with .svg"},
		{"a.txt", "<html>", "there is a web page instead of a file"},
		{"a.txt", "", "the file is empty"},
		{"a.bin", strings.Repeat("x", 20_000_001), "the file has more than 20 MB"},
		{"https://files.example/page", "-", "there is a web page instead of a file"},
		{"https://files.example/evil.svg", "-", "the file is an SVG image"},
		{"https://files.example/x.png", "-", "the name of the file ends with .png"},
		{"https://files.example/empty", "-", "the file is empty"},
		{"https://files.example/none", "-", "404"},
		{"http://files.example/x.txt", "-", "only https addresses are fetched"},
	} {
		p := &UploadAttachmentParams{RepoRef: RepoRef{"o", "r"}, File: test.file, Content: []byte(test.content)}
		if test.content == "-" {
			p.Content = nil
		}
		_, err := c.UploadAttachment(t.Context(), p)
		require.ErrorContains(t, err, test.message, test.file)
	}
	assert.Empty(t, s.path, "nothing was uploaded")
}

// TestUploadFromPrivateAddress checks that whatever a service on this machine stands
// in for, uploads fetch from public addresses only.
func TestUploadFromPrivateAddress(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	c, err := New(Config{BaseURL: strings.Replace(s.URL, "https:", "http:", 1) + apiPath, Token: "secret"})
	require.NoError(t, err)
	for _, address := range []string{s.URL, "https://127.0.0.1/a", "https://[::1]/a", "https://192.168.1.1/a", "https://169.254.169.254/latest/meta-data", "https://100.64.0.1/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/"} {
		_, err := c.UploadAttachment(t.Context(), &UploadAttachmentParams{RepoRef: RepoRef{"o", "r"}, File: address})
		assert.ErrorContains(t, err, "the host has an address in a private network", address)
	}
}

func TestUploadedAddress(t *testing.T) {
	t.Parallel()
	s, c := newUploads(t)
	p := &UploadAttachmentParams{RepoRef: RepoRef{"o", "r"}, File: "a b.png", Content: []byte(pngFile)}
	for response, want := range map[string]string{
		`{"full_path":"https://gitcode.com/o/r/attachment/uploads/1/图 (1).png"}`: "https://gitcode.com/o/r/attachment/uploads/1/%E5%9B%BE%20%281%29.png",
		`{"path":"uploads/1/a.png"}`:                                           "https://gitcode.com/o/r/attachment/uploads/1/a.png",
		`{"full_path":"javascript:alert(1)","path":"uploads/1/a.png"}`:         "https://gitcode.com/o/r/attachment/uploads/1/a.png",
		`{"full_path":"http://gitcode.com/a.png","path":"uploads/1/a.png"}`:    "https://gitcode.com/o/r/attachment/uploads/1/a.png",
		`{"full_path":[],"path":"../../../../x/a.png"}`:                        "https://gitcode.com/o/r/attachment/x/a.png",
		`{"full_path":"https://evil.example/a.png","path":"uploads/1/a.png"}`:  "https://gitcode.com/o/r/attachment/uploads/1/a.png",
		`{"full_path":"https://me:secret@gitcode.com/a","path":"uploads/1/a"}`: "https://gitcode.com/o/r/attachment/uploads/1/a",
		`{"full_path":"https://raw.gitcode.com/a.png?b=) [c](d <e>"}`:          "https://raw.gitcode.com/a.png?b=%29+%5Bc%5D%28d+%3Ce%3E",
	} {
		s.response = response
		uploaded, err := c.UploadAttachment(t.Context(), p)
		require.NoError(t, err)
		assert.Equal(t, Text(want), uploaded.FullPath)
	}
	for _, response := range []string{"", "{}", `{"success":false}`, "[]", `{"full_path":"http://gitcode.com/a.png"}`, `{"full_path":"https://evil.example/a.png"}`} {
		s.response = response
		_, err := c.UploadAttachment(t.Context(), p)
		require.ErrorContains(t, err, "POST /repos/{owner}/{repo}/file/upload: the response contains no address of the file", response)
		assert.Equal(t, rest.OutcomeUnknown, rest.ErrorClass(err))
	}
}

// TestUploadMemory checks how much memory the largest file takes.
func TestUploadMemory(t *testing.T) {
	c, err := New(Config{Token: "secret", MaxWait: -1, Transport: discard{}})
	require.NoError(t, err)
	content := make([]byte, maxUpload)
	copy(content, pngFile)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = c.UploadAttachment(t.Context(), &UploadAttachmentParams{RepoRef: RepoRef{"o", "r"}, File: "a.png", Content: content})
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	t.Logf("%d MB allocated", (after.TotalAlloc-before.TotalAlloc)>>20)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(100<<20))
}

// discard is a service that reads an upload.
type discard struct{}

func (discard) RoundTrip(r *http.Request) (*http.Response, error) {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil || n < maxUpload {
		return nil, fmt.Errorf("%d bytes: %w", n, err)
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"path":"uploads/1/a.png"}`)), Request: r}, nil
}

func TestGetAttachment(t *testing.T) {
	t.Parallel()
	s, c := newUploads(t)
	text := strings.Repeat("日志 line\n", 30_000) // 240,000 characters
	s.pages = map[string]string{
		"/1.png": pngFile, "/log.txt": "\ufeffone\ntwo", "/long.log": text, "/page.html": "<html>", "/page": "<html>", "/a.svg": "<svg>", "/b.png": "<svg>", "/c.png": "text",
		"/d.pdf": "%PDF-1.7", "/gbk.txt": "\xc8\xd5\xd6\xbe", "/empty": "",
	}
	get := func(name string, offset int) (*Attachment, error) {
		return c.GetAttachment(t.Context(), &GetAttachmentParams{URL: "https://raw.gitcode.com/" + name, Offset: offset})
	}
	for _, test := range []struct {
		name   string
		offset int
		want   *Attachment
	}{
		{"1.png", 0, &Attachment{"1.png", "image/png", 8, []byte(pngFile), "", 0}},
		{"log.txt", 0, &Attachment{"log.txt", fetch.Text, 10, nil, "one\ntwo", 0}},
		{"log.txt", 4, &Attachment{"log.txt", fetch.Text, 10, nil, "two", 0}},
		{"long.log", 0, &Attachment{"long.log", fetch.Text, 360_000, nil, Text(text[:150_000]), 140_000}},
		{"long.log", 140_000, &Attachment{"long.log", fetch.Text, 360_000, nil, Text(text[210_000:]), 0}},
		{"page.html", 0, &Attachment{"page.html", fetch.HTML, 6, nil, "<html>", 0}},
		{"empty", 0, &Attachment{"empty", fetch.Text, 0, nil, "", 0}},
	} {
		a, err := get(test.name, test.offset)
		require.NoError(t, err, test.name)
		assert.Equal(t, test.want, a)
	}
	assert.Empty(t, s.header.Get("Authorization"), "an address in a text does not get the token")
	for name, message := range map[string]string{
		"page":    "GET raw.gitcode.com: there is a web page instead of a file, perhaps to sign in",
		"a.svg":   "GET raw.gitcode.com: the file is an SVG image, which can contain scripts and hidden text; use PNG",
		"b.png":   "the file is an SVG image",
		"c.png":   "the name of the file ends with .png, but its content (text/plain)",
		"d.pdf":   "the file (application/pdf, 8 bytes) is neither a PNG, JPEG, GIF or WebP image nor a text in UTF-8",
		"gbk.txt": "the file (application/octet-stream, 4 bytes) is neither",
		"none":    "GET raw.gitcode.com returned 404",
	} {
		_, err := get(name, 0)
		require.ErrorContains(t, err, message, name)
	}
	_, err := get("log.txt", 7)
	require.ErrorContains(t, err, "offset 7 is past the end: the text has 7 characters")
}

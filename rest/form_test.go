package rest_test

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// upload is the params of a request with a file.
type upload struct {
	thingRef
	File string `json:"file"`
	Size int    `json:"size"`
	URL  string `json:"url,omitempty"`
}

const png = "\x89PNG\r\n\x1a\n and more"

func newUpload(t *testing.T, filename string) *rest.Request {
	t.Helper()
	req, err := rest.NewRequest("POST /{owner}/things/{id}/files", upload{thingRef{"a/b", 7}, filename, 3, "https://x.test/?a=1&b=<2>"})
	require.NoError(t, err)
	require.NoError(t, req.SetFile("file", filename, []byte(png)))
	return req
}

// TestSetFile checks the parts of a multipart body as a service reads them.
func TestSetFile(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ filename, want string }{
		"a name":                         {"chart.png", "chart.png"},
		"a path":                         {"/home/ann/charts/chart.png", "chart.png"},
		"a path of Windows":              {`C:\Users\ann\chart.png`, "chart.png"},
		"a name that could end its part": {"a\"b\r\nX-Evil: 1.png", "a\"b\r\nX-Evil: 1.png"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var request *http.Request
			var parts [][2]string // names and values
			var file *multipart.Part
			c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
				request = r
				mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
				assert.NoError(t, err)
				assert.Equal(t, "multipart/form-data", mediaType)
				reader := multipart.NewReader(r.Body, params["boundary"])
				for part, err := reader.NextPart(); err == nil; part, err = reader.NextPart() {
					value, err := io.ReadAll(part)
					assert.NoError(t, err)
					parts = append(parts, [2]string{part.FormName(), string(value)})
					file = part // the last one
				}
				return response(201, thing7), nil
			}), rest.Config{})
			_, _, err := rest.Do[thing](t.Context(), c, newUpload(t, test.filename))
			require.NoError(t, err)
			assert.Equal(t, "/api/a%2Fb/things/7/files", request.URL.EscapedPath())
			assert.Equal(t, [][2]string{{"size", "3"}, {"url", "https://x.test/?a=1&b=<2>"}, {"file", png}}, parts)
			assert.Equal(t, "image/png", file.Header.Get("Content-Type"))
			assert.Empty(t, file.Header.Get("X-Evil"))
			disposition := file.Header.Get("Content-Disposition")
			assert.Equal(t, multipart.FileContentDisposition("file", test.want), disposition)
		})
	}
}

// TestDryRunOfFile checks that a plan shows a file without its content.
func TestDryRunOfFile(t *testing.T) {
	t.Parallel()
	c := newClient(t, nil, rest.Config{})
	ctx, plan := c.WithDryRun(t.Context())
	_, _, err := rest.Do[thing](ctx, c, newUpload(t, "dir/chart.png"))
	require.NoError(t, err)
	assert.Equal(t, []rest.PlannedRequest{{
		Method: "POST", Path: "/a%2Fb/things/7/files",
		Body: "multipart/form-data\nsize: 3\nurl: https://x.test/?a=1&b=<2>\nfile: chart.png (image/png, 17 bytes)",
	}}, plan.Requests())
}

// TestFieldsOfFile checks that an error names the parts of a multipart body, and
// that a JSON body replaces it.
func TestFieldsOfFile(t *testing.T) {
	t.Parallel()
	c := newClient(t, always(400, "no"), rest.Config{})
	req := newUpload(t, "chart.png")
	_, _, err := rest.Do[thing](t.Context(), c, req)
	var e *rest.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []string{"size", "url", "file"}, e.Fields)

	require.NoError(t, req.SetBody(map[string]string{"name": "x"}))
	_, _, err = rest.Do[thing](t.Context(), c, req)
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []string{"name"}, e.Fields)
}

// label is the params of a request whose members are texts.
type label struct {
	thingRef
	Name  string `json:"name"`
	Color string `json:"color,omitempty"`
}

func newLabel(t *testing.T) *rest.Request {
	t.Helper()
	req, err := rest.NewRequest("PATCH /{owner}/things/{id}", label{thingRef{"a/b", 7}, "kind/a&b=c 语", "#fff"})
	require.NoError(t, err)
	return req
}

// TestSetForm checks what a service reads of a form, and what a plan and an error
// show of it.
func TestSetForm(t *testing.T) {
	t.Parallel()
	req := newLabel(t)
	require.NoError(t, req.SetForm())
	var request *http.Request
	c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
		request = r
		assert.NoError(t, r.ParseForm())
		return response(400, "no"), nil
	}), rest.Config{})
	_, _, err := rest.Do[thing](t.Context(), c, req)
	var e *rest.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []string{"color", "name"}, e.Fields)
	assert.Equal(t, "application/x-www-form-urlencoded", request.Header.Get("Content-Type"))
	assert.Equal(t, url.Values{"name": {"kind/a&b=c 语"}, "color": {"#fff"}}, request.PostForm)
	assert.Empty(t, request.URL.RawQuery)

	ctx, plan := c.WithDryRun(t.Context())
	_, _, err = rest.Do[thing](ctx, c, req)
	require.NoError(t, err)
	assert.Equal(t, []rest.PlannedRequest{{
		Method: "PATCH", Path: "/a%2Fb/things/7", Body: "application/x-www-form-urlencoded\ncolor: #fff\nname: kind/a&b=c 语",
	}}, plan.Requests())
}

// TestSetQuery checks that the members are in the query alone, which a plan shows.
func TestSetQuery(t *testing.T) {
	t.Parallel()
	req := newLabel(t)
	require.NoError(t, req.SetQuery())
	var request *http.Request
	c := newClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
		request = r
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Empty(t, body)
		return response(200, thing7), nil
	}), rest.Config{})
	_, _, err := rest.Do[thing](t.Context(), c, req)
	require.NoError(t, err)
	assert.Equal(t, url.Values{"name": {"kind/a&b=c 语"}, "color": {"#fff"}}, request.URL.Query())
	assert.Empty(t, request.Header.Get("Content-Type"))

	ctx, plan := c.WithDryRun(t.Context())
	_, _, err = rest.Do[thing](ctx, c, req)
	require.NoError(t, err)
	assert.Equal(t, []rest.PlannedRequest{{Method: "PATCH", Path: "/a%2Fb/things/7?" + request.URL.RawQuery}}, plan.Requests())
}

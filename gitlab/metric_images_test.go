package gitlab_test

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestUploadMetricImage checks the form that GitLab receives: a file without its
// directory, and its link.
func TestUploadMetricImage(t *testing.T) {
	t.Parallel()
	var parts [][3]string // name, file name and content
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "POST "+incidentPath+"/metric_images", r.Method+" "+r.URL.EscapedPath())
		mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		assert.NoError(t, err)
		assert.Equal(t, "multipart/form-data", mediaType)
		reader := multipart.NewReader(r.Body, params["boundary"])
		for part, err := reader.NextRawPart(); err == nil; part, err = reader.NextRawPart() {
			content, err := io.ReadAll(part)
			assert.NoError(t, err)
			_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
			assert.NoError(t, err)
			parts = append(parts, [3]string{part.FormName(), params["filename"], string(content)})
		}
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"id":23,"created_at":"2020-11-13T00:06:18.084Z","filename":"file.png","file_path":"/uploads/-/system/issuable_metric_image/file/23/file.png","url":"http://example.com","url_text":"Example website"}`)
	}))
	image, err := c.UploadMetricImage(t.Context(), &gitlab.UploadMetricImageParams{
		IssueRef: incident, File: "charts/file.png", URL: "http://example.com", URLText: "Example website", Content: strings.NewReader(png),
	})
	require.NoError(t, err)
	assert.Equal(t, [][3]string{{"url", "", "http://example.com"}, {"url_text", "", "Example website"}, {"file", "file.png", png}}, parts)
	assert.EqualValues(t, 23, image.ID)
	assert.EqualValues(t, "file.png", image.Filename)
	assert.Empty(t, image.Ignored)
}

// TestUploadOutcome checks what is reported of an upload.
func TestUploadOutcome(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content  io.Reader
		response string
		ignored  []gitlab.Deviation
		unknown  []string
		class    rest.Class
		sent     bool
	}{
		"the link is dropped":          {strings.NewReader(png), `201 {"id":23,"filename":"cpu"}`, []gitlab.Deviation{{Field: "url", Missing: []string{"https://x.test/1"}}}, nil, "", true},
		"another link":                 {strings.NewReader(png), `201 {"id":23,"url":"https://x.test/2"}`, []gitlab.Deviation{{Field: "url", Missing: []string{"https://x.test/1"}, Extra: []string{"https://x.test/2"}}}, nil, "", true},
		"an empty response":            {strings.NewReader(png), `201 `, nil, []string{"url"}, "", true},
		"an issue that is no incident": {strings.NewReader(png), `403 {"message":"Not allowed!"}`, nil, nil, rest.Forbidden, true},
		"no image":                     {strings.NewReader("text"), `400 {"message":"Validation failed: File is invalid"}`, nil, nil, rest.Invalid, true},
		"too large for GitLab":         {strings.NewReader(png), `413 <html>`, nil, nil, rest.Invalid, true},
		"an empty file":                {strings.NewReader(""), "", nil, nil, rest.Invalid, false},
		"an unreadable file":           {iotest.ErrReader(errors.New("/home/ann is gone")), "", nil, nil, rest.Invalid, false},
		"a large file":                 {io.LimitReader(zeros{}, 10<<20+1), "", nil, nil, rest.Invalid, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}}
			image, err := newClient(t, s).UploadMetricImage(t.Context(), &gitlab.UploadMetricImageParams{IssueRef: incident, File: "cpu.png", URL: "https://x.test/1", Content: test.content})
			assert.Equal(t, test.class, rest.ErrorClass(err))
			assert.Equal(t, test.sent, len(s.requests) == 1)
			if err == nil {
				assert.Equal(t, test.ignored, image.Ignored)
				assert.Equal(t, test.unknown, image.Unknown)
			} else {
				assert.NotContains(t, err.Error(), "/home/ann")
			}
		})
	}
}

// TestUploadOfOtherFiles checks that files that are no images for GitLab are not sent.
func TestUploadOfOtherFiles(t *testing.T) {
	t.Parallel()
	for file, sent := range map[string]bool{
		"cpu.png": true, "charts/CPU.JPEG": true, "a.b.webp": true, "cpu.svg": false, "cpu": false, "png": false, "cpu.png.txt": false, "cpu.": false, "charts.png/cpu": false,
	} {
		s := &service{responses: []string{`201 {"id":23}`}}
		_, err := newClient(t, s).UploadMetricImage(t.Context(), &gitlab.UploadMetricImageParams{IssueRef: incident, File: file, Content: strings.NewReader(png)})
		assert.Equal(t, sent, len(s.requests) == 1, file)
		if sent {
			assert.NoError(t, err, file)
		} else {
			assert.EqualError(t, err, "not sent: the file must be an image with one of the extensions png, jpg, jpeg, gif, bmp, tiff, ico, webp", file)
		}
	}
}

// zeros is an endless file.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestUpdateMetricImage(t *testing.T) {
	t.Parallel()
	const (
		put  = "PUT " + incidentPath + "/metric_images/3 "
		list = "GET " + incidentPath + "/metric_images"
	)
	for name, test := range map[string]struct {
		url, urlText *string
		responses    []string
		requests     []string
		ignored      []gitlab.Deviation
		unknown      []string
		class        rest.Class
	}{
		"the link":                   {new("http://example.com"), nil, []string{`200 {"id":3,"url":"http://example.com","url_text":"old"}`}, []string{put + `{"url":"http://example.com"}`}, nil, nil, ""},
		"both are cleared":           {new(""), new(""), []string{`200 {"id":3}`}, []string{put + `{"url":"","url_text":""}`}, nil, nil, ""},
		"cleared to null":            {new(""), nil, []string{`200 {"id":3,"url":null}`}, []string{put + `{"url":""}`}, nil, nil, ""},
		"not cleared":                {nil, new(""), []string{`200 {"id":3,"url_text":"old"}`}, []string{put + `{"url_text":""}`}, []gitlab.Deviation{{Field: "url_text", Extra: []string{"old"}}}, nil, ""},
		"nothing to change":          {nil, nil, nil, nil, nil, nil, rest.Invalid},
		"another image":              {new("x"), nil, []string{`200 {"id":4,"url":"x"}`, `200 [{"id":4,"url":"x"},{"id":3,"url":"old"}]`}, []string{put + `{"url":"x"}`, list}, []gitlab.Deviation{{Field: "url", Missing: []string{"x"}, Extra: []string{"old"}}}, nil, ""},
		"an empty response":          {new("x"), nil, []string{`200 `, `200 [{"id":3,"url":"x"}]`}, []string{put + `{"url":"x"}`, list}, nil, nil, ""},
		"the read back fails":        {new("x"), nil, []string{`200 `, `403 `}, []string{put + `{"url":"x"}`, list}, nil, []string{"url"}, ""},
		"the read back has no image": {nil, new(""), []string{`200 `, `200 []`}, []string{put + `{"url_text":""}`, list}, nil, []string{"url_text"}, ""},
		"an unknown image":           {new("x"), nil, []string{`404 {"message":"Metric image not found"}`}, []string{put + `{"url":"x"}`}, nil, nil, rest.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			p := gitlab.UpdateMetricImageParams{MetricImageRef: gitlab.MetricImageRef{IssueRef: incident, ImageID: 3}, URL: test.url, URLText: test.urlText}
			image, err := newClient(t, s).UpdateMetricImage(t.Context(), &p)
			assert.Equal(t, test.class, rest.ErrorClass(err))
			assert.Equal(t, test.requests, s.requests)
			if err == nil {
				assert.Equal(t, test.ignored, image.Ignored)
				assert.Equal(t, test.unknown, image.Unknown)
				assert.EqualValues(t, 3, image.ID)
			}
		})
	}
}

func TestDeleteMetricImage(t *testing.T) {
	t.Parallel()
	for response, class := range map[string]rest.Class{
		"204 ":         "",
		`200 {"id":3}`: rest.OutcomeUnknown,
		`400 {"message":"Metric image could not be deleted"}`: rest.Invalid,
		`404 {"message":"Metric image not found"}`:            rest.NotFound,
	} {
		t.Run(response, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{response}}
			err := newClient(t, s).DeleteMetricImage(t.Context(), &gitlab.MetricImageRef{IssueRef: incident, ImageID: 3})
			assert.Equal(t, class, rest.ErrorClass(err))
			assert.Equal(t, class == "", err == nil)
		})
	}
}

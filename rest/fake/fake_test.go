package fake_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, path, pattern, id string
		matches                 bool
	}{
		{"variable", "/api/projects/7/issues", "/projects/{id}/issues", "7", true},
		{"escaped slash", "/api/projects/a%2Fb/issues", "/projects/{id}/issues", "a/b", true},
		{"slash", "/api/projects/a/b/issues", "/projects/{id}/issues", "", false},
		{"another word", "/api/groups/7/issues", "/projects/{id}/issues", "", false},
		{"no prefix", "/projects/7/issues", "/projects/{id}/issues", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, tt.path, nil)
			assert.Equal(t, tt.matches, fake.Match(r, tt.pattern, fake.Segments(r, "/api")))
			if tt.matches {
				assert.Equal(t, tt.id, r.PathValue("id"))
			}
		})
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name            string
		resp            fake.Response
		mediaType, body string
	}{
		{"JSON", fake.Response{Status: 200, Body: []string{"<a>"}}, "application/json", "[\"<a>\"]\n"},
		{"page", fake.Response{Status: 502, Body: fake.Page("<p>")}, "text/html; charset=utf-8", "<p>"},
		{"text", fake.Response{Status: 429, Body: fake.Page("Later"), Header: map[string]string{"Content-Type": "text/plain"}}, "text/plain", "Later"},
		{"nothing", fake.Response{Status: 204}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			tt.resp.Write(w, "application/json")
			assert.Equal(t, tt.resp.Status, w.Code)
			assert.Equal(t, tt.mediaType, w.Header().Get("Content-Type"))
			assert.Equal(t, tt.body, w.Body.String())
		})
	}
}

func TestAddETag(t *testing.T) {
	t.Parallel()
	read := func(method, known string, status int, links string) fake.Response {
		r := httptest.NewRequest(method, "/", nil)
		r.Header.Set("If-None-Match", known)
		resp := fake.Response{Status: status, Body: "text"}
		resp.SetHeader("Link", links)
		resp.AddETag(r)
		return resp
	}
	tag := read("GET", "", 200, "a").Header["ETag"]
	assert.Regexp(t, `^W/"[0-9a-f]{64}"$`, tag)
	assert.Equal(t, fake.Response{Status: 304, Header: map[string]string{"ETag": tag}}, read("GET", `"other", `+tag, 200, "a"))
	assert.Equal(t, 200, read("GET", tag, 200, "b").Status, "other links")
	assert.Empty(t, read("POST", "*", 200, "a").Header["ETag"])
	assert.Empty(t, read("GET", "*", 404, "a").Header["ETag"])
}

func TestCurrent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		windows := map[string]*fake.Window{}
		w := fake.Current(windows, "a", time.Minute)
		time.Sleep(30*time.Second + time.Millisecond)
		assert.Equal(t, 30, w.Wait())
		assert.Same(t, w, fake.Current(windows, "a", time.Minute))
		assert.NotSame(t, w, fake.Current(windows, "b", time.Minute))
		time.Sleep(30 * time.Second)
		assert.NotSame(t, w, fake.Current(windows, "a", time.Minute))
	})
}

func TestSelect(t *testing.T) {
	t.Parallel()
	list := []int{1, 2, 3}
	assert.Equal(t, []int{1, 3}, fake.Select(list, func(n int) bool { return n != 2 }))
	assert.Equal(t, []int{1, 2, 3}, list)
	assert.Equal(t, []int{}, fake.Select(nil, func(int) bool { return true }), "an empty list in JSON, not null")
}

func TestParseForm(t *testing.T) {
	t.Parallel()
	const parts = "multipart/form-data; boundary=x"
	part := func(disposition, content string) string {
		return "--x\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n"
	}
	for _, tt := range []struct {
		name, contentType, body string
		want                    *fake.Form
		isMalformed             bool
	}{
		{"values", "application/x-www-form-urlencoded; charset=utf-8", "a=1&b=2&a=3", &fake.Form{Values: url.Values{"a": {"1", "3"}, "b": {"2"}}}, false},
		{"parts", parts, part(`name="a"`, "1") + part(`name="file"; filename="dir/one.png"`, "png") + part(`name="a"`, "2") + "--x--\r\n",
			&fake.Form{Values: url.Values{"a": {"1", "2"}}, File: &fake.File{Name: "one.png", Size: 3, Content: []byte("png")}}, false},
		{"another file", parts, part(`name="b"; filename="b"`, "") + "--x--", &fake.Form{Values: url.Values{}}, false},
		{"no form", "application/json", `{"a":1}`, nil, false},
		{"malformed values", "application/x-www-form-urlencoded", "a=%", nil, true},
		{"truncated", parts, part(`name="a"`, "1"), nil, true},
		{"no boundary", "multipart/form-data", "--x--", nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			form, err := fake.ParseForm(tt.contentType, []byte(tt.body))
			if tt.isMalformed {
				assert.Error(t, err)
				return
			}
			assert.NoError(t, err)
			assert.Equal(t, tt.want, form)
		})
	}
}

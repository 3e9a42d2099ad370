package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// request is a request with its user and its parameters.
type request struct {
	*http.Request
	user   *user
	web    string     // the address of the web pages by which the client reached the sandbox
	params params     // of the query and the body
	file   *fake.File // of a form
}

// newRequest identifies the user and reads the parameters. It returns the error to
// respond with if it fails.
func newRequest(w http.ResponseWriter, r *http.Request) (*request, response) {
	token := r.Header.Get("PRIVATE-TOKEN")
	if scheme, bearer, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") && token == "" {
		token = strings.TrimSpace(bearer)
	}
	req := &request{Request: r, web: fake.WebURL(r), params: params{}}
	for _, u := range users {
		if u.token() == token {
			req.user = u
		}
	}
	if req.user == nil {
		return nil, unauthorized()
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, fake.MaxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, response{Status: http.StatusRequestEntityTooLarge, Body: fake.Page("<html><body><h1>413 Request Entity Too Large</h1></body></html>\n")}
	}
	if err != nil {
		return nil, badParameter("The request body could not be read")
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !req.readBody(body) {
		return nil, response{Status: http.StatusBadRequest, Body: grapeError{"The request is malformed"}}
	}
	req.params.addValues(query)
	return req, response{}
}

// readBody reads the parameters of a body, and reports whether it is well-formed.
func (r *request) readBody(body []byte) bool {
	if len(body) == 0 {
		return true
	}
	form, err := fake.ParseForm(r.Header.Get("Content-Type"), body)
	if form != nil && err == nil {
		r.params.addValues(form.Values)
		r.file = form.File
	}
	if mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); mediaType == "application/json" {
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		return decoder.Decode(&r.params) == nil && r.params != nil
	}
	return err == nil
}

// baseURL returns the address of the API.
func (r *request) baseURL() string { return r.web + Prefix }

package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// request is a request with its user and its body.
type request struct {
	*http.Request
	user *user      // nil without a token
	body []byte     // JSON
	form url.Values // the body, if it is a form
	file *fake.File // of a form
}

// newRequest identifies the user and reads the body. It returns the error to
// respond with if it fails.
func newRequest(w http.ResponseWriter, r *http.Request) (*request, response) {
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !isBearer {
		token = r.Header.Get("PRIVATE-TOKEN")
	}
	if token == "" {
		token = r.URL.Query().Get("access_token")
	}
	req := &request{Request: r}
	for _, u := range users {
		if u.token() == token {
			req.user = u
		}
	}
	if req.user == nil && token != "" {
		return nil, unknownToken()
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, fake.MaxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, errorResponse(http.StatusRequestEntityTooLarge, http.StatusRequestEntityTooLarge, "TOO_LARGE", "Request Entity Too Large")
	}
	if err != nil {
		return nil, badParameter("body")
	}
	req.setBody(body)
	return req, response{}
}

// setBody keeps the body as JSON: a form as an object of strings, anything else
// unchanged. A malformed form becomes empty.
func (r *request) setBody(body []byte) {
	form, err := fake.ParseForm(r.Header.Get("Content-Type"), body)
	switch {
	case err != nil:
		return
	case form == nil:
		r.body = body
		return
	}
	r.form = form.Values
	values := map[string]string{}
	for name := range form.Values {
		values[name] = form.Values.Get(name)
	}
	r.file = form.File
	r.body, _ = json.Marshal(values) //nolint:errchkjson // strings always have an encoding
}

// decodeBody decodes the body and reports whether it is valid.
func (r *request) decodeBody(v any) bool { return json.Unmarshal(r.body, v) == nil }

// repoPath returns the path of the repository, which some routes take from the
// query or the body.
func (r *request) repoPath() string {
	if path := r.PathValue("repo"); path != "" {
		return path
	}
	var in struct {
		Repo string `json:"repo"`
	}
	if r.Method == http.MethodGet || !r.decodeBody(&in) {
		return r.URL.Query().Get("repo")
	}
	return in.Repo
}

// milestoneNumber returns the milestone of a write: a number, or a string that
// contains one, as in a form. Absent, null and empty values are 0.
func milestoneNumber(value json.RawMessage) (number int, valid bool) {
	digits := strings.Trim(string(value), `"`)
	if digits == "" || digits == "null" {
		return 0, true
	}
	number, err := strconv.Atoi(digits)
	return number, err == nil
}

package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// apiVersion is the only version that Enterprise Server 3.19 supports.
const apiVersion = "2022-11-28"

// request is a request with its user, its body and the media type of its
// response.
type request struct {
	*http.Request
	user  *user
	web   string // the address of the web pages, which Enterprise serves on the host of the API
	body  []byte
	media media
}

// newRequest identifies the user and reads the body. It returns the error to
// respond with if it fails.
func newRequest(w http.ResponseWriter, r *http.Request) (*request, response) {
	if r.UserAgent() == "" {
		return nil, response{Status: http.StatusForbidden, Body: fake.Page("\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header.\r\n")}
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if token == "" {
		return nil, errorResponse(http.StatusUnauthorized, "Must authenticate to access this API.")
	}
	req := &request{Request: r, web: fake.WebURL(r)}
	for _, u := range users {
		if (strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "token")) && u.token() == strings.TrimSpace(token) {
			req.user = u
		}
	}
	if req.user == nil {
		return nil, errorResponse(http.StatusUnauthorized, "Bad credentials")
	}
	if version := r.Header.Get("X-GitHub-Api-Version"); version != "" && version != apiVersion {
		return nil, errorResponse(http.StatusBadRequest, fmt.Sprintf("%q is not a supported version. Supported versions: %q", version, apiVersion))
	}
	var ok bool
	if req.media, ok = parseAccept(r.Header.Values("Accept")); !ok {
		return nil, errorResponse(http.StatusUnsupportedMediaType, "Unsupported 'Accept' header: '"+r.Header.Get("Accept")+"'. Must accept 'application/json'.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, fake.MaxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, errorResponse(http.StatusRequestEntityTooLarge, "Payload too big")
	}
	if err != nil {
		return nil, errorResponse(http.StatusBadRequest, "Problems reading the body")
	}
	req.body = body
	return req, response{}
}

// decodeBody decodes the body. It returns the error to respond with if it fails.
// An empty body leaves v alone.
func (r *request) decodeBody(v any) (response, bool) {
	if len(r.body) == 0 {
		return response{}, true
	}
	err := json.Unmarshal(r.body, v)
	if err == nil {
		return response{}, true
	}
	wrong := (*json.UnmarshalTypeError)(nil)
	switch {
	case !errors.As(err, &wrong):
		return errorResponse(http.StatusBadRequest, "Problems parsing JSON"), false
	case wrong.Field == "":
		return errorResponse(http.StatusBadRequest, "Body should be a JSON object"), false
	}
	return errorResponse(http.StatusUnprocessableEntity, fmt.Sprintf("Invalid request.\n\nFor 'properties/%s', %s is not of the required type.", wrong.Field, wrong.Value)), false
}

// baseURL returns the address of the API by which the client reached it.
func (r *request) baseURL() string { return r.web + Prefix }

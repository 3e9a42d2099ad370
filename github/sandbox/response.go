package sandbox

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// docsURL is the documentation that errors refer to.
const docsURL = "https://docs.github.com/enterprise-server@3.19/rest"

// response is what a handler returns.
type response struct {
	status int
	header map[string]string
	body   any // encoded as JSON, except for a page and for encoded bytes; nil means an empty body
}

// page is the body of a response in HTML.
type page string

// encoded is a body in JSON.
type encoded []byte

func ok(body any) response { return response{status: http.StatusOK, body: body} }
func noContent() response  { return response{status: http.StatusNoContent} }

// created returns the response to a create, with the address of what it created.
func created(body any, location string) response {
	return response{status: http.StatusCreated, body: body, header: map[string]string{"Location": location}}
}

// apiError is an error in the service's format.
type apiError struct {
	Message string       `json:"message"`
	URL     string       `json:"url,omitempty"`
	Errors  []fieldError `json:"errors,omitempty"`
	Docs    string       `json:"documentation_url"`
	Status  string       `json:"status"`
}

// fieldError describes the invalid field of a request.
type fieldError struct {
	Value    string `json:"value,omitempty"`
	Resource string `json:"resource"`
	Field    string `json:"field"`
	Code     string `json:"code"`
	Message  string `json:"message,omitempty"`
}

func errorResponse(status int, message string) response {
	return response{status: status, body: apiError{Message: message, Docs: docsURL, Status: strconv.Itoa(status)}}
}

// invalid returns the error for a field. Its text is a message if the code is
// custom or unprocessable, else the value.
func invalid(resource, field, code, text string) response {
	e := fieldError{Resource: resource, Field: field, Code: code, Value: text}
	if code == "custom" || code == "unprocessable" {
		e.Message, e.Value = text, ""
	}
	return response{status: http.StatusUnprocessableEntity, body: apiError{
		Message: "Validation Failed", Errors: []fieldError{e}, Docs: docsURL, Status: "422",
	}}
}

// invalidValue returns the error for a value of an issue that is not one of
// those documented, or that names something unknown.
func invalidValue(field, value string) response { return invalid("Issue", field, "invalid", value) }

func notFound() response { return errorResponse(http.StatusNotFound, "Not Found") }

func forbidden() response {
	return errorResponse(http.StatusForbidden, "Must have admin rights to Repository.")
}

func gone(message string) response { return errorResponse(http.StatusGone, message) }

// moved returns a redirect. Its message does not depend on its status.
func moved(status int, location string) response {
	resp := errorResponse(status, "Moved Permanently")
	body := resp.body.(apiError)
	body.URL = location
	resp.body = body
	resp.header = map[string]string{"Location": location}
	return resp
}

// secondaryLimit asks for a pause in seconds.
func secondaryLimit(seconds int) response {
	resp := errorResponse(http.StatusForbidden, "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.")
	resp.header = map[string]string{"Retry-After": strconv.Itoa(seconds)}
	return resp
}

func badGateway() response {
	return response{status: http.StatusBadGateway, body: page("<html><body><h1>502 Bad Gateway</h1></body></html>\n")}
}

func internalError(err error) response {
	return errorResponse(http.StatusInternalServerError, err.Error())
}

// setHeader adds a header to the response.
func (resp *response) setHeader(name, value string) {
	if resp.header == nil {
		resp.header = map[string]string{}
	}
	resp.header[name] = value
}

// conditional adds an ETag to a successful read, and turns it into 304 if the
// client has the same response. The ETag covers the links between pages too.
func (resp *response) conditional(r *request) {
	if r.Method != http.MethodGet || resp.status != http.StatusOK {
		return
	}
	body := encode(resp.body)
	sum := sha256.Sum256(append([]byte(resp.header["Link"]), body...))
	tag := `"` + hex.EncodeToString(sum[:]) + `"`
	resp.body = encoded(body)
	resp.setHeader("ETag", "W/"+tag)
	resp.setHeader("Cache-Control", "private, max-age=60, s-maxage=60")
	resp.setHeader("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP")
	for known := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		if known = strings.TrimPrefix(strings.TrimSpace(known), "W/"); known == tag || known == "*" {
			resp.status, resp.body = http.StatusNotModified, nil
			delete(resp.header, "Link")
			return
		}
	}
}

func (resp response) write(w http.ResponseWriter) {
	id := make([]byte, 16)
	rand.Read(id) //nolint:errcheck // never returns an error
	w.Header().Set("X-GitHub-Request-Id", strings.ToUpper(hex.EncodeToString(id)))
	w.Header().Set("X-GitHub-Enterprise-Version", "enterprise-server@3.19.0")
	for name, value := range resp.header {
		w.Header().Set(name, value)
	}
	body, isHTML := resp.body.(page)
	content := []byte(body)
	if resp.body != nil && !isHTML {
		content = encode(resp.body)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	} else if isHTML {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	w.WriteHeader(resp.status)
	w.Write(content) //nolint:errcheck // fails only if the client is gone
}

// encode returns a body as JSON. Like the service, it leaves <, > and & as they
// are.
func encode(body any) []byte {
	if done, isEncoded := body.(encoded); isEncoded {
		return done
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.Encode(body) //nolint:errcheck,errchkjson // every body has an encoding
	return b.Bytes()
}

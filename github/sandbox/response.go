package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// docsURL is the documentation that errors refer to.
const docsURL = "https://docs.github.com/enterprise-server@3.19/rest"

type response = fake.Response

func ok(body any) response { return response{Status: http.StatusOK, Body: body} }
func noContent() response  { return response{Status: http.StatusNoContent} }

// created returns the response to a create, with the address of what it created.
func created(body any, location string) response {
	return response{Status: http.StatusCreated, Body: body, Header: map[string]string{"Location": location}}
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
	return response{Status: status, Body: apiError{Message: message, Docs: docsURL, Status: strconv.Itoa(status)}}
}

// invalid returns the error for a field. Its text is a message if the code is
// custom or unprocessable, else the value.
//
//go:noinline
func invalid(resource, field, code, text string) response {
	e := fieldError{Resource: resource, Field: field, Code: code, Value: text}
	if code == "custom" || code == "unprocessable" {
		e.Message, e.Value = text, ""
	}
	return response{Status: http.StatusUnprocessableEntity, Body: apiError{
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
	body := resp.Body.(apiError)
	body.URL = location
	resp.Body = body
	resp.Header = map[string]string{"Location": location}
	return resp
}

// secondaryLimit asks for a pause in seconds.
func secondaryLimit(seconds int) response {
	resp := errorResponse(http.StatusForbidden, "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.")
	resp.Header = map[string]string{"Retry-After": strconv.Itoa(seconds)}
	return resp
}

func badGateway() response {
	return response{Status: http.StatusBadGateway, Body: fake.Page("<html><body><h1>502 Bad Gateway</h1></body></html>\n")}
}

func internalError(err error) response {
	return errorResponse(http.StatusInternalServerError, err.Error())
}

// conditional adds the headers of a read.
func conditional(r *request, resp response) response {
	resp.AddETag(r.Request)
	if resp.Header["ETag"] != "" {
		resp.SetHeader("Cache-Control", "private, max-age=60, s-maxage=60")
		resp.SetHeader("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP")
	}
	return resp
}

func writeResponse(resp response, w http.ResponseWriter) {
	id := make([]byte, 16)
	rand.Read(id) //nolint:errcheck // never returns an error
	w.Header().Set("X-GitHub-Request-Id", strings.ToUpper(hex.EncodeToString(id)))
	w.Header().Set("X-GitHub-Enterprise-Version", "enterprise-server@3.19.0")
	resp.Write(w, "application/json; charset=utf-8")
}

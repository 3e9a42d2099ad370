package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

type response = fake.Response

// messageError is an error of the application: a text, or the problems of the
// fields.
type messageError struct {
	Message any `json:"message"`
}

// grapeError is an error that is found before the application sees the request.
type grapeError struct {
	Error string `json:"error"`
}

func ok(body any) response      { return response{Status: http.StatusOK, Body: body} }
func created(body any) response { return response{Status: http.StatusCreated, Body: body} }
func noContent() response       { return response{Status: http.StatusNoContent} }

// notModified says that a write had nothing to change.
func notModified() response { return response{Status: http.StatusNotModified} }

func errorMessage(status int, message any) response {
	return response{Status: status, Body: messageError{message}}
}

func unauthorized() response { return errorMessage(http.StatusUnauthorized, "401 Unauthorized") }
func forbidden() response    { return errorMessage(http.StatusForbidden, "403 Forbidden") }

// notFound returns the error for something that the user cannot see either. What
// it names depends on the operation.
func notFound(what string) response {
	return errorMessage(http.StatusNotFound, "404 "+what+" Not Found")
}

// notFoundRecord is the error of operations that do not name what they look for.
func notFoundRecord() response { return errorMessage(http.StatusNotFound, "404 Not found") }

func unknownRoute() response {
	return response{Status: http.StatusNotFound, Body: grapeError{"404 Not Found"}}
}

// badParameter returns the error for a parameter with a value of a wrong type, or
// one that is not documented.
func badParameter(problem string) response {
	return response{Status: http.StatusBadRequest, Body: grapeError{problem}}
}

// missing is the error for parameters that an operation requires.
func missing(names ...string) response {
	problems := make([]string, len(names))
	for n, name := range names {
		problems[n] = name + " is missing"
	}
	return badParameter(strings.Join(problems, ", "))
}

// invalidField returns the error for a field that the application rejects.
func invalidField(name, problem string) response {
	return errorMessage(http.StatusBadRequest, map[string][]string{name: {problem}})
}

// tooManyRequests is what the limiter in front of the application returns.
func tooManyRequests(seconds int) response {
	resp := response{Status: http.StatusTooManyRequests, Body: fake.Page("Retry later\n")}
	resp.SetHeader("Content-Type", "text/plain")
	resp.SetHeader("Retry-After", strconv.Itoa(seconds))
	return resp
}

func badGateway() response {
	return response{Status: http.StatusBadGateway, Body: fake.Page("<html><body><h1>502 Bad Gateway</h1></body></html>\n")}
}

func internalError(err error) response {
	return errorMessage(http.StatusInternalServerError, err.Error())
}

func requestID() string {
	id := make([]byte, 13)
	rand.Read(id) //nolint:errcheck // never returns an error
	return "01" + strings.ToUpper(hex.EncodeToString(id))[:24]
}

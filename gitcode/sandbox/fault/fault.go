// Package fault injects failures into an HTTP service, to test its clients.
package fault

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Fault describes how one request fails. With the zero value it does not fail.
// Delay combines with any other failure. If several others are set, the first
// of these applies: Refuse, Reset, CutOff, Echo, Garbage, Redirect, Status.
type Fault struct {
	Delay    time.Duration // wait before anything else
	Status   int           // respond with this status, Header and Body
	Header   http.Header   // response headers, used with Status
	Body     string        // response body, used with Status
	Redirect string        // redirect to this URL, with Status or else 307
	CutOff   bool          // serve the request, but send only half of the response body and close the connection
	Reset    bool          // serve the request, but close the connection without a response
	Refuse   bool          // close the connection without serving the request
	Echo     bool          // respond 400 with the URL, headers and body of the request
	Garbage  bool          // respond 200 with a body that is not JSON
}

// Inject returns a handler that calls plan for each request, and passes the
// request on to service unless the fault prevents it.
func Inject(service http.Handler, plan func(*http.Request) Fault) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := plan(r)
		if f.Delay > 0 {
			// net/http notices that the client is gone only once the body is read.
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			select {
			case <-time.After(f.Delay):
			case <-r.Context().Done():
				return
			}
		}
		switch {
		case f.Refuse:
			panic(http.ErrAbortHandler)
		case f.Reset:
			service.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		case f.CutOff:
			cutOff(w, r, service)
		case f.Echo:
			echo(w, r)
		case f.Garbage:
			io.WriteString(w, "<html><body>service is busy") //nolint:errcheck // fails only if the client is gone
		case f.Redirect != "":
			status := f.Status
			if status == 0 {
				status = http.StatusTemporaryRedirect
			}
			http.Redirect(w, r, f.Redirect, status)
		case f.Status != 0:
			maps.Copy(w.Header(), f.Header)
			w.WriteHeader(f.Status)
			io.WriteString(w, f.Body) //nolint:errcheck // fails only if the client is gone
		default:
			service.ServeHTTP(w, r)
		}
	})
}

// cutOff announces the length of the whole response and sends half of it.
func cutOff(w http.ResponseWriter, r *http.Request, service http.Handler) {
	whole := httptest.NewRecorder()
	service.ServeHTTP(whole, r)
	body := whole.Body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(whole.Code)
	w.Write(body[:len(body)/2])           //nolint:errcheck // fails only if the client is gone
	http.NewResponseController(w).Flush() //nolint:errcheck // fails only if the client is gone
	panic(http.ErrAbortHandler)
}

// echo responds with everything the client sent, secrets included, as some
// services do in their errors.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.WriteHeader(http.StatusBadRequest)
	io.WriteString(w, "bad request: "+r.URL.String()+" ") //nolint:errcheck // fails only if the client is gone
	r.Header.Write(w)                                     //nolint:errcheck // fails only if the client is gone
	w.Write(body)                                         //nolint:errcheck // fails only if the client is gone
}

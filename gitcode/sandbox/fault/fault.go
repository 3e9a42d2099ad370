// Package fault makes an HTTP service fail as services do, for tests.
package fault

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Fault is what goes wrong with one request; the zero value is nothing.
type Fault struct {
	Delay    time.Duration // before anything else
	Status   int           // answer with this status, with Body
	Header   http.Header   // of the answer, with Status
	Body     string        // of the answer, with Status
	Redirect string        // answer 307 to this address, or Status if that is a redirect
	CutOff   bool          // send half of the true answer and close the connection
	Reset    bool          // serve the request, then close the connection without an answer
	Refuse   bool          // close the connection without serving the request
	Echo     bool          // answer 400 with what was received, headers too
	Garbage  bool          // answer 200 with what is no JSON
}

// Inject wraps a service, so that what plan returns goes wrong with each
// request.
func Inject(service http.Handler, plan func(*http.Request) Fault) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := plan(r)
		if f.Delay > 0 {
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
			io.WriteString(w, "<html><body>service is busy") //nolint:errcheck // the client is gone
		case f.Redirect != "":
			status := f.Status
			if status == 0 {
				status = http.StatusTemporaryRedirect
			}
			http.Redirect(w, r, f.Redirect, status)
		case f.Status != 0:
			maps.Copy(w.Header(), f.Header)
			w.WriteHeader(f.Status)
			io.WriteString(w, f.Body) //nolint:errcheck // the client is gone
		default:
			service.ServeHTTP(w, r)
		}
	})
}

// cutOff promises the whole answer and sends half of it.
func cutOff(w http.ResponseWriter, r *http.Request, service http.Handler) {
	whole := httptest.NewRecorder()
	service.ServeHTTP(whole, r)
	body := whole.Body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(whole.Code)
	w.Write(body[:len(body)/2])           //nolint:errcheck // the client is gone
	http.NewResponseController(w).Flush() //nolint:errcheck // the client is gone
	panic(http.ErrAbortHandler)
}

// echo answers with all it was told, as some services do in their errors.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.WriteHeader(http.StatusBadRequest)
	io.WriteString(w, "bad request: "+r.URL.String()+" ") //nolint:errcheck // the client is gone
	r.Header.Write(w)                                     //nolint:errcheck // the client is gone
	w.Write(body)                                         //nolint:errcheck // the client is gone
}

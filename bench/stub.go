package main

import (
	"bytes"
	_ "embed" // for issueJSON
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"
)

// issueJSON is an issue in the form of the documented list, without the members that
// differ, 6.8 kB long.
//
//go:embed issue.json
var issueJSON []byte

// The stub's lists.
const (
	pageSize   = 30                    // issues of the fast list
	slowIssues = 10_000                // of the slow one
	slowTime   = 20 * time.Millisecond // before it responds
	issuePath  = "/repos/o/r/issues/7"
	listPath   = "/repos/o/r/issues"
)

// issues returns the issues from one number to another as a list.
func issues(from, to int) []byte {
	var b bytes.Buffer
	b.Grow((to - from + 2) * (len(issueJSON) + 32))
	b.WriteByte('[')
	for n := from; n <= to; n++ {
		if n > from {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"number":"%d",`, 152_000+n, n)
		b.Write(bytes.TrimSpace(issueJSON[1:]))
	}
	b.WriteByte(']')
	return b.Bytes()
}

// newStub returns a service that has one repository. The path /slow is the base URL of
// one that has 10,000 issues and takes its time; /spent returns how many nanoseconds
// the requests to it took so far, from their arrival until the response was written.
func newStub() http.Handler {
	list := issues(1, pageSize)
	issue := bytes.Trim(issues(7, 7), "[]")
	var spent atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+listPath, func(w http.ResponseWriter, _ *http.Request) { respond(w, list, pageSize) })
	mux.HandleFunc("GET "+issuePath, func(w http.ResponseWriter, _ *http.Request) { respond(w, issue, 0) })
	mux.HandleFunc("GET /slow"+listPath, func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		time.Sleep(slowTime)
		page, size := queryInt(r, "page", 1), queryInt(r, "per_page", 20)
		respond(w, issues((page-1)*size+1, min(page*size, slowIssues)), slowIssues)
		spent.Add(int64(time.Since(begin)))
	})
	mux.HandleFunc("GET /spent", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "%d", spent.Load()) })
	return mux
}

func respond(w http.ResponseWriter, body []byte, total int) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if total > 0 {
		header["total_count"] = []string{strconv.Itoa(total)} // as GitCode spells it
	}
	_, _ = w.Write(body) // a client that is gone does not matter
}

// queryInt returns a number of the query, or another if it is not there.
func queryInt(r *http.Request, name string, other int) int {
	if n, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil {
		return n
	}
	return other
}

// newProxy returns a plain proxy of a service.
func newProxy(target string) http.Handler {
	u, err := url.Parse(target)
	if err != nil {
		panic(err) // the stub's own
	}
	proxy := httputil.NewSingleHostReverseProxy(u)
	proxy.Transport = &http.Transport{MaxIdleConnsPerHost: clients}
	return proxy
}

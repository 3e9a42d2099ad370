// Package fake contains what the sandboxes of the forges share: matching routes,
// writing responses, conditional reads, and limits.
//
// The sandboxes mark some functions with many callers as noinline: they need no speed,
// and inlining each of them would make the program 2 to 8 kB larger.
package fake

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// MaxBody is the maximum size of a request body in bytes.
const MaxBody = 16 << 20

// Segments returns the unescaped segments of the request's path after the
// prefix, or nil if the path lacks it or is malformed.
func Segments(r *http.Request, prefix string) []string {
	path, found := strings.CutPrefix(r.URL.EscapedPath(), prefix)
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		var err error
		if segments[i], err = url.PathUnescape(segment); err != nil {
			return nil
		}
	}
	if !found {
		return nil
	}
	return segments
}

// WebURL returns the address of the web pages by which the client reached a sandbox.
func WebURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// Match reports whether a pattern matches the unescaped segments of the request's
// path. Its variables in braces match one segment each. As it goes, Match sets the
// request's path values.
func Match(r *http.Request, pattern string, segments []string) bool {
	parts := strings.Split(pattern, "/")
	if len(parts) != len(segments) {
		return false
	}
	for i, p := range parts {
		if name, isVariable := strings.CutPrefix(p, "{"); isVariable {
			r.SetPathValue(strings.TrimSuffix(name, "}"), segments[i])
		} else if p != segments[i] {
			return false
		}
	}
	return true
}

// Response is what a handler returns.
type Response struct {
	Status int
	Header map[string]string
	Body   any // encoded as JSON, except for a Page and for Encoded; nil means an empty body
}

// Page is the body of a response in HTML.
type Page string

// Encoded is a body in JSON.
type Encoded []byte

// SetHeader adds a header to the response.
//
//go:noinline
func (resp *Response) SetHeader(name, value string) {
	if resp.Header == nil {
		resp.Header = map[string]string{}
	}
	resp.Header[name] = value
}

// AddETag adds an ETag to a successful read, and turns it into 304 if the client
// has the same response. The ETag covers the links between pages too.
func (resp *Response) AddETag(r *http.Request) {
	if r.Method != http.MethodGet || resp.Status != http.StatusOK {
		return
	}
	body := Encode(resp.Body)
	sum := sha256.Sum256(append([]byte(resp.Header["Link"]), body...))
	tag := `"` + hex.EncodeToString(sum[:]) + `"`
	resp.Body = Encoded(body)
	resp.SetHeader("ETag", "W/"+tag)
	for known := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		if known = strings.TrimPrefix(strings.TrimSpace(known), "W/"); known == tag || known == "*" {
			resp.Status, resp.Body = http.StatusNotModified, nil
			delete(resp.Header, "Link")
			return
		}
	}
}

// Write sends the response. The media type of JSON is the given one.
func (resp Response) Write(w http.ResponseWriter, mediaType string) {
	for name, value := range resp.Header {
		w.Header().Set(name, value)
	}
	body, isHTML := resp.Body.(Page)
	content := []byte(body)
	if resp.Body != nil && !isHTML {
		content = Encode(resp.Body)
		w.Header().Set("Content-Type", mediaType)
	} else if isHTML && w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	w.WriteHeader(resp.Status)
	w.Write(content) //nolint:errcheck // fails only if the client is gone
}

// Encode returns a body as JSON. Like the services, it leaves <, > and & as they
// are.
func Encode(body any) []byte {
	if done, isEncoded := body.(Encoded); isEncoded {
		return done
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.Encode(body) //nolint:errcheck,errchkjson // every body has an encoding
	return b.Bytes()
}

// Select returns the elements that keep selects, in a list of its own.
//
//go:noinline
func Select[E any](list []E, keep func(E) bool) []E {
	selected := []E{}
	for _, element := range list {
		if keep(element) {
			selected = append(selected, element)
		}
	}
	return selected
}

// Window counts what a user did since the window was opened. Once it ends, the
// next request opens another one.
type Window struct {
	Ends time.Time
	Used int
}

// Current returns a user's window, which it opens if none is open.
func Current(windows map[string]*Window, user string, length time.Duration) *Window {
	w := windows[user]
	if now := time.Now(); w == nil || !now.Before(w.Ends) {
		w = &Window{Ends: now.Add(length)}
		windows[user] = w
	}
	return w
}

// Wait returns the seconds until the window ends, rounded up.
func (w *Window) Wait() int { return int((time.Until(w.Ends) + time.Second - 1) / time.Second) }

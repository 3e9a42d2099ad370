package server

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// guard decides who may speak to the server, before anything reads what they
// say.
type guard struct {
	secret  string   // "" lets everybody in
	origins []string // allowed besides the server's own
}

// readTimeout bounds how long a body may take to arrive, writeTimeout how long
// a reader may leave what is written to it unread.
const (
	readTimeout  = 30 * time.Second
	writeTimeout = 30 * time.Second
)

// place refuses requests that a web page in a user's browser was made to send:
// those of another origin, and, on loopback, those to another host's name.
func (g guard) place(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && isLoopback(local.String()) && !isLoopback(r.Host) {
			http.Error(w, "forbidden: this server listens on a loopback address and answers to no other host's name", http.StatusForbidden)
			return
		}
		origin := r.Header.Get("Origin")
		if origin != "" && !g.allows(origin, r.Host) {
			http.Error(w, "forbidden: the origin is not allowed (--allow-origin)", http.StatusForbidden)
			return
		}
		if origin != "" {
			h := w.Header()
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", "Mcp-Session-Id, WWW-Authenticate")
			h.Add("Vary", "Origin")
			if r.Method == http.MethodOptions {
				h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
				h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, "+
					strings.Join([]string{headerToken, headerToolsets, headerTools, headerReadOnly}, ", "))
				h.Set("Access-Control-Max-Age", "7200")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// allows reports whether an origin is the server's own or one allowed.
func (g guard) allows(origin, host string) bool {
	if slices.Contains(g.origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

// isLoopback reports whether an address, with or without a port, is one of
// this machine alone.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// knows lets in who has the secret. What is compared is digests, of one length,
// in constant time.
func (g guard) knows(next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(g.secret))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(strings.TrimSpace(given)))
		if g.secret != "" && (!strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(got[:], want[:]) != 1) {
			unauthorized(w, "this server wants its secret as \"Authorization: Bearer …\"")
			return
		}
		// It is for this server alone and goes no further.
		r.Header.Del("Authorization")
		next.ServeHTTP(w, r)
	})
}

func unauthorized(w http.ResponseWriter, why string) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	http.Error(w, "unauthorized: "+why, http.StatusUnauthorized)
}

// bounded reads the body, so that one too long is refused as such, chunked ones
// too, and one that does not arrive holds nothing up.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > maxMessage {
			tooLarge(w)
			return
		}
		control := http.NewResponseController(w)
		_ = control.SetReadDeadline(time.Now().Add(readTimeout)) // not every connection has one
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
		_ = control.SetReadDeadline(time.Time{})
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			tooLarge(w)
			return
		}
		if err != nil {
			http.Error(w, "the body could not be read", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r.WithContext(withBody(r.Context(), body)))
	})
}

func tooLarge(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	http.Error(w, "the body is over 4 MiB", http.StatusRequestEntityTooLarge)
}

// patient writes with a deadline for each piece, so that who does not read
// holds no memory, and names streams to proxies as such.
func patient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&patientWriter{ResponseWriter: w, control: http.NewResponseController(w), origin: w.Header().Get("Access-Control-Allow-Origin")}, r)
	})
}

type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	origin  string // that place has allowed
	begun   bool
}

func (w *patientWriter) WriteHeader(status int) {
	if !w.begun {
		w.begun = true
		h := w.Header()
		if strings.HasPrefix(h.Get("Content-Type"), "text/event-stream") {
			h.Set("X-Accel-Buffering", "no")
		}
		// mcp-go opens its streams to every origin.
		if h.Del("Access-Control-Allow-Origin"); w.origin != "" {
			h.Set("Access-Control-Allow-Origin", w.origin)
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *patientWriter) Write(p []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	_ = w.control.SetWriteDeadline(time.Now().Add(writeTimeout)) // not every connection has one
	return w.ResponseWriter.Write(p)
}

// Flush implements http.Flusher, which mcp-go asks for.
func (w *patientWriter) Flush() {
	_ = w.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	_ = w.control.Flush()
}

// Unwrap is for http.ResponseController.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

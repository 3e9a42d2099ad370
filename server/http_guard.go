package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// guard rejects requests that must not reach the server, before anything reads
// their bodies.
type guard struct {
	secret  string   // "" if none is required
	origins []string // allowed in addition to the server's own
	headers []string // of the caller, which pages of these origins may send
}

// checkOrigin rejects cross-origin requests and, on loopback, DNS rebinding: a
// web page must not reach the server through its visitor's browser. The documents
// of discovery are for any page, except on loopback.
func (g guard) checkOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		onLoopback := ok && isLoopback(local.String())
		if isDiscovery(r.URL.Path) && !onLoopback {
			next.ServeHTTP(w, r)
			return
		}
		if onLoopback && !isLoopback(r.Host) {
			http.Error(w, "forbidden: this server listens on a loopback address and rejects other host names", http.StatusForbidden)
			return
		}
		origin := r.Header.Get("Origin")
		if origin != "" && !g.allowsOrigin(origin, r.Host) {
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
					strings.Join(g.headers, ", "))
				h.Set("Access-Control-Max-Age", "7200")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// allowsOrigin reports whether an origin is the server's own or an allowed one.
func (g guard) allowsOrigin(origin, host string) bool {
	if slices.Contains(g.origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

// isLoopback reports whether an address, with or without a port, is a loopback
// address.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// requireSecret rejects requests without the secret, if there is one. It
// compares hashes so that the comparison takes constant time regardless of
// length.
func (g guard) requireSecret(next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(g.secret))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(strings.TrimSpace(given)))
		if g.secret != "" && (!strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(got[:], want[:]) != 1) {
			unauthorized(w, "missing or wrong secret; send it as \"Authorization: Bearer …\"")
			return
		}
		// The secret is for this server only, so nothing behind it sees the header.
		r.Header.Del("Authorization")
		next.ServeHTTP(w, r)
	})
}

func unauthorized(w http.ResponseWriter, reason string) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	http.Error(w, "unauthorized: "+reason, http.StatusUnauthorized)
}

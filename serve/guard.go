package serve

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// policy allows nothing but our own files. Data of the charts stands in blocks of JSON, which are not run.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// armed refuses what no user of ours sends, and tells browsers what a page of ours may do.
func (s *Server) armed(next http.Handler) http.Handler {
	var origin http.CrossOriginProtection // refuses unsafe methods from other sites
	next = origin.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !s.named(r.Host) {
			http.Error(w, "This name does not lead here. If it should, start culprit serve with --host and the name.", http.StatusMisdirectedRequest)
			return
		}
		if foreign(r) {
			http.Error(w, "Another site asked for this.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// named reports whether a Host header is one of ours. A page of another site can have its own name lead to this machine, and then
// ask as if it were ours; it cannot do so with localhost or an address in digits.
func (s *Server) named(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if _, err := netip.ParseAddr(host); err == nil || host == "localhost" {
		return true
	}
	return slices.ContainsFunc(s.opts.Names, func(name string) bool { return strings.EqualFold(name, host) })
}

// foreign reports whether another site sends a request that is more than a link to a page: statements of the console and searches cost
// something.
func foreign(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	if site == "" || site == "same-origin" || site == "none" {
		return false
	}
	return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.URL.RawQuery != ""
}

// guard lets those in who have shown the token.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.sessions.allowed(r) {
			next.ServeHTTP(w, r)
			return
		}
		if r.Header.Get("Accept") != "" && strings.Contains(r.Header.Get("Accept"), "text/html") {
			http.Redirect(w, r, "/login", http.StatusSeeOther)
			return
		}
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "The token is missing: Authorization: Bearer TOKEN.", http.StatusUnauthorized)
	})
}

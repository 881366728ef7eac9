package change

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// maxBody bounds what is posted. Forges list up to thousands of commits in a push.
const maxBody = 4 << 20

// Hook takes changes that are posted: culprit's own JSON, and the webhooks of GitHub and GitLab.
type Hook struct {
	// Secret is what others must know: as a bearer token, as GitLab's X-Gitlab-Token, or to sign the body with (HMAC-SHA256, as GitHub's
	// X-Hub-Signature-256). Without one, only programs of this machine are heard.
	Secret string
	Sink   Sink
	Now    func() time.Time
}

// ServeHTTP answers 202 to what was taken, 200 to an event that is no change, and says in plain words what is wrong else.
func (h *Hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "changes are posted", http.StatusMethodNotAllowed)
		return
	}
	if h.refuses(r) {
		http.Error(w, unknown, http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		http.Error(w, "larger than any change", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		http.Error(w, "the body broke off", http.StatusBadRequest)
		return
	case !h.admits(r, body):
		http.Error(w, unknown, http.StatusUnauthorized)
		return
	}
	changes, err := posted(r.Header, body, h.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	status := http.StatusOK
	if len(changes) > 0 {
		if err := h.Sink(changes); err != nil {
			http.Error(w, "cannot be kept now; try again", http.StatusServiceUnavailable)
			return
		}
		status = http.StatusAccepted
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]int{"taken": len(changes)}) // whoever went away need not know
}

const unknown = "a token or a signature is missing or wrong"

// refuses reports whether a request is to be turned away whatever its body holds, which then is not read: only a signature needs it.
func (h *Hook) refuses(r *http.Request) bool {
	return (h.Secret == "" || r.Header.Get("X-Hub-Signature-256") == "") && !h.admits(r, nil)
}

// admits reports whether a request comes from somebody who may tell of changes.
func (h *Hook) admits(r *http.Request, body []byte) bool {
	if h.Secret == "" {
		return fromHere(r)
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return same(token, h.Secret)
	}
	if token := r.Header.Get("X-Gitlab-Token"); token != "" {
		return same(token, h.Secret)
	}
	signature, ok := strings.CutPrefix(r.Header.Get("X-Hub-Signature-256"), "sha256=")
	if !ok {
		return false
	}
	got, err := hex.DecodeString(signature)
	if err != nil {
		return false
	}
	sum := hmac.New(sha256.New, []byte(h.Secret))
	sum.Write(body)
	return hmac.Equal(got, sum.Sum(nil))
}

// same compares secrets without telling by its time how much of them fits.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// fromHere reports whether a request was made on this machine, by a program rather than by a page in somebody's browser, and reached it
// through no proxy.
func fromHere(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	for _, name := range [...]string{"Origin", "X-Forwarded-For", "Forwarded", "X-Real-Ip"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	asked := r.Host
	if h, _, splitErr := net.SplitHostPort(asked); splitErr == nil {
		asked = h
	}
	named := net.ParseIP(strings.Trim(asked, "[]"))
	return err == nil && ip != nil && ip.IsLoopback() && (asked == "localhost" || named != nil && named.IsLoopback())
}

package serve

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sessions knows who has shown the token. Nothing is kept of a session: its cookie says until when it lasts, signed with a key that this
// process made up.
type sessions struct {
	token [sha256.Size]byte
	open  bool // no token is asked for
	key   []byte
	now   func() time.Time
}

const (
	cookieName  = "culprit"
	sessionTime = 12 * time.Hour
	longestForm = 4096 // bytes
)

func newSessions(token string, now func() time.Time) (*sessions, error) {
	s := &sessions{token: sha256.Sum256([]byte(token)), open: token == "", key: make([]byte, 32), now: now}
	if _, err := rand.Read(s.key); err != nil {
		return nil, fmt.Errorf("make a key for sessions: %w", err)
	}
	return s, nil
}

// right compares in a time that tells nothing of the token.
func (s *sessions) right(token string) bool {
	sum := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(sum[:], s.token[:]) == 1
}

// allowed reports whether a request comes with the token or with the cookie of a session.
func (s *sessions) allowed(r *http.Request) bool {
	if s.open {
		return true
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return s.right(token)
	}
	c, err := r.Cookie(cookieName)
	if err != nil {
		return false
	}
	until, _, _ := strings.Cut(c.Value, ".")
	seconds, err := strconv.ParseInt(until, 10, 64)
	return err == nil && hmac.Equal([]byte(c.Value), []byte(s.signed(until))) && s.now().Before(time.Unix(seconds, 0))
}

// begin is the cookie of a new session.
func (s *sessions) begin() *http.Cookie {
	until := s.now().Add(sessionTime)
	return cookie(s.signed(strconv.FormatInt(until.Unix(), 10)), int(sessionTime.Seconds()))
}

func (s *sessions) signed(until string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(until))
	return until + "." + hex.EncodeToString(mac.Sum(nil))
}

func cookie(value string, age int) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: value, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

// askToken shows the form for the token.
func (s *Server) askToken(w http.ResponseWriter, r *http.Request) {
	if s.sessions.allowed(r) {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	s.show(w, r, http.StatusOK, "login", frame{Title: "Who is there?", Bare: true}, "")
}

// login takes the token.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if !s.sessions.right(strings.TrimSpace(r.PostFormValue("token"))) {
		s.opts.Log.Warn("login refused", "from", r.RemoteAddr)
		s.show(w, r, http.StatusUnauthorized, "login", frame{Title: "Who is there?", Bare: true}, "That is not the token.")
		return
	}
	http.SetCookie(w, s.sessions.begin())
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// logout forgets the session, as far as the browser is concerned.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, cookie("", -1))
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

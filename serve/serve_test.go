package serve

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"culprit/store"
)

// places are addresses of every kind of page.
func places(s *Server) []string {
	id := s.analysis.current().Report.Incidents[0].ID
	return []string{"/", "/incidents/" + id, "/incidents/nobody", "/events", "/events?severity=critical", "/events?text=connect&status=5xx&since=2026", "/sql",
		"/sql?q=" + url.QueryEscape("SELECT message, client, upstream FROM events ORDER BY time DESC LIMIT 3"), "/sql?q=DELETE+FROM+event", "/rules",
		"/rules/backend-down", "/rules/nginx-connect-refused", "/rules/nobody", "/state", "/nowhere"}
}

func TestPagesTell(t *testing.T) {
	s, _ := sampleServer(t, sampleDatabase(t), "")
	id := s.analysis.current().Report.Incidents[0].ID
	f := func(path string, status int, wants ...string) {
		t.Helper()
		w := get(s, path)
		page := html.UnescapeString(w.Body.String())
		if w.Code != status {
			t.Errorf("%s: %d, want %d", path, w.Code, status)
		}
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q", path, want)
			}
		}
	}
	f("/", 200, "/incidents/"+id, "150 of 150", " events in ")
	f("/incidents/"+id, 200, "150", "How the damage travelled", "Where it hurt")
	f("/incidents/nobody", 404, "There is no incident of this id.")
	f("/incidents/"+id+"/report.md", 200, "# ")
	f("/incidents/"+id+"/report.json", 200, `"schema": "culprit/report/v1"`)
	f("/incidents/"+id+"/report.html?share=1", 200, "For sharing")
	f("/incidents/"+id+"/report.exe", 404)
	f("/events", 200, "nginx/error.log:", "100 events")
	f("/events?signature=nginx-connect-refused&since=2026-11-21+12:00:29", 200, "5 events in")
	f("/events?status=502&source=1&until=2026-11-21+12:00:02", 200, "10 events in")
	f("/events?text=no+such+text", 200, "Nothing fits.")
	f("/events?since=yesterday", 400, "cannot read the time")
	f("/events?before=x", 400, "damaged")
	f("/sql?q=SELECT+count(*)+AS+n+FROM+events+WHERE+status+%3D+502", 200, "<td class=\"num\">150</td>", "1 rows in")
	f("/sql?q=DELETE+FROM+event", 400, "only SELECT")
	f("/sql?q=SELECT+1+FROM+events,events,events", 200, "Only the first 500 rows")
	f("/sql?q=SELECT+hex(zeroblob(100000000))", 400, "too big")
	f("/rules?words=refused+haproxy", 200, "Signatures")
	f("/rules/backend-down", 200, "What speaks for it", "nginx-connect-refused")
	f("/rules/nginx-connect-refused", 200, "Lines that match")
	f("/rules/nobody", 404)
	f("/state", 200, "nginx/access.log", "300,000", "at rest")
	f("/nowhere", 404)
}

// TestPagesAreHarmless looks for tags and characters of the attack in every page.
func TestPagesAreHarmless(t *testing.T) {
	s, _ := sampleServer(t, sampleDatabase(t), "")
	for _, path := range places(s) {
		w := get(s, path)
		page := w.Body.String()
		if n := strings.Count(page, "<script"); n != 1+strings.Count(page, `<script type="application/json"`) || strings.Contains(page, "<img") {
			t.Errorf("%s: %d scripts", path, n)
		}
		for _, bad := range []string{` style="`, `onerror="`, " onclick", "javascript:", `src="http`} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: %q", path, bad)
			}
		}
		for _, c := range page {
			if c != '\n' && c != '\t' && unicode.In(c, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) {
				t.Errorf("%s: %U", path, c)
				break
			}
		}
		if len(page) > 1<<20 {
			t.Errorf("%s: %d bytes", path, len(page))
		}
		if p := w.Header().Get("Content-Security-Policy"); !strings.Contains(p, "script-src 'self';") || strings.Contains(p, "unsafe") {
			t.Errorf("%s: policy %q", path, p)
		}
	}
}

func TestWhoMayAsk(t *testing.T) {
	const token = "a token long enough to be kept"
	path := sampleDatabase(t)
	open, _ := sampleServer(t, path, "", "logs.example")
	closed, moved := sampleServer(t, path, token)
	f := func(s *Server, want int, header ...string) {
		t.Helper()
		if w := get(s, "/", header...); w.Code != want {
			t.Errorf("%v: %d, want %d", header, w.Code, want)
		}
	}
	f(open, 200)
	f(open, 200, "Host", "localhost:7890")
	f(open, 200, "Host", "[::1]:7890")
	f(open, 200, "Host", "LOGS.example.:7890")
	f(open, 421, "Host", "evil.example:7890")
	f(open, 421, "Host", "127.0.0.1.evil.example")
	f(open, 403, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors")
	f(open, 200, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")
	f(open, 200, "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors")
	f(closed, 401)
	f(closed, 303, "Accept", "text/html")
	f(closed, 401, "Authorization", "Bearer wrong")
	f(closed, 200, "Authorization", "Bearer "+token)
	f(closed, 401, "Cookie", "culprit=99999999999.00")

	post := func(text string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "http://127.0.0.1:7890/login", strings.NewReader(url.Values{"token": {text}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		closed.Handler().ServeHTTP(w, r)
		return w
	}
	if w := post("wrong"); w.Code != 401 || len(w.Result().Cookies()) != 0 {
		t.Errorf("wrong token: %d", w.Code)
	}
	if w := post(token, "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("another site logs in: %d", w.Code)
	}
	if w := post(token, "Origin", "http://evil.example"); w.Code != 403 {
		t.Errorf("another origin logs in: %d", w.Code)
	}
	w := post(token)
	cookies := w.Result().Cookies()
	if w.Code != 303 || len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode {
		t.Fatalf("right token: %d %v", w.Code, cookies)
	}
	session := cookies[0].Name + "=" + cookies[0].Value
	f(closed, 200, "Cookie", session)
	if w := get(closed, "/sql?q=SELECT+1", "Cookie", session, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate"); w.Code != 403 {
		t.Errorf("another site asks in SQL: %d", w.Code)
	}
	moved.now = moved.now.Add(sessionTime + time.Second)
	f(closed, 401, "Cookie", session)
}

// TestNews writes to the database beside the server: listeners are told, and what goes on comes to an end.
func TestNews(t *testing.T) {
	ctx := context.Background()
	path := sampleDatabase(t)
	s, c := sampleServer(t, path, "")
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	answer, err := http.Get(web.URL + "/news")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	heard := func(want string) {
		t.Helper()
		text := make([]byte, 200)
		n, err := answer.Body.Read(text)
		if err != nil || !regexp.MustCompile(want).Match(text[:n]) {
			t.Errorf("heard %q, %v, want %q", text[:n], err, want)
		}
	}
	heard("^retry:")
	round := func(after time.Duration, want string) {
		t.Helper()
		c.now = c.now.Add(after)
		news, err := s.analysis.round(ctx)
		if err != nil || news != want {
			t.Errorf("news %q, %v, want %q", news, err, want)
		}
		s.crowd.tell(news)
	}
	round(0, nothingNew)
	db, err := store.OpenSQLite(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.SetShift(ctx, 1, 0, "UTC", "flag"); err != nil {
		t.Fatal(err)
	}
	round(time.Second, newEvents) // too early to look again
	heard("event: events")
	round(time.Minute, newReport)
	heard("event: report")
	if !s.analysis.current().Live {
		t.Error("not live")
	}
	round(time.Second, nothingNew)
	round(fresh, newReport)
	if s.analysis.current().Live {
		t.Error("live, though nothing is written")
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if n := len(s.analysis.current().Report.Incidents); n != 1 {
		t.Errorf("%d incidents after looking again, want 1", n)
	}
}

package main

import (
	"context"
	"fmt"
	"html"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"culprit/correlate"
	"culprit/rules"
	"culprit/serve"
	"culprit/store/clickhouse/servertest"
)

// TestServeShowsTheClusterAsADatabase reads an incident into a database and into a cluster of two shards, and compares the pages about them.
func TestServeShowsTheClusterAsADatabase(t *testing.T) {
	const dir = "../../fixtures/release-segfaults"
	c := servertest.Shards(t, 2)
	store, db := c.URL("shown", 0), filepath.Join(t.TempDir(), "kept.db")
	tell(t, "store", "init", "--store", store, "--cluster", c.Name)
	tell(t, "analyze", "--workers", "1", "--db", db, dir)
	tell(t, "analyze", "--workers", "1", "--store", store, dir)
	file, cluster := browse(t, db), browse(t, store)

	id := file.incident()
	for _, page := range []string{"/incidents/" + id, "/incidents/" + id + "/report.json", "/incidents/" + id + "/report.md", "/rules/backend-down"} {
		if want, got := file.get(page), cluster.get(page); got != want {
			t.Errorf("%s:\n%.2000s\nwant\n%.2000s", page, got, want)
		}
	}
	if want, got := between(file.get("/"), "<ol", "</ol>"), between(cluster.get("/"), "<ol", "</ol>"); got != want || got == "" {
		t.Errorf("the incidents are\n%s\nwant\n%s", got, want)
	}
	if want, got := file.logs(), cluster.logs(); !slices.Equal(got, want) || len(got) == 0 {
		t.Errorf("the logs are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, search := range []string{"", "status=5xx", "severity=error", "text=SEGFAULT", "text=%25", "status=502&since=2026-11-21+06:13", "signature=no-such"} {
		if want, got := file.events(search), cluster.events(search); !slices.Equal(got, want) {
			t.Errorf("%q finds %d events, want %d:\n%.1000s\nwant\n%.1000s", search, len(got), len(want), strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if all := cluster.events(""); len(all) <= 200 {
		t.Errorf("there are %d events", len(all))
	}
	for name, page := range map[string]string{
		"the cluster": cluster.get("/state"), "a row": cluster.ask("SELECT count() AS n FROM record WHERE kind = 5"), "the table": cluster.get("/sql"),
	} {
		if want := map[string]string{"the cluster": clusterName(store), "a row": "1 rows in", "the table": "one table, record"}[name]; !strings.Contains(page, want) {
			t.Errorf("%s: no %q on the page", name, want)
		}
	}
	for _, example := range serve.ClickHouseGuide.Examples {
		if page := cluster.ask(example.SQL); !strings.Contains(page, " rows in ") || strings.Contains(page, "<p>0 rows") {
			t.Errorf("%s: %s", example.Title, between(page, `<p class="problem"`, "</p>"))
		}
	}
	for _, sql := range []string{"DROP TABLE record", "SELECT * FROM url('http://127.0.0.1:1/', 'TSV', 'a String')", "SELECT * FROM remote('127.0.0.1', system, one)"} {
		if page := cluster.ask(sql); !strings.Contains(page, `class="problem"`) {
			t.Errorf("%s was answered", sql)
		}
	}
}

// TestServeFollowsTheCluster reads more into a cluster beside serve, takes the cluster away, and gives it back.
func TestServeFollowsTheCluster(t *testing.T) {
	c := servertest.Shards(t, 1)
	store := c.URL("followed", 0) + "?timeout=2s"
	tell(t, "store", "init", "--store", store, "--cluster", c.Name)
	tell(t, "analyze", "--store", store, "../../fixtures/release-segfaults")
	b := browse(t, store)
	const away = "It cannot be asked for what is new"
	if n := strings.Count(b.get("/"), `<li class="card`); n != 1 || strings.Contains(b.get("/"), away) {
		t.Fatalf("%d incidents", n)
	}
	tell(t, "analyze", "--store", store, "../../fixtures/three-hops-php-fpm-gone")
	eventually(t, "the other incident is shown", func() bool { b.tick(time.Minute); return strings.Count(b.get("/"), `<li class="card`) == 2 })
	c.Kill(0)
	eventually(t, "it is said that the cluster is away", func() bool { b.tick(time.Minute); return strings.Contains(b.get("/"), away) })
	if n := strings.Count(b.get("/"), `<li class="card`); n != 2 {
		t.Errorf("%d incidents are shown while the cluster is away", n)
	}
	c.Start(0)
	c.Wait(0)
	eventually(t, "the cluster is back", func() bool { b.tick(time.Minute); return !strings.Contains(b.get("/"), away) })
}

// browsing is a browser before a server that has looked once.
type browsing struct {
	t      *testing.T
	server *serve.Server
	now    atomic.Int64 // ns
	ticks  chan time.Time
}

func browse(t *testing.T, db string) *browsing {
	t.Helper()
	shownDB, console, done, err := shown(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	b := &browsing{t: t, ticks: make(chan time.Time)}
	b.now.Store(time.Now().UnixNano())
	b.server, err = serve.New(serve.Options{Database: shownDB, Console: console, Rules: catalogue, Analysis: correlate.Options{Local: time.UTC},
		Version: "test", Now: func() time.Time { return time.Unix(0, b.now.Load()) }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	watched := make(chan struct{})
	go func() { defer close(watched); b.server.Watch(ctx, b.ticks) }()
	t.Cleanup(func() {
		cancel()
		<-watched
		if err := done(); err != nil {
			t.Error(err)
		}
	})
	b.tick(0) // the first look is over when it is taken
	return b
}

// tick lets time pass and has the server look.
func (b *browsing) tick(d time.Duration) {
	b.now.Add(int64(d))
	select {
	case b.ticks <- time.Time{}:
	case <-time.After(2 * time.Minute):
		b.t.Fatal("a look takes too long")
	}
}

func (b *browsing) get(path string) string {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.server.Handler().ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1:7890"+path, nil))
	return html.UnescapeString(w.Body.String())
}

func (b *browsing) ask(sql string) string { return b.get("/sql?q=" + url.QueryEscape(sql)) }

// incident is the id of the first.
func (b *browsing) incident() string {
	b.t.Helper()
	m := regexp.MustCompile(`/incidents/([0-9a-f]+)"`).FindStringSubmatch(b.get("/"))
	if m == nil {
		b.t.Fatalf("there is no incident on\n%s", b.get("/"))
	}
	return m[1]
}

var (
	pageRows = regexp.MustCompile(`(?s)<tr>.*?</tr>`)
	nextPage = regexp.MustCompile(`rel="next" href="([^"]*)"`)
)

// events are the rows of all pages of a search, sorted: those of one moment have no order.
func (b *browsing) events(search string) (rows []string) {
	b.t.Helper()
	for path := "/events?" + search; ; {
		page := b.get(path)
		found := pageRows.FindAllString(page, -1)
		rows = append(rows, found[min(len(found), 1):]...) // the first is the head
		m := nextPage.FindStringSubmatch(page)
		if m == nil {
			slices.Sort(rows)
			return rows
		}
		path = m[1]
	}
}

// logs are the rows of the page about the state.
func (b *browsing) logs() []string {
	return pageRows.FindAllString(b.get("/state"), -1)
}

// between cuts a part out of a page, with its ends.
func between(page, from, to string) string {
	_, rest, _ := strings.Cut(page, from)
	part, _, found := strings.Cut(rest, to)
	if !found {
		return ""
	}
	return fmt.Sprint(from, part, to)
}

// clusterName is how a store is shown.
func clusterName(url string) string {
	name, _, _ := strings.Cut(url, "?")
	return name
}

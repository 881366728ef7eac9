package serve

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"culprit/report/browsing"
)

// TestPagesInBrowser opens every page in both themes and at the width of a telephone: nothing is wrong on the console, nothing of a log
// became a part of the page, and axe-core finds nothing. SERVE_PICTURES names a folder to keep pictures in.
func TestPagesInBrowser(t *testing.T) {
	s, _ := sampleServer(t, sampleDatabase(t), "")
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close) // after the browser is gone, which listens for news
	tab := browsing.New(t)
	for i, path := range places(s) {
		tab.Look(i%2 == 0, 1200, 900)
		tab.Visit(web.URL + path)
		tab.Wait(`document.querySelector("#pulse").textContent === "up to date"`)
		if browsing.Eval[bool](tab, `document.body.dataset.owned !== undefined || document.images.length > 0 || document.querySelectorAll("main script:not([type])").length > 0`) {
			t.Errorf("%s: a text of a log is a part of the page", path)
		}
		if wide := browsing.Eval[int](tab, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("%s: %d px wider than the window", path, wide)
		}
		if dir := os.Getenv("SERVE_PICTURES"); dir != "" {
			tab.Picture(filepath.Join(dir, fmt.Sprintf("%02d.png", i)))
		}
		for _, v := range tab.Violations() {
			t.Errorf("%s: %s", path, v)
		}
		tab.Look(i%2 == 1, 390, 800)
		for _, v := range tab.Violations() {
			t.Errorf("%s, narrow: %s", path, v)
		}
		if wide := browsing.Eval[int](tab, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("%s: %d px wider than a telephone", path, wide)
		}
		if dir := os.Getenv("SERVE_PICTURES"); dir != "" {
			tab.Picture(filepath.Join(dir, fmt.Sprintf("%02d-phone.png", i)))
		}
		for _, p := range tab.Problems() {
			// A page that says that something is missing or wrong has that status, which the browser notes.
			if !strings.Contains(p, "Failed to load resource: the server responded with a status of 40") {
				t.Errorf("%s: %s", path, p)
			}
		}
	}
}

// TestPagesFollow checks that a page changes when there is news, without being loaded by anybody.
func TestPagesFollow(t *testing.T) {
	s, _ := sampleServer(t, sampleDatabase(t), "")
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close) // after the browser is gone, which listens for news
	tab := browsing.New(t)
	tab.Visit(web.URL + places(s)[1])
	tab.Wait(`document.querySelectorAll("canvas").length > 3 && document.querySelector("#pulse").textContent === "up to date"`)
	browsing.Eval[bool](tab, `document.querySelector("main h1").textContent = "old"; document.querySelector("details").open = true`)
	s.crowd.tell(newReport)
	tab.Wait(`document.querySelector("main h1").textContent !== "old" && document.querySelectorAll("canvas").length > 3`)
	if !browsing.Eval[bool](tab, `document.querySelector("details").open`) {
		t.Error("what was opened has closed")
	}
	if p := tab.Problems(); len(p) > 0 {
		t.Error(p)
	}
}

// TestKeyboardReachesEverything walks through a page by Tab.
func TestKeyboardReachesEverything(t *testing.T) {
	s, _ := sampleServer(t, sampleDatabase(t), "")
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close) // after the browser is gone, which listens for news
	tab := browsing.New(t)
	for _, path := range []string{"/events", places(s)[1]} {
		tab.Visit(web.URL + path)
		browsing.Eval[bool](tab, `document.querySelectorAll("details").forEach((d) => { d.open = true; }); true`)
		const reachable = `[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((e) => e.checkVisibility() && !e.disabled).length`
		want := browsing.Eval[int](tab, reachable)
		tab.Press(strings.Repeat("\t", want))
		if at := browsing.Eval[bool](tab, `(() => {
			const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((e) => e.checkVisibility() && !e.disabled);
			return all.indexOf(document.activeElement) === all.length - 1;
		})()`); !at {
			t.Errorf("%s: after %d tabs the last of them has no focus", path, want)
		}
	}
}

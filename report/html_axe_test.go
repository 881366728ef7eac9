package report

import (
	"os"
	"path/filepath"
	"testing"

	"culprit/correlate"
	"culprit/report/browsing"
)

// TestPageIsAccessible has axe-core judge pages in both themes, at the width of a telephone too, with all parts opened.
func TestPageIsAccessible(t *testing.T) {
	tab := browsing.New(t)
	dir := t.TempDir()
	f := func(name string, r *correlate.Report) {
		path := filepath.Join(dir, name+".html")
		if err := os.WriteFile(path, []byte(pageOf(t, r)), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, dark := range []bool{false, true} {
			for _, width := range []int64{390, 1100} {
				tab.Look(dark, width, 900)
				tab.Visit("file://" + path)
				for _, v := range tab.Violations() {
					t.Errorf("%s, dark %v, %d px: %s", name, dark, width, v)
				}
				if wide := browsing.Eval[int](tab, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
					t.Errorf("%s: %d px wider than a window of %d", name, wide, width)
				}
			}
		}
		for _, p := range tab.Problems() {
			t.Errorf("%s: %s", name, p)
		}
	}
	f("several", several())
	f("healthy", healthy())
	f("hostile", mapped(sample(), func(string, string) string { return `</script><img src=x onerror=alert(1)>` + hostile }))
}

// TestAxeFinds makes sure that a page can fail.
func TestAxeFinds(t *testing.T) {
	tab := browsing.New(t)
	path := filepath.Join(t.TempDir(), "bad.html")
	if err := os.WriteFile(path, []byte(`<!DOCTYPE html><html><head></head><body><p style="color:#ccc;background:#fff">x</p><input></body></html>`), 0o644); err != nil {
		t.Fatal(err)
	}
	tab.Visit("file://" + path)
	if found := tab.Violations(); len(found) < 3 {
		t.Errorf("%d violations of a bad page: %q", len(found), found)
	}
}

// TestPanelsFollow checks that all pictures show the same time after one was zoomed.
func TestPanelsFollow(t *testing.T) {
	tab := browsing.New(t)
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(pageOf(t, sample())), 0o644); err != nil {
		t.Fatal(err)
	}
	tab.Look(false, 1000, 900)
	tab.Visit("file://" + path)
	tab.Wait(`document.querySelectorAll("canvas").length === 6`)
	const pictures = `[...document.querySelectorAll("canvas")].map((c) => c.toDataURL())`
	before := browsing.Eval[[]string](tab, pictures)
	browsing.Eval[bool](tab, `[...document.querySelectorAll("button")].find((b) => b.textContent === "Zoom in").click(); true`)
	browsing.Eval[bool](tab, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
	for i, after := range browsing.Eval[[]string](tab, pictures) {
		if after == before[i] {
			t.Errorf("picture %d is as it was before zooming", i)
		}
	}
	tab.Wait(`(() => {
		const plot = document.querySelector(".plot");
		plot.focus();
		plot.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
		return [...document.querySelectorAll(".readout")].filter((r) => r.textContent !== "").length >= 3;
	})()`)
}

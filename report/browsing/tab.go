// Package browsing opens pages in a real browser, for tests: Debian's chromium, without window, and axe-core to judge accessibility.
package browsing

import (
	"context"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Tab is a tab of a browser that ends with the test.
type Tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	problems []string
}

// patience is how long all that a test does in a tab may take, on a machine that has other things to do.
const patience = 6 * time.Minute

// New opens a browser, and skips the test where there is none.
func New(t testing.TB) *Tab {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed: .ci/tools installs it")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(patience))
	allocated, freed := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closed := chromedp.NewContext(allocated)
	ctx, late := context.WithTimeout(ctx, patience)
	tab := &Tab{t: t, ctx: ctx}
	t.Cleanup(func() {
		late()
		closed()
		freed()
	})
	messages := chromedp.Console(ctx)
	go tab.hear(messages)
	return tab
}

// hear keeps what pages complain about.
func (tab *Tab) hear(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil {
			return // the browser is gone
		}
		if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning || m.Type == chromedp.ConsoleException {
			tab.mu.Lock()
			tab.problems = append(tab.problems, string(m.Type)+": "+m.Text)
			tab.mu.Unlock()
		}
	}
}

func (tab *Tab) do(actions ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, actions...); err != nil {
		tab.t.Fatal(err)
	}
}

// Look sets what the page is looked at with.
func (tab *Tab) Look(dark bool, width, height int64) {
	tab.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	tab.do(chromedp.EmulateViewport(width, height), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, media)
		return err
	}))
}

// Visit opens a page and waits until it is loaded.
func (tab *Tab) Visit(url string) {
	tab.t.Helper()
	tab.do(chromedp.Navigate(url))
}

// Eval returns what a script does; a promise is waited for.
func Eval[T any](tab *Tab, script string) T {
	tab.t.Helper()
	v, err := chromedp.Run(tab.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.t.Fatal(err)
	}
	return v
}

// Wait waits until an expression is true.
func (tab *Tab) Wait(expression string) {
	tab.t.Helper()
	Eval[bool](tab, "new Promise((done) => { const look = () => { if ("+expression+") done(true); else setTimeout(look, 20); }; look(); })")
}

// Press types keys, as chromedp/kb names them.
func (tab *Tab) Press(keys string) {
	tab.t.Helper()
	tab.do(chromedp.KeyEvent(keys))
}

// Problems are what pages have complained about since the last call.
func (tab *Tab) Problems() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	problems := tab.problems
	tab.problems = nil
	return problems
}

// Picture writes what is seen, as PNG, to a file.
func (tab *Tab) Picture(path string) {
	tab.t.Helper()
	png, err := chromedp.Run(tab.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		tab.t.Fatal(err)
	}
	if err := os.WriteFile(path, png, 0o644); err != nil {
		tab.t.Fatal(err)
	}
}

// Violations are what axe-core objects to, with every closed part of the page opened. It skips the test where axe-core is missing.
func (tab *Tab) Violations() []string {
	tab.t.Helper()
	Eval[bool](tab, "document.querySelectorAll('details').forEach((d) => { d.open = true; }); true")
	Eval[bool](tab, axe(tab.t)+"; true")
	return Eval[[]string](tab, `axe.run().then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.html.slice(0, 200) + " " + n.failureSummary)))`)
}

// axe is the program, as .ci/tools installs it; AXE_CORE names another place.
func axe(t testing.TB) string {
	t.Helper()
	path := os.Getenv("AXE_CORE")
	if path == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Skip("there is no place where axe-core could be: ", err)
		}
		path = filepath.Join(cache, "culprit", "node_modules", "axe-core", "axe.min.js")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skip("axe-core is not installed: .ci/tools installs it")
	}
	return strings.TrimSpace(string(text))
}

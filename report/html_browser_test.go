package report

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"culprit/correlate"
)

// browse opens a page in Debian's chromium, without window and network, and returns the document as scripts have left it, and what was
// written to the console.
func browse(t *testing.T, page string, flags ...string) (document, console string) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed: apt-get install chromium")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "report.html")
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
	defer cancel()
	args := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--enable-logging=stderr", "--virtual-time-budget=2000", "--user-data-dir=" + filepath.Join(dir, "profile")}, flags...)
	cmd := exec.CommandContext(ctx, chromium, append(args, "file://"+path)...)
	cmd.WaitDelay = 10 * time.Second
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		t.Fatalf("%v\n%s", err, problems.String())
	}
	for line := range strings.Lines(problems.String()) {
		if strings.Contains(line, ":CONSOLE") {
			console += line
		}
	}
	return out.String(), console
}

// TestPageInBrowser opens pages: nothing is wrong on the console, every chart is drawn, no text of a log became a part of the page.
func TestPageInBrowser(t *testing.T) {
	f := func(name string, r *correlate.Report, flags ...string) {
		t.Run(name, func(t *testing.T) {
			document, console := browse(t, pageOf(t, r), append(flags, "--dump-dom")...)
			if console != "" {
				t.Errorf("console: %s", console)
			}
			want := 0
			for i := range r.Incidents {
				if len(r.Incidents[i].Timeline) > 0 {
					want += 1 + len(panels(&r.Incidents[i]))
				}
			}
			if n := len(regexp.MustCompile(`<canvas[ >]`).FindAllString(document, -1)); n != want {
				t.Errorf("%d charts, want %d", n, want)
			}
			if strings.Contains(document, "<b id=\"hurt\"") || strings.Contains(document, "owned=\"") {
				t.Error("a text of a log is a part of the page")
			}
		})
	}
	const attack = `</script></textarea><b id="hurt">x</b><img src=x onerror="document.body.setAttribute('owned', 1)">` + hostile
	f("one", sample())
	f("several, dark, phone", several(), "--window-size=390,800", "--blink-settings=preferredColorScheme=0")
	f("healthy", healthy())
	f("hostile", mapped(sample(), func(string, string) string { return attack }))
	f("long", mapped(sample(), func(string, string) string { return strings.Repeat("very long ", 100_000) }))
}

// TestChartInBrowser drives a chart by keyboard and mouse, by a script added to the page.
func TestChartInBrowser(t *testing.T) {
	const drive = `
const plot = document.querySelector(".plot"), said = document.querySelector("output"), log = [];
const press = (key) => { plot.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })); log.push(key + ": " + said.textContent); };
press("ArrowRight"); press("ArrowRight"); press("End"); press("Home"); press("+"); press("Escape");
const over = plot.querySelector(".u-over"), box = over.getBoundingClientRect();
const mouse = (type, x, on) => on.dispatchEvent(new MouseEvent(type, { clientX: box.left + x, clientY: box.top + 50, bubbles: true, button: 0, buttons: 1, movementX: 40 }));
mouse("mousemove", box.width / 2, over);
setTimeout(() => {
  log.push("hover: " + said.textContent);
  mouse("mousedown", 20, over); mouse("mousemove", 60, over); mouse("mouseup", 60, document);
  setTimeout(() => {
  mouse("mousemove", box.width / 2, over);
  setTimeout(() => {
  log.push("zoomed: " + said.textContent);
  const out = document.createElement("pre");
  out.id = "driven";
  out.textContent = log.join("\n");
  document.body.append(out);
  }, 200);
  }, 200);
}, 200);
`
	page := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`).ReplaceAllString(pageOf(t, sample()), "")
	document, console := browse(t, strings.Replace(page, "</body>", "<script>"+drive+"</script></body>", 1), "--dump-dom")
	if console != "" {
		t.Errorf("console: %s", console)
	}
	m := regexp.MustCompile(`(?s)<pre id="driven">(.*?)</pre>`).FindStringSubmatch(document)
	if m == nil {
		t.Fatal("the script did not end")
	}
	f := func(want string) {
		t.Helper()
		if !strings.Contains(m[1], want) {
			t.Errorf("no %q in\n%s", want, m[1])
		}
	}
	f("ArrowRight: 06:13:00 UTC · 66 requests · none failed")
	f("ArrowRight: 06:13:05 UTC · 60 requests · failed: 504 ×14")
	f("End: 06:14:55 UTC")
	f("Home: 06:12:30 UTC")
	f("hover: 06:13:45")
	f("zoomed: 06:12:") // the middle of what was dragged over, no more that of the whole
}

// TestPagePictures takes pictures in both themes and at the width of a telephone. REPORT_PICTURES names the folder to keep them in.
func TestPagePictures(t *testing.T) {
	dir := os.Getenv("REPORT_PICTURES")
	if dir == "" {
		dir = t.TempDir()
	}
	f := func(name, size string, flags ...string) {
		t.Helper()
		path := filepath.Join(dir, name+".png")
		browse(t, pageOf(t, several()), append(flags, "--hide-scrollbars", "--window-size="+size, "--screenshot="+path)...)
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(file)
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
		seen := map[any]bool{}
		for x := range picture.Bounds().Dx() {
			seen[picture.At(x, 120)] = true
		}
		if len(seen) < 2 {
			t.Errorf("%s: nothing is drawn", name)
		}
	}
	f("light", "1000,3000")
	f("dark", "1000,3000", "--blink-settings=preferredColorScheme=0")
	f("phone", "390,3000")
}

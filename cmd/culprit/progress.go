package main

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"culprit/ingest"
)

// quiet is how long a run may take before a bar appears.
const quiet = 700 * time.Millisecond

// showProgress draws a bar on a terminal until stop is called. Elsewhere it shows nothing.
func showProgress(w io.Writer) (p *ingest.Progress, stop func()) {
	screen := terminal(w)
	if !screen.tty {
		return nil, func() {}
	}
	p = &ingest.Progress{}
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		draw(w, p, min(screen.width, 100), done)
	}()
	return p, func() { close(done); <-gone }
}

func draw(w io.Writer, p *ingest.Progress, width int, done <-chan struct{}) {
	select {
	case <-done:
		return
	case <-time.After(quiet):
	}
	bar := progressbar.NewOptions64(-1, progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true), progressbar.OptionSetDescription("reading"),
		progressbar.OptionSetWidth(max(10, width-60)), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			_ = bar.Clear() // the report follows; a bar that cannot be wiped is no reason to fail
			return
		case <-tick.C:
			if total := p.Total.Load(); total > 0 && bar.GetMax64() != total {
				bar.ChangeMax64(total)
			}
			_ = bar.Set64(p.Done.Load())
		}
	}
}

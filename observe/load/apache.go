package load

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"culprit/parser"
)

// Apache reads the page of mod_status in its form for programs, "/server-status?auto".
type Apache struct{ URL, Hostname string }

// Name is the page's address.
func (a *Apache) Name() string { return shown(a.URL) }

// Read tells how many workers are busy and how many could be.
func (a *Apache) Read(ctx context.Context, _ time.Time) ([]parser.Sample, error) {
	text, err := page(ctx, a.URL)
	if err != nil {
		return nil, err
	}
	told := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ": "); ok {
			told[name] = value
		}
	}
	busy, errBusy := strconv.ParseFloat(told["BusyWorkers"], 64)
	idle, errIdle := strconv.ParseFloat(told["IdleWorkers"], 64)
	if errBusy != nil || errIdle != nil {
		return nil, fmt.Errorf("%s is no page of server-status?auto", a.Name())
	}
	out := gathering{host: a.Hostname}
	out.gauge("apache_busy_workers", busy)
	out.gauge("apache_idle_workers", idle)
	// The scoreboard has a place for each worker that MaxRequestWorkers allows: a dot is one that is not running.
	if places := float64(len(told["Scoreboard"])); places > 0 {
		out.gauge("apache_workers_percent", 100*busy/max(places, busy))
	}
	return out.samples, nil
}

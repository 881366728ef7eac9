package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"culprit/live"
)

// killsEach is how often the process is killed in the course of one incident.
const killsEach = 5

// TestKilledWhileTelling kills a process again and again before, in and after incidents, CULPRIT_KILLS times in all, and wants each incident
// opened once and ended once. A notice that was being delivered may be delivered again as it was: nobody knows whether it was heard.
func TestKilledWhileTelling(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	kills, err := strconv.Atoi(cmp.Or(os.Getenv("CULPRIT_KILLS"), strconv.Itoa(killsEach)))
	if err != nil {
		t.Fatal(err)
	}
	rng, repeated, killed := rand.New(rand.NewPCG(5, uint64(kills))), 0, 0
	for ; killed < kills; killed += killsEach {
		p := &mortal{t: t, dir: t.TempDir(), rng: rng, at: time.Now().Add(-30 * time.Minute).Truncate(time.Second)}
		repeated += p.live()
	}
	t.Logf("%d kills, %d notices delivered again", killed, repeated)
}

// mortal is a process whose log is written, on a clock of its own, while it is killed.
type mortal struct {
	t    *testing.T
	dir  string
	rng  *rand.Rand
	at   time.Time // of the next line
	cmd  *exec.Cmd
	dies time.Time
}

// live plays an incident and returns how many notices were delivered more than once.
func (p *mortal) live() (repeated int) {
	p.start()
	p.write(200, 120, 0)
	left := killsEach
	for _, phase := range []struct{ status, seconds int }{{200, 20}, {502, 60}, {200, 20}, {200, 200}, {200, 60}} {
		for second := range phase.seconds {
			p.write(phase.status, 1, 30*time.Millisecond)
			if left > 0 && (time.Now().After(p.dies) || phase.status == 502 && second == phase.seconds/2 && left == killsEach) {
				left--
				p.kill()
				p.write(phase.status, p.rng.IntN(3), 0)
				p.start()
			}
		}
	}
	for ; left > 0; left-- {
		time.Sleep(time.Until(p.dies))
		p.kill()
		p.start()
	}
	eventually(p.t, "the end is told", func() bool { _, events := p.told(); return events[live.Ended] > 0 })
	time.Sleep(300 * time.Millisecond) // for what should not come
	repeated, events := p.told()
	if events[live.Opened] != 1 || events[live.Ended] != 1 {
		p.t.Errorf("told %v of one incident", events)
	}
	return repeated
}

// start begins a life, which may be short.
func (p *mortal) start() {
	p.cmd = startTail(p.t, filepath.Join(p.dir, "access.log"), "--db", filepath.Join(p.dir, "c.db"), "--every", "100ms", "--tz", "UTC", "--load", "none",
		"--exec", "tr -d '\\n' > "+p.dir+"/$$.part && cat "+p.dir+"/$$.part >> "+p.dir+"/told && echo >> "+p.dir+"/told")
	p.dies = time.Now().Add(time.Duration(100+p.rng.IntN(1600)) * time.Millisecond)
}

func (p *mortal) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait() // it was killed
}

// write writes seconds of the log, ten requests each.
func (p *mortal) write(status, seconds int, each time.Duration) {
	p.t.Helper()
	f, err := os.OpenFile(filepath.Join(p.dir, "access.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	defer f.Close()
	for range seconds {
		for n := range 10 {
			if _, err := fmt.Fprintf(f, "192.0.2.%d - - [%s] \"GET /item HTTP/1.1\" %d 7 \"-\" \"curl/8\"\n", n, p.at.UTC().Format("02/Jan/2006:15:04:05 -0700"), status); err != nil {
				p.t.Fatal(err)
			}
		}
		p.at = p.at.Add(time.Second)
		time.Sleep(each)
	}
}

// told counts what was told by its event, each notice once, and how often one was delivered again.
func (p *mortal) told() (repeated int, events map[live.Event]int) {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, "told"))
	if err != nil && !os.IsNotExist(err) {
		p.t.Fatal(err)
	}
	seen := map[string]bool{}
	events = map[live.Event]int{}
	for line := range bytes.Lines(text) {
		var n live.Notice
		if json.Unmarshal(line, &n) != nil {
			continue // being written
		}
		key := n.ID + string(n.Event) + n.Time.String()
		if seen[key] {
			repeated++
			continue
		}
		seen[key] = true
		events[n.Event]++
	}
	return repeated, events
}

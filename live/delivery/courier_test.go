package delivery

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"culprit/live"
)

// flaky fails as often as it is told to, and then keeps what it hears.
type flaky struct {
	failures int
	err      error
	refuse   string // cause that it refuses
	told     []string
	times    []time.Duration
	begun    time.Time
}

func (f *flaky) Name() string { return "flaky" }

func (f *flaky) Tell(_ context.Context, group []*live.Notice) error {
	f.times = append(f.times, time.Since(f.begun))
	if f.failures > 0 {
		f.failures--
		return f.err
	}
	var message []string
	for _, n := range group {
		if n.Lead().Cause == f.refuse {
			return &Refusal{errors.New("do not like it")}
		}
		message = append(message, string(n.Event)+" "+n.ID+" "+n.Lead().Cause)
	}
	f.told = append(f.told, strings.Join(message, ", "))
	return nil
}

var away = errors.New("away")

func still() float64 { return 0.5 }

// play sends notices, a line each; "3s" lets time pass.
func play(c *Courier, script ...string) {
	for _, line := range script {
		if d, err := time.ParseDuration(line); err == nil {
			time.Sleep(d) // of the bubble
			continue
		}
		c.Send(notice(line))
		synctest.Wait()
	}
}

func TestCourier(t *testing.T) {
	f := func(to flaky, o Options, script, want []string, lastAt time.Duration) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			to.begun = time.Now()
			o.Random = still
			c := NewCourier(&to, o)
			play(c, script...)
			c.Close(time.Second)
			if !slices.Equal(to.told, want) {
				t.Errorf("told %q, want %q", to.told, want)
			}
			if got := to.times[len(to.times)-1]; got != lastAt {
				t.Errorf("last attempt after %s, want %s", got, lastAt)
			}
		})
	}
	f(flaky{}, Options{}, []string{"opened a x", "ended a x", "1h"}, []string{"opened a x", "ended a x"}, 0)
	// three quarters of 1, 2 and 4 s
	f(flaky{failures: 3, err: away}, Options{}, []string{"opened a x", "ended a x", "1h"}, []string{"opened a x", "ended a x"}, 5250*time.Millisecond)
	f(flaky{failures: 3, err: away}, Options{}, []string{"opened a x", "changed a y", "changed a z", "1h"}, []string{"opened a z"}, 5250*time.Millisecond)
	f(flaky{failures: 1, err: &Later{away, time.Minute}}, Options{}, []string{"opened a x", "1h"}, []string{"opened a x"}, time.Minute)
	f(flaky{failures: 1, err: &Refusal{away}}, Options{}, []string{"opened a x", "ended a x", "1h"}, []string{"ended a x"}, 0)
	// It is given up when it is a day old.
	f(flaky{failures: 1 << 30, err: away}, Options{}, []string{"opened a x", "30h"}, nil, 23*time.Hour+58*time.Minute+53250*time.Millisecond)
	f(flaky{}, Options{Only: []live.Event{live.Ended}}, []string{"opened a x", "ended a x"}, []string{"ended a x"}, 0)
	// One at once, what comes within the next ten seconds together.
	f(flaky{}, Options{Group: 5, Pace: 10 * time.Second}, []string{"opened a x", "opened b x", "changed b y", "opened c x", "1h"}, []string{"opened a x", "opened b y, opened c x"}, 10*time.Second)
	f(flaky{}, Options{Group: 2, Pace: 10 * time.Second, Burst: 2}, []string{"opened a x", "opened b x", "opened c x", "opened d x", "opened e x", "1h"},
		[]string{"opened a x", "opened b x", "opened c x, opened d x", "opened e x"}, 20*time.Second)
	// Of a group that is refused only the one that is not wanted is lost.
	f(flaky{refuse: "bad"}, Options{Group: 5, Pace: time.Second}, []string{"opened a x", "opened b x", "opened c bad", "opened d x", "1h"},
		[]string{"opened a x", "opened b x", "opened d x"}, 4*time.Second)
	// What is open is repeated, with what is known of it now, until it is over.
	f(flaky{}, Options{Group: 5, Repeat: time.Minute}, []string{"opened a x", "90s", "changed a y", "61s", "ended a y", "1h"},
		[]string{"opened a x", "opened a x", "changed a y", "changed a y", "ended a y"}, 151*time.Second)
}

func TestCourierSurvivesRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	synctest.Test(t, func(t *testing.T) {
		to := &flaky{failures: 1 << 30, err: away}
		c := NewCourier(to, Options{Dir: dir})
		play(c, "opened a x", "changed a y", "opened b x", "10m", "ended a y")
		c.Close(time.Hour)
		if s := c.State(); s.Waiting != 3 || s.Problem != "away" || s.Superseded != 1 {
			t.Errorf("%+v", s)
		}
		if err := os.WriteFile(filepath.Join(dir, "0000000000000000099.json"), []byte(`{"queued":"20`), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "0000000000000000098.json.tmp"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		to.failures = 0
		var problems []string
		c = NewCourier(to, Options{Dir: dir, Group: 9, Report: func(err error) { problems = append(problems, err.Error()) }})
		play(c, "1s")
		c.Close(time.Second)
		if want := []string{"opened a y, opened b x, ended a y"}; !slices.Equal(to.told, want) {
			t.Errorf("told %q, want %q", to.told, want)
		}
		if len(problems) != 1 || !strings.Contains(problems[0], "no longer readable") {
			t.Errorf("reported %q", problems)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Errorf("left behind %v, %v", left, err)
		}
	})
}

func TestOutboxIsBounded(t *testing.T) {
	f := func(l Limits, add, wantWaiting, wantDropped int) {
		t.Helper()
		o := outbox{spool: spool{t.TempDir()}, limits: l}
		dropped := 0
		now := time.Unix(1e9, 0)
		for i := range add {
			now = now.Add(time.Second)
			dropped += o.add(notice("opened "+string(rune('a'+i))), now).dropped
		}
		files, err := os.ReadDir(o.spool.dir)
		if err != nil {
			t.Fatal(err)
		}
		if waiting, _ := o.state(); waiting != wantWaiting || dropped != wantDropped || len(files) != wantWaiting {
			t.Errorf("%+v: %d wait, %d on disk, %d dropped; want %d and %d dropped", l, waiting, len(files), dropped, wantWaiting, wantDropped)
		}
	}
	f(DefaultLimits, 10, 10, 0)
	f(Limits{Age: time.Hour, Notices: 3, Bytes: 1 << 20}, 10, 3, 7)
	f(Limits{Age: 4 * time.Second, Notices: 30, Bytes: 1 << 20}, 10, 5, 5)
	f(Limits{Age: time.Hour, Notices: 30, Bytes: 2500}, 10, 5, 5)
}

func TestSpoolThatCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "spool")
		to := &flaky{}
		var problems []string
		c := NewCourier(to, Options{Dir: dir, Report: func(err error) { problems = append(problems, err.Error()) }})
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
		play(c, "opened a x")
		c.Close(time.Second)
		if len(to.told) != 1 || len(problems) != 1 || !strings.Contains(problems[0], "keep a notice until it is told") {
			t.Errorf("told %q, reported %q", to.told, problems)
		}
	})
}

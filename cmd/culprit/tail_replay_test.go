package main

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"culprit/correlate"
	"culprit/ingest"
	"culprit/ingest/follow"
	"culprit/live"
	"culprit/parser"
	"culprit/rules"
	"culprit/store"
)

// replayed are the incidents that are always played; CULPRIT_REPLAY=all plays all of them.
var replayed = []string{"php-fpm-killed", "keepalive-race", "healthy-release-and-scanners"}

// TestTailSaysWhatAnalyzeSays writes recorded incidents as they happened, on a clock of its own, and wants from tail the cause that
// analyze names: opened once, ended once.
func TestTailSaysWhatAnalyzeSays(t *testing.T) {
	if testing.Short() {
		t.Skip("plays incidents")
	}
	names := replayed
	root := fixtures
	if other := os.Getenv("CULPRIT_REPLAY"); other != "" {
		if other != "all" {
			root = other
		}
		names = nil
		entries, err := filepath.Glob(filepath.Join(root, "*", "truth.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, filepath.Base(filepath.Dir(e)))
		}
	}
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	var delays []time.Duration
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			if delay, harm := playIncident(t, recorded(t, filepath.Join(root, name)), catalogue); harm {
				delays = append(delays, delay)
			}
		})
	}
	slices.Sort(delays)
	if len(delays) == 0 {
		t.Fatal("no incident was played")
	}
	median := delays[len(delays)/2]
	t.Logf("from the first failure to an alert that names the right cause: median %s, of %v", median, delays)
	if len(delays) >= 10 && median > 10*time.Second { // of a few it says little
		t.Errorf("it took %s to tell the right cause", median)
	}
}

// utterance is a record on its way into a log.
type utterance struct {
	at   int64 // µs UTC
	path string
	text []byte
}

// step is how far the clock moves between two looks.
const step = time.Second

// never stands for a cause that was not told.
const never = time.Hour

// playIncident returns how long after the first failure the right cause was told; harm says that there was something to tell.
func playIncident(t *testing.T, dir string, catalogue *rules.Catalogue) (delay time.Duration, harm bool) {
	archive, sources := archived(t, dir, catalogue)
	script, zone := scripted(t, dir, sources)
	p := newPlayer(t, catalogue, zone)
	var notices []live.Notice
	for from := script[0].at; len(script) > 0; from += step.Microseconds() {
		n, _ := slices.BinarySearchFunc(script, from, func(u utterance, at int64) int { return cmp.Compare(u.at, at) })
		p.write(script[:n])
		script = script[n:]
		notices = append(notices, p.round(time.UnixMicro(from))...)
	}
	at := p.now
	for range 80 {
		at = at.Add(5 * time.Second)
		notices = append(notices, p.round(at)...)
	}
	compareVerdicts(t, archive, p.last, notices)
	return toldAfter(t, dir, notices)
}

// archived is what analyze makes of an incident.
func archived(t *testing.T, dir string, catalogue *rules.Catalogue) (*correlate.Report, map[string]store.Source) {
	t.Helper()
	st, matcher := store.NewMemory(), rules.NewMatcher(catalogue)
	_, err := ingest.Run(t.Context(), ingest.Options{Paths: []string{dir}, Matcher: matcher}, &sink{store: st, matcher: matcher})
	if err != nil {
		t.Fatal(err)
	}
	r, err := correlate.Analyze(t.Context(), st, catalogue, correlate.Options{Local: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	all, err := st.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]store.Source{}
	for _, s := range all {
		sources[s.Path] = s
	}
	return r, sources
}

// scripted cuts the logs of an incident into records and puts them in the order in which they were written.
func scripted(t *testing.T, dir string, sources map[string]store.Source) (script []utterance, zone *time.Location) {
	t.Helper()
	zone = time.UTC
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		s, ok := sources[filepath.ToSlash(name)]
		if !ok || s.First == 0 || s.Format == parser.SadfJSON {
			return nil
		}
		if !s.Zoned && s.Shift != 0 {
			shift := time.Duration(s.Shift) * time.Microsecond
			zone = time.FixedZone("recorded", -int(shift.Round(15*time.Minute).Seconds()))
		}
		script = append(script, utterances(t, path, name, &s)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(script, func(a, b utterance) int { return cmp.Compare(a.at, b.at) })
	return script, zone
}

func utterances(t *testing.T, path, name string, s *store.Source) (all []utterance) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, _, err := ingest.Unpack(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(text)
	if err != nil {
		t.Fatal(err)
	}
	live, _ := ingest.Rotated(filepath.Base(name))
	live = filepath.Join(filepath.Dir(name), live)
	scanner := parser.NewScanner(parser.Options{Reference: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC).UnixMicro()})
	recs := make([]parser.Record, 1)
	at := s.First + s.Shift
	for len(data) > 0 {
		n, used := scanner.Scan(data, true, recs)
		if n > 0 && recs[0].Time != 0 {
			at = recs[0].Time
			if !recs[0].Zoned || s.Zoned {
				at += s.Shift
			}
		}
		if used > 0 {
			// A log is written in the order of its lines, whatever their stamps.
			if k := len(all); k > 0 {
				at = max(at, all[k-1].at)
			}
			all = append(all, utterance{at, live, data[:used]})
		}
		data = data[used:]
		if n == 0 && used == 0 {
			break
		}
	}
	return all
}

// player is tail without its process, on a clock of its own.
type player struct {
	t    *testing.T
	dir  string
	f    *follow.Follower
	st   *store.SQLite
	w    *live.Watch
	now  time.Time
	last *correlate.Report // that had an incident
}

func newPlayer(t *testing.T, catalogue *rules.Catalogue, zone *time.Location) *player {
	p := &player{t: t, dir: t.TempDir()}
	st, err := store.OpenSQLite(filepath.Join(t.TempDir(), "c.db"))
	if err != nil {
		t.Fatal(err)
	}
	matcher := rules.NewMatcher(catalogue)
	p.st = st
	p.f = follow.New(follow.Options{Paths: []string{p.dir}, Ledger: &ledger{store: st, matcher: matcher}, Matcher: matcher, Backlog: 64 << 20, Plain: true})
	p.w = live.NewWatch(st, catalogue, live.Options{Window: 30 * time.Minute, Zone: zone})
	t.Cleanup(func() {
		if err := p.f.Close(); err != nil {
			t.Error(err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p *player) write(script []utterance) {
	p.t.Helper()
	texts := map[string][]byte{}
	for _, u := range script {
		texts[u.path] = append(texts[u.path], u.text...)
	}
	for path, text := range texts {
		path = filepath.Join(p.dir, path)
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if os.IsNotExist(err) {
			if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
				f, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
			}
		}
		if err == nil {
			_, err = f.Write(text)
			f.Close()
		}
		if err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *player) round(now time.Time) []live.Notice {
	p.t.Helper()
	p.f.Rescan()
	for _, moment := range []time.Time{now, now.Add(time.Second)} {
		for more := true; more; {
			var err error
			if more, err = p.f.Step(moment); err != nil {
				p.t.Fatal(err)
			}
		}
	}
	p.now = now
	notices, r, err := p.w.Round(context.Background(), now)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(r.Incidents) > 0 {
		p.last = r
	}
	return notices
}

func compareVerdicts(t *testing.T, archive, last *correlate.Report, notices []live.Notice) {
	t.Helper()
	events := map[live.Event]int{}
	for i := range notices {
		events[notices[i].Event]++
		t.Logf("%s %s %s", notices[i].Time.UTC().Format("15:04:05"), notices[i].Event, live.Headline(&notices[i]))
	}
	if events[live.Opened] != len(archive.Incidents) || events[live.Ended] != len(archive.Incidents) {
		t.Errorf("told %v of %d incidents", events, len(archive.Incidents))
	}
	if len(archive.Incidents) == 0 || last == nil {
		return
	}
	want, got := &archive.Incidents[0], &last.Incidents[0]
	if got.Hypotheses[0].Cause != want.Hypotheses[0].Cause || got.Requests.Failed != want.Requests.Failed {
		t.Errorf("live: %s with %d failed, archive: %s with %d", got.Hypotheses[0].Cause, got.Requests.Failed, want.Hypotheses[0].Cause, want.Requests.Failed)
	}
}

// toldAfter says how long after the first failure the right cause was told.
func toldAfter(t *testing.T, dir string, notices []live.Notice) (delay time.Duration, harm bool) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		return 0, false
	}
	var truth struct {
		Cause  string
		Accept []string `json:"also_accept"`
		First  string   `json:"first_failing_request_sent"`
		Window struct{ Start string }
	}
	if err := json.Unmarshal(data, &truth); err != nil {
		t.Fatal(err)
	}
	first, err := time.Parse(time.RFC3339Nano, cmp.Or(truth.Window.Start, truth.First))
	if err != nil || truth.Cause == "none" {
		return 0, false
	}
	for i := range notices {
		if lead := notices[i].Lead().Cause; lead == truth.Cause || slices.Contains(truth.Accept, lead) {
			return notices[i].Time.Sub(first).Round(time.Second), true
		}
	}
	t.Logf("the truth, %s, was not told", truth.Cause)
	return never, true
}

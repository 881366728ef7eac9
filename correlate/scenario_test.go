package correlate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"culprit/parser"
	"culprit/rules"
	"culprit/store"
)

// scenario writes the logs of a made-up site, as its daemons would.
type scenario struct {
	t     *testing.T
	files map[string]*strings.Builder
	start time.Time
	rnd   *rand.Rand
	// host is the folder that the logs of one machine lie in, "" where there is only one.
	host string
}

func newScenario(t *testing.T) *scenario {
	return &scenario{t: t, files: map[string]*strings.Builder{}, start: time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC), rnd: rand.New(rand.NewPCG(1, 2))}
}

func (s *scenario) line(file, format string, args ...any) {
	if s.host != "" && file != "deploys" {
		file = s.host + "/nginx/" + file + ".log"
	}
	if s.files[file] == nil {
		s.files[file] = &strings.Builder{}
	}
	fmt.Fprintf(s.files[file], format+"\n", args...)
}

func (s *scenario) at(sec float64) time.Time {
	return s.start.Add(time.Duration(sec * float64(time.Second)))
}

// request logs one request as nginx does, with its durations behind.
func (s *scenario) request(sec float64, path string, status int, took float64) {
	s.line("access", `198.51.100.%d - - [%s] "GET %s HTTP/1.1" %d 812 "-" "Mozilla/5.0" rt=%.3f urt="%.3f" us="%d" ua="10.1.2.3:9100"`,
		1+s.rnd.IntN(200), s.at(sec).Format("02/Jan/2006:15:04:05 -0700"), path, status, took, took, status)
}

// traffic logs rate requests a second, each answered as reply says.
func (s *scenario) traffic(from, to float64, rate int, reply func(sec float64, path string) (status int, took float64)) {
	for sec := from; sec < to; sec += 1 / float64(rate) {
		path := []string{"/", "/list", "/item", "/basket", "/about"}[s.rnd.IntN(5)]
		status, took := reply(sec, path)
		s.request(sec, path, status, took)
	}
}

func (s *scenario) nginxError(sec float64, text string) {
	s.line("error", `%s [error] 71#71: *%d %s, client: 198.51.100.7, server: garden.test, request: "GET /list HTTP/1.1", upstream: "http://10.1.2.3:9100/list", host: "garden.test"`,
		s.at(sec).Format("2006/01/02 15:04:05"), s.rnd.IntN(1e6), text)
}

func (s *scenario) app(sec float64, text string) {
	s.line("app", `time=%s level=INFO msg=%q`, s.at(sec).Format("2006-01-02T15:04:05.000Z07:00"), text)
}

func (s *scenario) change(sec float64, kind, service, summary string) {
	s.line("deploys", `{"time":%q,"kind":%q,"service":%q,"summary":%q,"actor":"someone"}`, s.at(sec).Format(time.RFC3339), kind, service, summary)
}

// report reads the files and analyzes them.
func (s *scenario) report() *Report {
	s.t.Helper()
	catalogue, err := rules.Load()
	if err != nil {
		s.t.Fatal(err)
	}
	st, matcher := store.NewMemory(), rules.NewMatcher(catalogue)
	for _, name := range sortedKeys(s.files) {
		s.read(st, matcher, name, s.files[name].String())
	}
	r, err := Analyze(context.Background(), st, catalogue, Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *scenario) read(st *store.Memory, matcher *rules.Matcher, name, text string) {
	s.t.Helper()
	to, err := st.Open(name, store.Position{})
	if err != nil {
		s.t.Fatal(err)
	}
	scanner := parser.NewScanner(parser.Options{Reference: s.start.UnixMicro()})
	recs := make([]parser.Record, 128)
	for buf := []byte(text); len(buf) > 0; {
		n, used := scanner.Scan(buf, true, recs)
		note := func(i int) store.Note {
			id := matcher.Match(&recs[i])
			if id == rules.None {
				return store.Note{}
			}
			sig := matcher.Signature(id)
			return store.Note{Signature: sig.ID, Change: sig.Change}
		}
		if err := to.Append(recs[:n], note, store.Position{Offset: int64(used)}); err != nil {
			s.t.Fatal(err)
		}
		buf = buf[used:]
	}
	if err := to.Close(store.Position{}, nil); err != nil {
		s.t.Fatal(err)
	}
}

// verdict returns the leading hypothesis of the only incident.
func (s *scenario) verdict() (Incident, Hypothesis) {
	s.t.Helper()
	r := s.report()
	if len(r.Incidents) != 1 {
		s.t.Fatalf("%d incidents, want 1", len(r.Incidents))
	}
	return r.Incidents[0], r.Incidents[0].Hypotheses[0]
}

func well(float64, string) (int, float64) { return 200, 0.02 }

// refusing answers 502 at once from one second to another, and logs why.
func (s *scenario) refusing(from, to float64) func(float64, string) (int, float64) {
	return func(sec float64, _ string) (int, float64) {
		if sec < from || sec >= to {
			return 200, 0.02
		}
		s.nginxError(sec, "connect() failed (111: Connection refused) while connecting to upstream")
		return 502, 0.001
	}
}

func TestHealthyIsNoIncident(t *testing.T) {
	s := newScenario(t)
	s.traffic(0, 200, 12, func(sec float64, path string) (int, float64) {
		if s.rnd.IntN(900) == 0 {
			return 502, 0.01 // now and then
		}
		return 200, 0.03
	})
	for sec := 1.0; sec < 200; sec += 2 {
		s.line("error", `%s [error] 71#71: *5 open() "/srv/garden/.env" failed (2: No such file or directory), client: 203.0.113.9, server: garden.test, request: "GET /.env HTTP/1.1", host: "garden.test"`,
			s.at(sec).Format("2006/01/02 15:04:05"))
	}
	s.change(100, "deploy", "garden", "release 7")
	if r := s.report(); r.Verdict != "no-incident" || len(r.Incidents) != 0 {
		t.Errorf("verdict %q with %d incidents, want no-incident", r.Verdict, len(r.Incidents))
	}
}

func TestRestartIsTellable(t *testing.T) {
	s := newScenario(t)
	s.traffic(0, 150, 15, s.refusing(90, 96))
	s.app(0, "listening on 10.1.2.3:9100")
	s.app(90, "shutting down, received SIGTERM")
	s.app(96, "listening on 10.1.2.3:9100")
	s.change(40, "deploy", "garden", "release 8")
	s.change(89.8, "restart", "garden", "restart for new libraries")
	in, h := s.verdict()
	if h.Cause != "backend-restart" {
		t.Errorf("cause %s, want backend-restart", h.Cause)
	}
	if h.Trigger == nil || h.Trigger.Kind != "restart" {
		t.Errorf("trigger %+v, want the restart", h.Trigger)
	}
	if got, want := in.Start, s.at(90); got.Sub(want).Abs() > time.Second {
		t.Errorf("start %v, want %v", got, want)
	}
	for _, c := range in.Changes {
		if c.Summary == "release 8" && c.Verdict != "acquitted" {
			t.Errorf("release 8 is %s, want acquitted", c.Verdict)
		}
	}
}

func TestDownForLong(t *testing.T) {
	s := newScenario(t)
	s.traffic(0, 200, 15, s.refusing(80, 140))
	s.app(0, "listening on 10.1.2.3:9100")
	s.app(80, "shutting down, received SIGTERM")
	s.app(140, "listening on 10.1.2.3:9100")
	s.change(60, "deploy", "garden", "release 9")
	_, h := s.verdict()
	if h.Cause != "backend-down" {
		t.Errorf("cause %s, want backend-down", h.Cause)
	}
	if h.Trigger != nil {
		t.Errorf("trigger %q, want none: requests went well for 20 s after it", h.Trigger.Summary)
	}
}

func TestSlowBackendIsNotATimeoutSetting(t *testing.T) {
	s := newScenario(t)
	s.traffic(0, 200, 15, func(sec float64, path string) (int, float64) {
		if sec < 100 || sec > 150 || path != "/list" {
			return 200, 0.02
		}
		s.nginxError(sec, "upstream timed out (110: Connection timed out) while reading response header from upstream")
		return 504, 5.001
	})
	_, h := s.verdict()
	if h.Cause == "timeout-too-low" {
		t.Errorf("timeout-too-low blamed although the page took 20 ms before")
	}
}

func TestCutOffBelowWhatItTakes(t *testing.T) {
	s := newScenario(t)
	s.traffic(0, 200, 15, func(sec float64, path string) (int, float64) {
		if path != "/list" {
			return 200, 0.02
		}
		if sec < 100 || sec > 150 {
			return 200, 3.2 + s.rnd.Float64()
		}
		s.nginxError(sec, "upstream timed out (110: Connection timed out) while reading response header from upstream")
		return 504, 2.001
	})
	s.change(97.9, "config", "nginx", "same proxy settings everywhere")
	_, h := s.verdict()
	if h.Cause != "timeout-too-low" {
		t.Errorf("cause %s, want timeout-too-low", h.Cause)
	}
	if h.Trigger == nil || h.Trigger.Kind != "config" {
		t.Errorf("trigger %+v, want the change of nginx", h.Trigger)
	}
}

func TestTwoIncidentsStayApart(t *testing.T) {
	s := newScenario(t)
	first, second := s.refusing(100, 130), s.refusing(1500, 1530)
	s.traffic(0, 1700, 5, func(sec float64, path string) (int, float64) {
		if sec < 800 {
			return first(sec, path)
		}
		return second(sec, path)
	})
	if r := s.report(); len(r.Incidents) != 2 {
		t.Errorf("%d incidents, want 2", len(r.Incidents))
	}
}

func TestNothingSaidIsUnknown(t *testing.T) {
	s := newScenario(t)
	s.traffic(0, 200, 15, func(sec float64, _ string) (int, float64) {
		if sec > 100 && sec < 140 && s.rnd.IntN(3) == 0 {
			return 502, 0.4
		}
		return 200, 0.02
	})
	_, h := s.verdict()
	if h.Cause != "unknown" && h.Confidence >= 0.6 {
		t.Errorf("%s with %.2f, want unknown or little confidence", h.Cause, h.Confidence)
	}
}

func TestZoneIsInferred(t *testing.T) {
	s := newScenario(t)
	s.traffic(0, 200, 15, func(sec float64, _ string) (int, float64) {
		if sec > 100 && sec < 140 {
			s.line("error", `%s [error] 71#71: *9 connect() failed (111: Connection refused) while connecting to upstream, client: 198.51.100.7, server: garden.test, request: "GET / HTTP/1.1", upstream: "http://10.1.2.3:9100/", host: "garden.test"`,
				s.at(sec).Add(5*time.Hour+30*time.Minute).Format("2006/01/02 15:04:05"))
			return 502, 0.001
		}
		return 200, 0.02
	})
	r := s.report()
	for _, in := range r.Inputs {
		if in.Path == "error" && (in.Timezone != "+05:30" || in.TimezoneFrom != "inferred") {
			t.Errorf("error log read in zone %q (%s), want +05:30 (inferred)", in.Timezone, in.TimezoneFrom)
		}
	}
	if len(r.Incidents) != 1 || len(r.Incidents[0].Hypotheses[0].EvidenceFor) == 0 {
		t.Errorf("the error log's lines were not brought into the incident: %+v", r.Incidents)
	}
}

// An error log by itself: what it always holds is no incident, a burst in it is one.
func TestErrorLogAlone(t *testing.T) {
	s := newScenario(t)
	for sec := 0.0; sec < 3600; sec += 0.5 {
		s.nginxError(sec, "upstream prematurely closed connection while reading response header from upstream")
	}
	for sec := 1800.0; sec < 1860; sec += 0.02 {
		s.nginxError(sec, "connect() failed (111: Connection refused) while connecting to upstream")
	}
	in, h := s.verdict()
	if got, want := in.Start, s.at(1800); got.Sub(want).Abs() > 2*time.Second {
		t.Errorf("start %v, want %v", got, want)
	}
	if in.End == nil || in.End.Sub(s.at(1860)).Abs() > 2*time.Second {
		t.Errorf("end %v, want %v", in.End, s.at(1860))
	}
	if h.Cause != "backend-down" && h.Confidence > 0.6 {
		t.Errorf("%s with %.2f, want backend-down or little confidence", h.Cause, h.Confidence)
	}
}

func TestErrorLogOfNothingButAnOutage(t *testing.T) {
	s := newScenario(t)
	for sec := 0.0; sec < 30; sec += 0.2 {
		s.nginxError(sec, "connect() failed (111: Connection refused) while connecting to upstream")
	}
	if _, h := s.verdict(); h.Cause != "backend-down" {
		t.Errorf("%s, want backend-down", h.Cause)
	}
}

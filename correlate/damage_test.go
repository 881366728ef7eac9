package correlate

import (
	"slices"
	"strings"
	"testing"
)

// TestDamageOfErrorLogAlone: without a log of requests nothing is said of how many there were, nor of what users saw.
func TestDamageOfErrorLogAlone(t *testing.T) {
	s := newScenario(t)
	for sec := 100.0; sec < 130; sec += 0.2 {
		s.nginxError(sec, "connect() failed (111: Connection refused) while connecting to upstream")
	}
	in, h := s.verdict()
	if r := in.Requests; !r.Unlogged || r.Failed != 150 || r.Total != 0 || len(r.ByStatus) != 0 {
		t.Errorf("requests %+v, want 150 failures of a number that is not known, without a status", r)
	}
	if want := "errors logged by nginx"; h.Chain[len(h.Chain)-1] != want {
		t.Errorf("chain %v, want it to end in %q", h.Chain, want)
	}
	unknown := in.Hypotheses[slices.IndexFunc(in.Hypotheses, func(h Hypothesis) bool { return h.Cause == unknownCause })]
	if !strings.HasPrefix(unknown.Summary, "150 failures were logged") || !strings.Contains(strings.Join(unknown.Missing, "; "), "access log") {
		t.Errorf("unknown: %q, missing %q", unknown.Summary, unknown.Missing)
	}

	s = newScenario(t)
	s.traffic(0, 180, 8, s.refusing(100, 140))
	if in, _ := s.verdict(); in.Requests.Unlogged {
		t.Errorf("requests %+v, though there is an access log", in.Requests)
	}
}

// TestMissingLog: the backend's own log is asked for only where none was read.
func TestMissingLog(t *testing.T) {
	const own = "the backend's own log around"
	f := func(want bool, more func(*scenario)) {
		t.Helper()
		s := newScenario(t)
		s.traffic(0, 180, 8, s.refusing(100, 140))
		more(s)
		_, h := s.verdict()
		if h.Cause != "backend-down" {
			t.Fatalf("cause %s", h.Cause)
		}
		if got := strings.Contains(strings.Join(h.Missing, "; "), own); got != want {
			t.Errorf("missing %q, want %q in it: %v", h.Missing, own, want)
		}
		if !strings.Contains(strings.Join(h.Missing, "; "), "the system's log") {
			t.Errorf("missing %q, want the system's log", h.Missing)
		}
	}
	f(true, func(*scenario) {})
	f(false, func(s *scenario) {
		s.line("fpm", "[04-Mar-2026 08:00:00] NOTICE: fpm is running, pid 71")
		s.line("fpm", "[04-Mar-2026 09:02:20] NOTICE: fpm is running, pid 99")
	})
	f(true, func(s *scenario) { // a log of slow requests tells of no life
		s.line("slow", "[04-Mar-2026 09:00:05]  [pool www] pid 71\nscript_filename = /srv/shop/index.php\n[0x00007f0000000000] sleep() /srv/shop/index.php:3\n")
	})
}

// TestStopIsPart: the stop that made a backend be down speaks for the verdict; the ledger does not acquit it.
func TestStopIsPart(t *testing.T) {
	s := newScenario(t)
	s.traffic(0, 180, 8, s.refusing(100, 140))
	s.line("fpm", "[04-Mar-2026 09:00:01] NOTICE: fpm is running, pid 71")
	s.line("fpm", "[04-Mar-2026 09:01:40] NOTICE: Terminating ...")
	s.line("fpm", "[04-Mar-2026 09:02:20] NOTICE: fpm is running, pid 99")
	in, h := s.verdict()
	if h.Cause != "backend-down" || h.Trigger != nil {
		t.Fatalf("%s, set off by %v", h.Cause, h.Trigger)
	}
	i := slices.IndexFunc(in.Changes, func(c ChangeVerdict) bool { return c.Kind == "stop" })
	if i < 0 || in.Changes[i].Verdict != "consequence" || !strings.Contains(in.Changes[i].Why, "part of the incident") {
		t.Errorf("changes %+v, want the stop to be a part of the incident", in.Changes)
	}
}

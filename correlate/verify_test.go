package correlate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"culprit/rules"
	"culprit/store"
)

// answer is how a request ends.
type answer struct {
	status int
	took   float64 // seconds
	size   int
}

var (
	usualAnswer  = answer{200, 0.02, 24_000}
	refusedHop   = answer{502, 0.001, 157}
	incidentFrom = 600.0
	fixedAt      = 720.0
)

// afterFix writes ten minutes of a site, two of an outage, and what after says behind it, for so many seconds.
func afterFix(t *testing.T, seconds float64, rate int, after func(s *scenario, sec float64, path string) answer) *scenario {
	s := newScenario(t)
	write := func(from, to float64, rate int, reply func(sec float64, path string) answer) {
		for sec := from; sec < to; sec += 1 / float64(rate) {
			path := []string{"/", "/list", "/item", "/basket", "/about"}[s.rnd.IntN(5)]
			a := reply(sec, path)
			s.line("access", `198.51.100.%d - - [%s] "GET %s HTTP/1.1" %d %d "-" "Mozilla/5.0" rt=%.3f urt="%.3f" us="%d" ua="10.1.2.3:9100"`,
				1+s.rnd.IntN(200), s.at(sec).Format("02/Jan/2006:15:04:05 -0700"), path, a.status, a.size, a.took, a.took, a.status)
		}
	}
	write(0, incidentFrom, 10, func(float64, string) answer { return usualAnswer })
	write(incidentFrom, fixedAt, 10, func(sec float64, _ string) answer {
		s.nginxError(sec, "connect() failed (111: Connection refused) while connecting to upstream")
		return refusedHop
	})
	if rate > 0 {
		write(fixedAt, fixedAt+seconds, rate, func(sec float64, path string) answer { return after(s, sec, path) })
	}
	return s
}

// verified is what Verify says of the only incident that began before the fix.
func (s *scenario) verified(fix float64) *Verification {
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
	at := time.Time{}
	if fix > 0 {
		at = s.at(fix)
	}
	i := slices.IndexFunc(r.Incidents, func(in Incident) bool { return !in.Start.After(s.at(incidentFrom + 5)) })
	if i < 0 {
		s.t.Fatal("no incident was found")
	}
	v, err := Verify(context.Background(), st, catalogue, r, &r.Incidents[i], at)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

func TestVerify(t *testing.T) {
	f := func(name string, s *scenario, fix float64, want Outcome, because string) {
		t.Helper()
		v := s.verified(fix)
		if all := strings.Join(v.Reasons, "; "); v.Outcome != want || !strings.Contains(all, because) {
			t.Errorf("%s: %s, want %s since %q: %s", name, v.Outcome, want, because, all)
		}
		if (v.Outcome == TooEarly) != (v.Needs != nil) && v.After.Requests > 0 {
			t.Errorf("%s: %s needs %+v", name, v.Outcome, v.Needs)
		}
	}
	always := func(a answer) func(*scenario, float64, string) answer {
		return func(*scenario, float64, string) answer { return a }
	}
	sometimes := func(every int, a answer) func(*scenario, float64, string) answer {
		n := 0
		return func(*scenario, float64, string) answer {
			if n++; n%every == 0 {
				return a
			}
			return usualAnswer
		}
	}
	healthy := afterFix(t, 300, 10, always(usualAnswer))
	f("healthy", healthy, 0, Fixed, "0 % of")
	f("healthy, by the clock", healthy, fixedAt, Fixed, "0 % of")
	f("looked at within the incident", healthy, 640, NotFixed, "still fail")
	f("a failure in a thousand", afterFix(t, 300, 10, sometimes(1000, refusedHop)), fixedAt, Fixed, "")
	f("half of it", afterFix(t, 300, 10, sometimes(2, refusedHop)), fixedAt, NotFixed, "502")
	f("one in twenty", afterFix(t, 300, 10, sometimes(20, refusedHop)), fixedAt, NotFixed, "still fail")
	f("502 has become 504", afterFix(t, 300, 10, always(answer{504, 60, 160})), fixedAt, ChangedShape, "now with 504, during the incident with 502")
	f("502 has become 499", afterFix(t, 300, 10, sometimes(2, answer{499, 30, 0})), fixedAt, ChangedShape, "go away")
	f("502 has become 404", afterFix(t, 300, 10, sometimes(2, answer{404, 0.01, 150})), fixedAt, ChangedShape, "now with 404, during the incident with 502")
	f("502 has become a redirect", afterFix(t, 300, 10, always(answer{302, 0.01, 150})), fixedAt, ChangedShape, "redirect")
	f("error pages with 200", afterFix(t, 300, 10, always(answer{200, 0.01, 512})), fixedAt, ChangedShape, "may be an error page")
	f("slow instead of failing", afterFix(t, 300, 10, always(answer{200, 9, 24_000})), fixedAt, ChangedShape, "slow")
	f("a slow tail", afterFix(t, 300, 10, sometimes(8, answer{200, 9, 24_000})), fixedAt, ChangedShape, "95th percentile")
	f("hidden failures", afterFix(t, 300, 10, func(s *scenario, sec float64, _ string) answer {
		s.nginxError(sec, "connect() failed (111: Connection refused) while connecting to upstream")
		return usualAnswer
	}), fixedAt, ChangedShape, "still log errors")
	f("nobody comes", afterFix(t, 600, 1, func(_ *scenario, sec float64, _ string) answer { return usualAnswer }), fixedAt, ChangedShape, "traffic is gone")
	f("ten seconds", afterFix(t, 10, 10, always(usualAnswer)), fixedAt, TooEarly, "too few requests to be sure")
	f("nothing yet", afterFix(t, 0, 0, nil), 730, TooEarly, "verify again once requests have come")
	f("the last ones end late", afterFix(t, 300, 10, func(_ *scenario, sec float64, _ string) answer {
		if sec < fixedAt+20 {
			return answer{504, 60, 160}
		}
		return usualAnswer
	}), fixedAt, Fixed, "left out")
	f("it helped later", afterFix(t, 300, 10, func(_ *scenario, sec float64, _ string) answer {
		if sec < fixedAt+20 {
			return refusedHop
		}
		return usualAnswer
	}), fixedAt, NotFixed, "still fail")
}

// What hurt one endpoint is judged by that one: the others would drown it.
func TestVerifyOneEndpoint(t *testing.T) {
	f := func(after int, want Outcome) {
		t.Helper()
		s := newScenario(t)
		s.traffic(0, 1100, 20, func(sec float64, path string) (int, float64) {
			switch {
			case path != "/basket" || sec < 600:
			case sec < 720:
				return 502, 0.001
			case s.rnd.IntN(100) < after:
				return 502, 0.001
			}
			return 200, 0.02
		})
		v := s.verified(720)
		if v.Outcome != want || v.Scope != "requests for /basket" {
			t.Errorf("%d %% of /basket fail: %s of %s, want %s: %v", after, v.Outcome, v.Scope, want, v.Reasons)
		}
	}
	f(0, Fixed)
	f(10, NotFixed)
}

// Without any access log, what gateways complain about is compared.
func TestVerifyWithoutRequests(t *testing.T) {
	f := func(after, seconds float64, want Outcome) {
		t.Helper()
		s := newScenario(t)
		s.nginxError(0, "connect() failed (111: Connection refused) while connecting to upstream")
		for sec := 600.0; sec < 720; sec += 0.2 {
			s.nginxError(sec, "connect() failed (111: Connection refused) while connecting to upstream")
		}
		for sec := 725.0; after > 0 && sec < 720+seconds; sec += after {
			s.nginxError(sec, "connect() failed (111: Connection refused) while connecting to upstream")
		}
		s.line("error", "%s [notice] 71#71: signal process started", s.at(720+seconds).Format("2006/01/02 15:04:05"))
		if v := s.verified(720); v.Outcome != want {
			t.Errorf("a complaint every %v s: %s, want %s: %v", after, v.Outcome, want, v.Reasons)
		}
	}
	f(0, 600, Fixed)
	f(0.5, 600, NotFixed)
	f(0, 8, TooEarly)
}

func TestTolerance(t *testing.T) {
	f := func(was, wasAll, hurt, hurtAll int64, low, high float64) {
		t.Helper()
		if got := tolerance(was, hurt, wasAll, hurtAll); got < low || got > high {
			t.Errorf("%d of %d before, %d of %d during: %.4f, want %.4f to %.4f", was, wasAll, hurt, hurtAll, got, low, high)
		}
	}
	f(0, 100_000, 900, 1000, 0.01, 0.02) // much failed: a little passes
	f(0, 100_000, 10, 1000, 0.001, 0.0026)
	f(100, 10_000, 900, 1000, 0.02, 0.035) // one in a hundred always failed
	f(0, 0, 900, 1000, 0.002, 0.03)        // nobody knows what was usual
	f(0, 50, 0, 0, 0.002, 0.03)
}

func TestWilson(t *testing.T) {
	f := func(k, n int64, low, high string) {
		t.Helper()
		l, h := wilson(k, n)
		if got := fmt.Sprintf("%.3f %.3f", l, h); got != low+" "+high {
			t.Errorf("%d of %d: %s, want %s %s", k, n, got, low, high)
		}
	}
	f(0, 0, "0.000", "1.000")
	f(0, 100, "0.000", "0.026")
	f(50, 100, "0.419", "0.581")
	f(100, 100, "0.974", "1.000")
}

package rules

import (
	"slices"
	"testing"

	"culprit/parser"
)

// TestRequestsAgreeWithTryingAll holds what the tables of statuses and termination states leave out against trying every rule, the
// built-in ones and some that ask for statuses in other ways.
func TestRequestsAgreeWithTryingAll(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for id, fields := range map[string]map[string]string{
		"test-none": {"termination": "LH*", "status": "none"}, "test-range": {"termination": "LC*", "status": ">=200|none"},
		"test-not": {"termination": "PT*", "status": "!200|204"}, "test-beyond": {"termination": "--*", "status": ">1100"},
		"test-slow": {"kind": "request", "status": "2000", "duration_ms": ">100"},
	} {
		c.Signatures = append(c.Signatures, Signature{ID: id, Daemons: []string{"haproxy"}, Match: Match{Fields: fields}})
	}
	m := NewMatcher(c)
	for _, d := range []parser.Daemon{parser.HAProxy, parser.Nginx} {
		rules := requestRules(t, c, d)
		states := []string{"", "--", "\xad---", "----", "--NN", "PR--", "LR--", "LC--", "LH--", "LT--", "PT--", "SC--", "sH--", "sHVN", "CD--", "cD", "IH--", "??"}
		for _, state := range states {
			for status := int32(-1); status < 1300; status++ {
				rec := parser.Record{Kind: parser.Request, Format: parser.HAProxyHTTP, Daemon: d, Termination: []byte(state), Status: status, Duration: 200e3}
				want := None
				if i := slices.IndexFunc(rules, func(r rule) bool { return r.fieldsHold(&rec) }); i >= 0 {
					want = rules[i].id
				}
				if got := m.Match(&rec); got != want {
					t.Fatalf("%s %q %d matches %v, want %v", d, state, status, got, want)
				}
			}
		}
	}
}

// requestRules compiles the rules for requests of a daemon, the most specific first.
func requestRules(t *testing.T, c *Catalogue, d parser.Daemon) (rules []rule) {
	t.Helper()
	for i := range c.Signatures {
		if s := &c.Signatures[i]; s.speaksOf(d) {
			r, err := compile(s, ID(i))
			if err != nil {
				t.Fatal(err)
			}
			if r.request {
				rules = append(rules, r)
			}
		}
	}
	slices.SortFunc(rules, func(a, b rule) int { return a.rank.compare(b.rank) })
	return rules
}

func BenchmarkMatchRequest(b *testing.B) {
	c, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	m := NewMatcher(c)
	rec := parser.Record{Kind: parser.Request, Format: parser.HAProxyHTTP, Daemon: parser.HAProxy, Termination: []byte("----"), Status: 200}
	b.ReportAllocs()
	for b.Loop() {
		m.Match(&rec)
	}
}

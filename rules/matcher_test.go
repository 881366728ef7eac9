package rules

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"culprit/parser"
)

func message(d parser.Daemon, text string) parser.Record {
	var rec parser.Record
	rec.Reset()
	rec.Kind, rec.Daemon, rec.Message = parser.Message, d, []byte(text)
	return rec
}

func matcherOf(sigs ...Signature) *Matcher { return NewMatcher(&Catalogue{Signatures: sigs}) }

func TestMatchMostSpecific(t *testing.T) {
	m := matcherOf(
		Signature{ID: "a-timeout", Daemons: []string{"nginx"}, Match: Match{All: []string{"upstream timed out"}}},
		Signature{ID: "b-timeout-connect", Daemons: []string{"nginx"}, Match: Match{All: []string{"upstream timed out", "while connecting"}}},
		Signature{ID: "c-timeout-tls", Daemons: []string{"nginx"}, Match: Match{All: []string{"upstream timed out"}, Any: []string{"while SSL", "while handshaking"}}},
		Signature{ID: "d-timeout-errno", Daemons: []string{"nginx"}, Match: Match{All: []string{"upstream timed out"}, Fields: map[string]string{"errno": "110"}}},
		Signature{ID: "e-top", Daemons: []string{"nginx"}, Match: Match{Any: []string{"up", "special"}, Regexp: `spec\w+ case$`, Priority: 1}},
		Signature{ID: "f-any", Daemons: []string{"any"}, Match: Match{All: []string{"everywhere"}, None: []string{"but not here"}}},
		Signature{ID: "g-coded", Daemons: []string{"apache"}, Match: Match{Fields: map[string]string{"code": "AH00001|AH00002"}}},
		Signature{ID: "i-format", Daemons: []string{"php-fpm"}, Match: Match{All: []string{"get()"}, Fields: map[string]string{"format": "php-fpm-slow"}}},
		Signature{ID: "j-not-format", Daemons: []string{"php-fpm"}, Match: Match{All: []string{"exit"}, Fields: map[string]string{"format": "!php-fpm-slow"}}},
		Signature{ID: "h-field", Daemons: []string{"apache"}, Match: Match{Fields: map[string]string{"module": "proxy*"}}},
	)
	f := func(rec parser.Record, want string) {
		t.Helper()
		for range 4 { // a message that repeats goes another way
			got := ""
			if s := m.Signature(m.Match(&rec)); s != nil {
				got = s.ID
			}
			if got != want {
				t.Errorf("%q matches %q, want %q", rec.Message, got, want)
			}
		}
	}
	with := func(rec parser.Record, change func(*parser.Record)) parser.Record {
		change(&rec)
		return rec
	}
	f(message(parser.Nginx, "upstream timed out"), "a-timeout")
	f(message(parser.Nginx, "upstream timed out while connecting to upstream"), "b-timeout-connect")
	f(message(parser.Nginx, "upstream timed out while handshaking"), "c-timeout-tls")
	f(message(parser.Nginx, "upstream timed ou while handshaking"), "")
	f(with(message(parser.Nginx, "upstream timed out"), func(r *parser.Record) { r.Errno = 110 }), "d-timeout-errno")
	f(message(parser.Nginx, "upstream timed out in a special case"), "e-top")
	f(message(parser.Nginx, "everywhere"), "f-any")
	f(message(parser.NoDaemon, "it is everywhere"), "f-any")
	f(message(parser.Kernel, "everywhere but not here"), "")
	f(message(parser.HAProxy, "upstream timed out"), "")
	f(with(message(parser.Apache, "x"), func(r *parser.Record) { r.Code = []byte("AH00002") }), "g-coded")
	f(with(message(parser.Apache, "x"), func(r *parser.Record) { r.Code = []byte("AH00003") }), "")
	f(with(message(parser.Apache, "x"), func(r *parser.Record) { r.Module = []byte("proxy_http") }), "h-field")
	f(with(message(parser.Nginx, "upstream timed out"), func(r *parser.Record) { r.Kind = parser.Request }), "")
	f(with(message(parser.Nginx, "upstream timed out"), func(r *parser.Record) { r.Kind = parser.Continuation }), "")
	f(with(message(parser.Nginx, "x"), func(r *parser.Record) { r.Daemon = 250 }), "")
	f(with(message(parser.Nginx, "x"), func(r *parser.Record) { r.Format = 250 }), "")
	f(with(message(parser.PHPFPM, "0x1 get() exit"), func(r *parser.Record) { r.Format = parser.PHPFPMSlow }), "i-format")
	f(with(message(parser.PHPFPM, "0x1 get() exit"), func(r *parser.Record) { r.Format = parser.PHPFPMMain }), "j-not-format")
	f(message(parser.PHPFPM, "get()"), "")
	f(message(parser.Nginx, strings.Repeat("x", maxLooked)+"upstream timed out"), "")
	f(message(parser.Nginx, strings.Repeat("upstream timed out ", 2000)), "a-timeout")
}

func TestMatchRequests(t *testing.T) {
	field := func(id string, fields map[string]string, daemons ...string) Signature {
		return Signature{ID: id, Daemons: daemons, Match: Match{Fields: fields}}
	}
	m := matcherOf(
		field("a-sc", map[string]string{"termination": "SC*"}, "haproxy"),
		field("b-sc-noserver", map[string]string{"termination": "SC*", "server": ""}, "haproxy"),
		field("c-retried", map[string]string{"kind": "request", "retries": ">0"}, "haproxy"),
		field("d-two", map[string]string{"termination": "sH--|sQ*"}, "haproxy"),
		field("e-abort", map[string]string{"termination": "C*", "connect_ms": "none"}, "haproxy"),
		field("f-499", map[string]string{"kind": "request", "status": "499"}, "web"),
	)
	f := func(d parser.Daemon, termination, server string, retries int32, status int32, want string) {
		t.Helper()
		rec := message(d, "")
		rec.Kind, rec.Termination, rec.Server, rec.Retries, rec.Status = parser.Request, []byte(termination), []byte(server), retries, status
		got := ""
		if s := m.Signature(m.Match(&rec)); s != nil {
			got = s.ID
		}
		if got != want {
			t.Errorf("%s %q matches %q, want %q", d, termination, got, want)
		}
	}
	f(parser.HAProxy, "SC--", "web1", 0, 503, "a-sc")
	f(parser.HAProxy, "SC", "web1", 0, 503, "a-sc")
	f(parser.HAProxy, "SC--", "", 0, 503, "b-sc-noserver")
	f(parser.HAProxy, "----", "web1", 0, 200, "")
	f(parser.HAProxy, "----", "web1", 2, 200, "c-retried")
	f(parser.HAProxy, "sH--", "web1", 0, 504, "d-two")
	f(parser.HAProxy, "sHVN", "web1", 0, 504, "")
	f(parser.HAProxy, "sQ--", "web1", 0, 504, "d-two")
	f(parser.HAProxy, "CD--", "web1", 0, 200, "e-abort")
	f(parser.HAProxy, "\xd3C--", "web1", 0, 200, "") // shares the low bits of S
	f(parser.HAProxy, "", "web1", 0, 200, "")
	f(parser.Nginx, "", "", 0, 499, "f-499")
	f(parser.AnyWeb, "", "", 0, 499, "f-499")
	f(parser.AnyWeb, "", "", 0, 200, "")
}

func TestMatchDoesNotAllocate(t *testing.T) {
	m := benchmarkMatcher(500)
	rec := message(parser.Nginx, benchmarkText(m, 77))
	rec.Code = []byte("AH00112")
	if m.Match(&rec) == None {
		t.Fatal("no match")
	}
	if n := testing.AllocsPerRun(100, func() { m.Match(&rec) }); n != 0 {
		t.Errorf("%v allocations for a message that repeats", n)
	}
	i := 0
	if n := testing.AllocsPerRun(100, func() {
		rec.Message[1], rec.Message[2], i = 'a'+byte(i%26), 'a'+byte(i/26%26), i+1
		m.Match(&rec)
	}); n != 0 {
		t.Errorf("%v allocations for messages that do not", n)
	}
}

// The matcher must say what trying every rule in order of rank says.
func TestMatchAgreesWithTryingAll(t *testing.T) {
	m := benchmarkMatcher(300)
	var rules []rule
	for i := range m.catalogue.Signatures {
		r, err := compile(&m.catalogue.Signatures[i], ID(i))
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, r)
	}
	slices.SortFunc(rules, func(a, b rule) int { return a.rank.compare(b.rank) })
	r := rand.New(rand.NewPCG(1, 2))
	for range 4000 {
		text := benchmarkText(m, r.IntN(300))
		if r.IntN(2) == 0 {
			text = text[:r.IntN(len(text))] + benchmarkText(m, r.IntN(300))
		}
		rec := message(parser.Nginx, text)
		got := m.Match(&rec)
		if second, third := m.Match(&rec), m.Match(&rec); second != got || third != got {
			t.Fatalf("%q: got %d, then %d and %d", text, got, second, third)
		}
		want := None
		for i := range rules {
			if rules[i].fieldsHold(&rec) && rules[i].textHolds(rec.Message) {
				want = rules[i].id
				break
			}
		}
		if got != want {
			t.Fatalf("%q: got %d, want %d", text, got, want)
		}
	}
}

var benchmarkWords = strings.Fields("upstream client server connection timed out refused reset while reading sending response request header body " +
	"closed prematurely peer socket failed invalid SSL handshake certificate buffer limit exceeded worker process pool script primary fatal")

// benchmarkMatcher makes n signatures that look like real ones.
func benchmarkMatcher(n int) *Matcher {
	r := rand.New(rand.NewPCG(3, 4))
	sigs := make([]Signature, n)
	for i := range sigs {
		var literals []string
		for range 1 + r.IntN(2) {
			var words []string
			for range 2 + r.IntN(3) {
				words = append(words, benchmarkWords[r.IntN(len(benchmarkWords))])
			}
			literals = append(literals, strings.Join(words, " "))
		}
		match := Match{All: literals}
		switch i % 4 {
		case 1:
			match = Match{Any: literals}
		case 2:
			match = Match{All: literals[:1], Any: []string{"client", "peer", "script primary"}, None: []string{"fatal"}}
		}
		sigs[i] = Signature{ID: fmt.Sprintf("test-%04d", i), Daemons: []string{"nginx"}, Match: match}
	}
	return matcherOf(sigs...)
}

func benchmarkText(m *Matcher, i int) string {
	return "*5014 " + strings.Join(slices.Concat(m.catalogue.Signatures[i].Match.All, m.catalogue.Signatures[i].Match.Any), " (110: Connection timed out) ") + ` "GET /api/orders/481923?page=2 HTTP/1.1"`
}

func BenchmarkMatchVaried(b *testing.B) {
	m := benchmarkMatcher(1000)
	rec := message(parser.Nginx, benchmarkText(m, 77))
	b.SetBytes(int64(len(rec.Message)))
	for i := 0; b.Loop(); i++ {
		rec.Message[1], rec.Message[2], rec.Message[3] = byte(i), byte(i>>8), byte(i>>16)
		m.Match(&rec)
	}
}

func BenchmarkMatch(b *testing.B) {
	m := benchmarkMatcher(1000)
	var recs []parser.Record
	size := 0
	for i := range 100 {
		recs = append(recs, message(parser.Nginx, benchmarkText(m, i*7)))
		size += len(recs[i].Message)
	}
	b.SetBytes(int64(size / len(recs)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Match(&recs[i%len(recs)])
	}
}

func BenchmarkMatchUnknown(b *testing.B) {
	m := benchmarkMatcher(1000)
	rec := message(parser.Nginx, `GET /static/img/logo-2019.svg of 192.168.10.4 took longer than the others did before it, says the operator`)
	b.SetBytes(int64(len(rec.Message)))
	for b.Loop() {
		m.Match(&rec)
	}
}

func BenchmarkIndex1000(b *testing.B) {
	for b.Loop() {
		m := benchmarkMatcher(1000)
		m.build(parser.Nginx, parser.NginxError)
	}
}

func FuzzFinder(f *testing.F) {
	f.Add("he,she,his,hers", "ushers")
	f.Add("a,aa,aaa", "aaaa")
	f.Add("failed,failed,fail", "it failed")
	f.Add("unfailed,failing,prevailed", "it prevailed unfailed: failing")
	f.Add("failed,poll: ", "it failed, poll: failed")
	f.Add("connect() failed (111,connect() failed (113", "connect() failed (110) connect() failed (113)")
	f.Add("\x00,\xff\xfe", "\x00\xff\xfe")
	f.Fuzz(func(t *testing.T, list, text string) {
		var words wordList
		counts := new(gramCounts)
		got, want := make(ruleSet, maxRules/64), make(ruleSet, maxRules/64)
		for i, l := range strings.Split(list, ",") {
			if l == "" || i >= maxRules {
				continue
			}
			words.add([]byte(l), uint16(i))
			counts.add([]byte(l))
			if strings.Contains(text, l) {
				want.add(uint16(i))
			}
		}
		for _, counts.step = range []int{shortStep, longStep} {
			if counts.step == longStep && slices.ContainsFunc(words.list, func(w word) bool { return len(w.literal) < counts.shortest() }) {
				continue
			}
			clear(got)
			newFinder(words.list, counts).find([]byte(text), got)
			if !slices.Equal(got, want) {
				t.Errorf("%q in %q, every %d bytes: got %v, want %v", list, text, counts.step, got, want)
			}
		}
	})
}

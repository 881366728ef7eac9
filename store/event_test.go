package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"culprit/parser"
)

func TestFateOfRequest(t *testing.T) {
	f := func(want fate, change func(r *parser.Record)) {
		t.Helper()
		r := request(noon, 200, 1000, "/")
		change(&r)
		if got := fateOf(&r, Note{Signature: "any"}); got != want {
			t.Errorf("fate = %d, want %d", got, want)
		}
	}
	status := func(s int32) func(*parser.Record) { return func(r *parser.Record) { r.Status = s } }
	f(drop, status(200))
	f(drop, status(302))
	f(drop, status(parser.Unknown))
	f(keep, status(0))
	f(keep, status(408))
	f(keep, status(413))
	f(keep, status(429))
	f(keep, status(499))
	f(keep, status(500))
	f(keep, status(599))
	f(sample, status(400))
	f(sample, status(404))
	f(keep, func(r *parser.Record) { r.Retries = 1 })
	f(keep, func(r *parser.Record) { r.Redispatched = true })
	list := func(s string) func(*parser.Record) { return func(r *parser.Record) { r.UpstreamStatus = []byte(s) } }
	f(drop, list("200"))
	f(drop, list("200, 304 : 250"))
	f(drop, list("150, 2500"))
	f(drop, list("5"))
	f(keep, list("502, 200"))
	f(keep, list("200 : 504"))
	ended := func(s string) func(*parser.Record) { return func(r *parser.Record) { r.Termination = []byte(s) } }
	f(drop, ended("--"))
	f(drop, ended("--NI"))
	f(drop, ended("LR"))
	f(drop, ended("-"))
	f(keep, ended("sH"))
	f(keep, ended("cD--"))
	f(keep, ended("-H"))
}

func TestFateOfMessage(t *testing.T) {
	f := func(severity parser.Severity, format parser.Format, signature string, want fate) {
		t.Helper()
		r := parser.Record{Kind: parser.Message, Severity: severity, Format: format}
		if got := fateOf(&r, Note{Signature: signature}); got != want {
			t.Errorf("fate of %v %v %q = %d, want %d", severity, format, signature, got, want)
		}
	}
	f(parser.Info, parser.NginxError, "", tally)
	f(parser.NoSeverity, parser.SyslogMessage, "", tally)
	f(parser.Notice, parser.AppText, "", tally)
	f(parser.Info, parser.NginxError, "nginx-started", keep)
	f(parser.Warning, parser.AppText, "", keep)
	f(parser.Emergency, parser.NginxError, "", keep)
	f(parser.NoSeverity, parser.PHPFPMSlow, "", keep)
	f(parser.NoSeverity, parser.MySQLSlow, "", keep)
	f(parser.NoSeverity, parser.AppTrace, "", keep)
}

func appended(t *testing.T, records []parser.Record, note func(int) Note) *Memory {
	t.Helper()
	m := NewMemory()
	a, err := m.Open("x.log", Position{})
	if err != nil {
		t.Fatal(err)
	}
	end := place(records)
	if err := errors.Join(a.Append(records, note, end), a.Close(end, nil)); err != nil {
		t.Fatal(err)
	}
	return m
}

func total(t *testing.T, m engineUnderTest, q Query) (n int64) {
	t.Helper()
	points, err := m.Top(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range points {
		n += p.Count
	}
	return n
}

func TestNoiseIsCountedNotKept(t *testing.T) {
	var records []parser.Record
	for i := range 50 {
		var r parser.Record
		r.Reset()
		r.Kind, r.Time, r.Severity = parser.Message, noon+int64(i)*second, parser.Info
		r.Message, r.PID = fmt.Appendf(nil, "job %d done", i), 7
		records = append(records, r)
	}
	m := appended(t, records, noNote)
	events, err := m.Sample(context.Background(), Query{})
	if err != nil || len(events) != firstPerTemplate || events[0].Template != "job # done" || events[0].Message != "job 0 done" {
		t.Errorf("kept %+v, %v", events, err)
	}
	if n := total(t, m, Query{Table: Events, Where: []Filter{{Key: ByTemplate, Values: []string{"job # done"}}}}); n != 50 {
		t.Errorf("counted %d, want 50", n)
	}
	if n := total(t, m, Query{Table: Events, Where: []Filter{{Key: ByPID, Values: []string{"7"}}}}); n != firstPerTemplate {
		t.Errorf("counted %d of PID 7, want the kept ones", n)
	}
	if n := total(t, m, Query{Table: Events, Keys: []Key{ByClient}}); n != 50 {
		t.Errorf("counted %d by client, want all", n)
	}
}

func TestRefusedAreSampled(t *testing.T) {
	var records []parser.Record
	for i := range 3 * refusedPerMinute {
		records = append(records, request(noon+int64(i)*100_000, 404, 0, "/"))
	}
	m := appended(t, records, noNote)
	if n := total(t, m, Query{Table: Events}); n != refusedPerMinute {
		t.Errorf("kept %d, want %d", n, refusedPerMinute)
	}
	if n := total(t, m, Query{Table: Requests}); n != 3*refusedPerMinute {
		t.Errorf("counted %d, want all", n)
	}
}

func TestRecordsWithoutTime(t *testing.T) {
	message := func(time int64) parser.Record {
		var r parser.Record
		r.Reset()
		r.Kind, r.Time, r.Severity, r.Message = parser.Message, time, parser.Error, []byte("x")
		return r
	}
	m := appended(t, []parser.Record{message(0), message(noon), message(0), message(1 << 62), message(noon + 5*second), message(0)}, noNote)
	events, err := m.Sample(context.Background(), Query{})
	if err != nil {
		t.Fatal(err)
	}
	var got []int64
	for _, e := range events {
		got = append(got, (e.Time-noon)/second)
	}
	if want := "[0 0 0 0 5 5]"; fmt.Sprint(got) != want {
		t.Errorf("times = %v, want %s", got, want)
	}
	sources, err := m.Sources(context.Background())
	if err != nil || sources[0].First != noon || sources[0].Last != noon+5*second {
		t.Errorf("sources = %+v, %v", sources, err)
	}
}

func TestOwnChanges(t *testing.T) {
	var r parser.Record
	r.Reset()
	r.Kind, r.Time, r.Daemon, r.Message = parser.Message, noon, parser.PHPFPM, []byte("ready to handle\nconnections")
	m := appended(t, []parser.Record{r}, func(int) Note { return Note{Signature: "fpm-ready", Change: "start"} })
	changes, err := m.Changes(context.Background(), noon, noon+1)
	want := Change{Source: 1, Line: 1, Time: noon, Signature: "fpm-ready", Change: parser.Change{Kind: "start", Service: "php-fpm", Summary: "ready to handle"}}
	if err != nil || len(changes) != 1 || changes[0] != want {
		t.Errorf("changes = %+v, %v, want %+v", changes, err, want)
	}
}

func TestLongTexts(t *testing.T) {
	long := []byte(strings.Repeat("é", 10_000) + "\x00")
	r := request(noon, 502, 0, "/")
	r.Message, r.Detail, r.Path, r.UserAgent, r.Client, r.VHost, r.Host = long, long, long, long, long, long, long
	m := appended(t, []parser.Record{r}, noNote)
	events, err := m.Sample(context.Background(), Query{})
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	e := events[0]
	for name, f := range map[string]struct{ got, limit int }{
		"message": {len(e.Message), MaxMessage}, "detail": {len(e.Detail), MaxDetail}, "path": {len(e.Path), pathLimit},
		"agent": {len(e.UserAgent), textLimit}, "client": {len(e.Client), sketchText}, "vhost": {len(e.VHost), textLimit},
		"host": {len(e.Host), textLimit}, "endpoint": {len(e.Endpoint), 2 * endpointLimit},
	} {
		if f.got > f.limit || f.got == 0 {
			t.Errorf("%s has %d bytes, want at most %d", name, f.got, f.limit)
		}
	}
}

func TestRefusedQueries(t *testing.T) {
	m := NewMemory()
	f := func(q Query) {
		t.Helper()
		if err := m.Series(context.Background(), q, func(Point) error { return nil }); err == nil {
			t.Errorf("%+v was answered", q)
		}
	}
	f(Query{Table: numTables})
	f(Query{Keys: []Key{numKeys}})
	f(Query{Keys: []Key{ByClient}})
	f(Query{Table: Endpoints, Keys: []Key{ByVHost}})
	f(Query{Table: Clients, Where: []Filter{{Key: ByStatus, Values: []string{"200"}}}})
	f(Query{Bucket: second / 2})
	f(Query{Table: Endpoints, Bucket: second})
	f(Query{Bucket: -second})
	if err := m.SetShift(context.Background(), 1, 0, "", ""); err == nil {
		t.Error("a source that does not exist was shifted")
	}
	stop := errors.New("stop")
	m = appended(t, []parser.Record{request(noon, 200, 0, "/")}, noNote)
	if err := m.Series(context.Background(), Query{}, func(Point) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("series = %v, want the error of yield", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := m.Series(ctx, Query{}, func(Point) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("series = %v, want canceled", err)
	}
}

func TestFarApart(t *testing.T) {
	var records []parser.Record
	for _, at := range []int64{-latest + 1, 0 + second, noon, latest - 1} {
		records = append(records, request(at, 200, 0, "/"))
	}
	m := appended(t, records, noNote)
	n := 0
	if err := m.Series(context.Background(), Query{Bucket: second}, func(Point) error { n++; return nil }); err != nil || n != 4 {
		t.Errorf("%d points, %v, want 4", n, err)
	}
}

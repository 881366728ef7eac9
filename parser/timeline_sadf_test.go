package parser

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// sadfSays reads a document and renders what it gives, a line each.
func sadfSays(r io.Reader) (string, error) {
	var out []string
	err := ReadSadf(r, func(rec *Record) error {
		line := told(*rec)
		out = append(out, fmt.Sprintf("%d %s", rec.Line, line[strings.Index(line, "timeline")+len("timeline "):]))
		return nil
	})
	return strings.Join(out, "\n"), err
}

func TestReadSadf(t *testing.T) {
	f := func(document, want string) {
		t.Helper()
		for _, r := range []io.Reader{strings.NewReader(document), iotest.OneByteReader(strings.NewReader(document))} {
			got, err := sadfSays(r)
			if err != nil || got != want {
				t.Errorf("%.60s…\n got %s, %v\nwant %s", document, got, err, want)
			}
		}
	}
	got, err := sadfSays(strings.NewReader(sample(t, "sar.json")))
	lines := strings.Split(got, "\n")
	if err != nil || len(lines) != 29 {
		t.Fatalf("%d lines of a real document, %v:\n%s", len(lines), err, got)
	}
	for i, want := range map[int]string{
		0:  "26 2026-11-21T07:37:04Z Sample=&{web-09 cpu_percent 54.71} over 2s",
		1:  "26 2026-11-21T07:37:04Z Sample=&{web-09 cpu_user_percent 45.29} over 2s",
		5:  "26 2026-11-21T07:37:04Z Sample=&{web-09 mem_used_percent 1.12}",
		7:  "26 2026-11-21T07:37:04Z Sample=&{web-09 load1 3.29}",
		13: "26 2026-11-21T07:37:04Z Sample=&{web-09 tcp_tw 11}",
		28: "43 2026-11-21T06:00:02Z Change=&{restart web-09  the host booted }",
	} {
		if i < len(lines) && lines[i] != want {
			t.Errorf("line %d\n got %s\nwant %s", i, lines[i], want)
		}
	}

	// The wall clock of a named zone, other names of the same things, loopback beside a real interface.
	f(`{"sysstat": {"hosts": [{"nodename": "db1", "timezone": "Europe/Madrid", "unknown": {"a": [1, {"b": 2}]}, "statistics": [
{"timestamp": {"date": "2026-11-21", "time": "07:37:04", "utc": 0},
 "cpu-load-all": [{"cpu": "0", "idle": 1}, {"cpu": "all", "usr": 10, "sys": 5, "idle": 80}],
 "filesystems": [{"filesystem": "/", "%fsused": 71.5}, {"filesystem": "/srv", "%fsused": 99}],
 "disk": [{"disk-device": "sda", "util-percent": 12}],
 "network": {"net-dev": [{"iface": "lo", "rxkB": 9, "txkB": 9}, {"iface": "eth0", "rxkB": 1, "txkB": 2}]}}]}]}}`,
		`6 2026-11-21T06:37:04Z Sample=&{db1 cpu_percent 20}
6 2026-11-21T06:37:04Z Sample=&{db1 cpu_user_percent 10}
6 2026-11-21T06:37:04Z Sample=&{db1 cpu_system_percent 5}
6 2026-11-21T06:37:04Z Sample=&{db1 cpu_iowait_percent 0}
6 2026-11-21T06:37:04Z Sample=&{db1 cpu_steal_percent 0}
6 2026-11-21T06:37:04Z Sample=&{db1 disk_used_percent 99}
6 2026-11-21T06:37:04Z Sample=&{db1 disk_util_percent 12}
6 2026-11-21T06:37:04Z Sample=&{db1 net_rx_bytes 1024}
6 2026-11-21T06:37:04Z Sample=&{db1 net_tx_bytes 2048}`)
	// An older sar, which counts caches as used; no zone.
	f(`{"sysstat":{"hosts":[{"nodename":"a","statistics":[{"timestamp":{"date":"2026-11-21","time":"07:37:04"},
"memory":{"memfree":100,"memused":900,"memused-percent":90.00,"buffers":100,"cached":500}}]}]}}`,
		`2 2026-11-21T07:37:04 Sample=&{a mem_used_percent 30}`)
	// Moments without a date and members of other types say nothing.
	f(`{"sysstat":{"hosts":[{"nodename":7,"statistics":[{"cpu-load":[{"cpu":"all","idle":1}]},{"timestamp":{"date":"2026-11-21","time":"07:37:04"},"memory":"x"}]}]}}`, ``)
}

func TestReadSadfErrors(t *testing.T) {
	f := func(document, want string) {
		t.Helper()
		if _, err := sadfSays(strings.NewReader(document)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s…: got error %v, want one with %q", document, err, want)
		}
	}
	f(`{"sysstat": {"hosts": [`, "unexpected EOF")
	f(`{"sysstat": {"hosts": 7}}`, "expected")
	f(`[]`, "expected")
	f(`{"sysstat": {"hosts": [{"nodename": "`+strings.Repeat("x", 2*maxSadfStep)+`"}]}}`, "too large")

	full := errors.New("no room")
	err := ReadSadf(strings.NewReader(sample(t, "sar.json")), func(*Record) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("got %v, want the error of yield", err)
	}
}

func TestIsSadf(t *testing.T) {
	f := func(head string, want bool) {
		t.Helper()
		if got := IsSadf([]byte(head)); got != want {
			t.Errorf("%q: got %v", head, got)
		}
	}
	f(`{"sysstat": {`, true)
	f("\ufeff\n {\n\t\"sysstat\": {", true)
	f(`{"time": "sysstat"}`, false)
	f(``, false)
	f(`{`, false)
}

func FuzzReadSadf(f *testing.F) {
	f.Add(sample(f, "sar.json"))
	f.Add(`{"sysstat":{"hosts":[{"statistics":[{"timestamp":{"date":"2026-11-21","time":"07:37:04"},"cpu-load":[{}]}]}]}}`)
	f.Fuzz(func(t *testing.T, document string) {
		_ = ReadSadf(strings.NewReader(document), func(rec *Record) error {
			if rec.Sample == nil && rec.Change == nil || rec.Line < 1 {
				t.Fatalf("%+v", rec)
			}
			return nil
		})
	})
}

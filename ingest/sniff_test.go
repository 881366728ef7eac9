package ingest

import (
	"bytes"
	"strings"
	"testing"

	"culprit/parser"
)

func TestSniff(t *testing.T) {
	recs := make([]parser.Record, 16)
	f := func(name, text string, want content) {
		t.Helper()
		got, why := sniff([]byte(text), true, name, recs)
		if got != want || (got == other) != (why != "") {
			t.Errorf("%s %.40q: %d %q, want %d", name, text, got, why, want)
		}
	}
	f("error.log", string(errorLog(1)), log)
	f("error.conf", string(errorLog(1)), log)
	f("e.log", strings.Repeat("\x00", 100)+string(errorLog(1)), log)
	f("x.log", "something nobody knows\nof several lines\n", log)
	f("x.log", "", log)
	f("x.log", "\n\n", log)
	f("x.log", "[warn] not json\n", log)
	f("x.log", "[1234] not json either\n", log)
	f("truth.json", "{\n  \"cause\": \"x\",\n  \"start\": \"2026-11-21T06:13:02Z\"\n}\n", other)
	f("truth.json", "{\"cause\": \"x\"}\n", other)
	f("odd.json", "{\"cause\": \"x\"}\n{\"cause\": \"y\"}\n", log)
	f("list.json", "[\n1,\n2]", other)
	f("sar.json", "{\"sysstat\": {\n\"hosts\": []}}", statistics)
	f("sar.json", "{\"sysstat\":{\"hosts\":[]}}", statistics)
	f("nginx.conf", "worker_processes 2;\nhttp {\n  server {\n    listen 80;\n  }\n}\n", other)
	f("apache", "# the site\n<VirtualHost *:80>\n  ServerName a.example\n  ProxyPass / http://10.0.0.5/\n</VirtualHost>\n", other)
	f("haproxy", "global\n    maxconn 100\n\ndefaults\n    mode http\n    timeout server 30s\nbackend app\n    server web1 10.0.0.5:80 check\n", other)
	f("www", "; pool\n[www]\nuser = www-data\npm = dynamic\npm.max_children = 5\nphp_admin_value[error_log] = /var/log/x.log\n", other)
	f("notes.md", "# What happened\n\nIt broke.\n", other)
	f("binary", "\x01\x02\x03\x04\x05\x06\x07abc\x00\x01", other)
}

func TestJSONShape(t *testing.T) {
	f := func(text string, eof bool, want shape) {
		t.Helper()
		if got := jsonShape([]byte(text), eof); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
	f(`{"a":1}`, true, single)
	f("{\"a\":1}\n\n", true, single)
	f("{\"a\":1}\n{\"a\":2}\n", true, lines)
	f("{\"a\":1}\n{\"a\":", true, lines)
	f(`{"a":`, false, lines)
	f("{\"a\":\n1,", false, spread)
	f("{\"a\":\n1,", true, noJSON)
	f("{\"a\":\n1}", true, spread)
	f("[21-Nov-2026 06:13:02] NOTICE: ready", true, noJSON)
	f("[123] text", true, noJSON)
	f("text", true, noJSON)
	f("", true, noJSON)
}

func TestLeftAsideIsNoted(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "truth.json", []byte("{\n\"cause\": \"x\"\n}\n"))
	write(t, dir, "config/nginx.conf", []byte("user www-data;\nevents {\n}\n"))
	write(t, dir, "bom.log", append([]byte("\ufeff"), errorLog(2)...))
	write(t, dir, "logs.7z", append([]byte("7z\xbc\xaf\x27\x1c"), bytes.Repeat([]byte{0}, 600)...))
	m, summary := ingestAll(t, dir)
	if s := m.feeds["bom.log@3"]; s == nil || len(s.records) != 2 || len(m.feeds) != 1 {
		t.Errorf("read %q", m.paths())
	}
	if summary.Skipped != 3 || summary.Sources != 1 {
		t.Errorf("summary %+v", summary)
	}
}

package parser

import "testing"

func TestOrigin(t *testing.T) {
	f := func(line, host, program string) {
		t.Helper()
		gotHost, gotProgram := NewScanner(Options{}).Origin([]byte(line))
		if string(gotHost) != host || string(gotProgram) != program {
			t.Errorf("%s: %q on %q, want %q on %q", line, gotProgram, gotHost, program, host)
		}
	}
	f("<190>Nov 21 06:13:00 web1 nginx: text", "web1", "nginx")
	f("<134>Nov 21 06:13:00 haproxy[7]: text", "", "haproxy")
	f("<134>1 2026-11-21T06:13:00Z lb haproxy 7 - - text", "lb", "haproxy")
	f(`{"__CURSOR":"s=a","_HOSTNAME":"db","SYSLOG_IDENTIFIER":"mariadbd","MESSAGE":"text"}`, "db", "mariadbd")
	f("web-1  | text", "", "web")
	f(`192.0.2.1 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5`, "", "")
	f("", "", "")
}

// Names that were told are for lines whose envelope names nobody, and for no others.
func TestToldNames(t *testing.T) {
	f := func(line, host, program string, daemon Daemon) {
		t.Helper()
		recs := make([]Record, 2)
		s := NewScanner(Options{Host: []byte("pod-1"), Program: []byte("nginx")})
		if n, _ := s.Scan([]byte(line+"\n"), true, recs); n != 1 {
			t.Fatalf("%s: %d records", line, n)
		}
		if r := &recs[0]; string(r.Host) != host || string(r.Program) != program || r.Daemon != daemon {
			t.Errorf("%s: %q on %q of %s, want %q on %q of %s", line, r.Program, r.Host, r.Daemon, program, host, daemon)
		}
	}
	f(`{"log":"192.0.2.1 - - [21/Nov/2026:06:13:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n","stream":"stdout","time":"2026-11-21T06:13:00.1Z"}`, "pod-1", "nginx", Nginx)
	f(`2026-11-21T06:13:00.123456789Z stderr F something odd`, "pod-1", "nginx", Nginx)
	f("<134>Nov 21 06:13:00 lb haproxy[7]: something odd", "lb", "haproxy", HAProxy)
	f(`192.0.2.1 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "x"`, "", "", AnyWeb)
}

package parser

import (
	"os"
	"strings"
	"testing"
)

func TestPHPFPMMain(t *testing.T) {
	f := tells(t)

	f(`[21-Nov-2026 06:13:01] WARNING: [pool www] server reached pm.max_children setting (5), consider raising it`,
		`message php-fpm php-fpm warning 2026-11-21T06:13:01 Message=server reached pm.max_children setting (5), consider raising it Pool=www`)
	f(`[21-Nov-2026 06:13:00.123456] WARNING: pid 998, fpm_pctl_perform_idle_server_maintenance(), line 407: [pool www] seems busy`,
		`message php-fpm php-fpm warning 2026-11-21T06:13:00.123456 Message=seems busy PID=998 Pool=www`)
	f(`[21-Nov-2026 06:13:00.123456] DEBUG: pid 998, fpm_pctl(), line 378: [pool www] currently 0 active children, 2 spare children`,
		`message php-fpm php-fpm debug 2026-11-21T06:13:00.123456 Message=currently 0 active children, 2 spare children PID=998 Pool=www`)
	f(`[21-Nov-2026 06:13:26] ERROR: fork() failed: Cannot allocate memory (12)`,
		`message php-fpm php-fpm error 2026-11-21T06:13:26 Message=fork() failed: Cannot allocate memory (12) Errno=12`)
	f(`[21-Nov-2026 06:13:29] ERROR: unable to bind listening socket for address '127.0.0.1:9000': Address already in use (98)`,
		`message php-fpm php-fpm error 2026-11-21T06:13:29 Message=unable to bind listening socket for address '127.0.0.1:9000': Address already in use (98) Errno=98`)
	f(`[21-Nov-2026 06:13:29] NOTICE: fpm is running, pid 3441`,
		`message php-fpm php-fpm notice 2026-11-21T06:13:29 Message=fpm is running, pid 3441 PID=3441`)
	f(`[21-Nov-2026 06:13:29] NOTICE: about to trace 3557`,
		`message php-fpm php-fpm notice 2026-11-21T06:13:29 Message=about to trace 3557 PID=3557`)
	f(`[21-Nov-2026 06:13:29] NOTICE: finished trace of 3557`,
		`message php-fpm php-fpm notice 2026-11-21T06:13:29 Message=finished trace of 3557 PID=3557`)
	f(`[21-Nov-2026 06:13:29] NOTICE: [pool www] child 3750 started`,
		`message php-fpm php-fpm notice 2026-11-21T06:13:29 Message=child 3750 started PID=3750 Pool=www`)
	f(`[21-Nov-2026 06:13:29] WARNING: [pool www] child 1240 exited on signal 9 (SIGKILL) after 3842.152345 seconds from start`,
		`message php-fpm php-fpm warning 2026-11-21T06:13:29 Message=child 1240 exited on signal 9 (SIGKILL) after 3842.152345 seconds from start PID=1240 Pool=www`)
	f(`[21-Nov-2026 06:13:29] WARNING: [pool www] child 3557, script '/srv/a.php' (request: "GET /a.php?q=") executed (1 sec)") executing too slow (2.215145 sec), logging`,
		`message php-fpm php-fpm warning 2026-11-21T06:13:29 Message=child 3557, script '/srv/a.php' (request: "GET /a.php?q=") executed (1 sec)") executing too slow (2.215145 sec), logging PID=3557 Method=GET Path=/a.php?q=") executed (1 sec) Pool=www Script=/srv/a.php Duration=2215145`)
	f(`[21-Nov-2026 06:13:29] WARNING: [pool www] child 3557, script '/srv/a.php' (request: "GET ") execution timed out (60.004211 sec), terminating`,
		`message php-fpm php-fpm warning 2026-11-21T06:13:29 Message=child 3557, script '/srv/a.php' (request: "GET ") execution timed out (60.004211 sec), terminating PID=3557 Method=GET Pool=www Script=/srv/a.php Duration=60004211`)
	f(`[21-Nov-2026 06:13:29] WARNING: [pool www] child 1240 said into stderr: "NOTICE: PHP message: PHP Warning:  Undefined variable $foo in /srv/index.php on line 10"`,
		`message php-fpm php warning 2026-11-21T06:13:29 Message=PHP Warning:  Undefined variable $foo in /srv/index.php on line 10 PID=1240 Module=Warning Pool=www Script=/srv/index.php`)
	f(`[21-Nov-2026 06:13:29] WARNING: [pool www] child 1240 said into stderr: "NOTICE: PHP message: hello from the application"`,
		`message php-fpm php notice 2026-11-21T06:13:29 Message=hello from the application PID=1240 Pool=www`)
	f(`[21-Nov-2026 06:13:29] WARNING: [pool www] child 1240 said into stderr: "Fatal error: Maximum execution time of 30+2 seconds exceeded (terminated) in /srv/r.php on line 9"`,
		`message php-fpm php critical 2026-11-21T06:13:29 Message=Fatal error: Maximum execution time of 30+2 seconds exceeded (terminated) in /srv/r.php on line 9 PID=1240 Module=Fatal error Pool=www Script=/srv/r.php`)
	f(`[21-Nov-2026 06:13:29] WARNING: [pool www] child 1240 said into stderr: "bye", pipe is closed`,
		`message php-fpm php 2026-11-21T06:13:29 Message=bye PID=1240 Pool=www`)
	f(`[21-Nov-2026 06:13:29] WARNING: [pool www] child 1240 said into stderr: ""`,
		`continuation php-fpm php 2026-11-21T06:13:29 PID=1240 Pool=www`)
	f(`[21-Nov-2026 06:13:29] WARNING: [pool www] child 1240 said into stdout: "plain output"`,
		`message php-fpm php 2026-11-21T06:13:29 Message=plain output PID=1240 Pool=www`)
	f(`Nov 21 06:13:00 web1 php-fpm[998]: [WARNING] [pool www] child 7 exited with code 255 after 1.5 seconds from start`,
		`message php-fpm php-fpm warning 2026-11-21T06:13:00 Message=child 7 exited with code 255 after 1.5 seconds from start Host=web1 Program=php-fpm PID=7 Pool=www`)
}

// TestPHPFPMWorker holds what workers say in several lines, each of which PHP-FPM decorates.
func TestPHPFPMWorker(t *testing.T) {
	f := tells(t)

	f(`[21-Nov-2026 06:49:50] WARNING: [pool www] child 3557 said into stderr: "NOTICE: PHP message: PHP Fatal error:  Uncaught RuntimeException: boom in /srv/exc.php:1"
[21-Nov-2026 06:49:50] WARNING: [pool www] child 3558 said into stderr: "somebody else"
[21-Nov-2026 06:49:50] WARNING: [pool www] child 3557 said into stderr: "Stack trace:"
[21-Nov-2026 06:49:50] WARNING: [pool www] child 3557 said into stderr: "#0 /srv/exc.php(1): f(1)"
[21-Nov-2026 06:49:50] WARNING: [pool www] child 3557 said into stderr: "Next Exception: worse in /srv/exc.php:2"
[21-Nov-2026 06:49:50] WARNING: [pool www] child 3557 said into stderr: "  thrown in /srv/exc.php on line 1"
[21-Nov-2026 06:49:50] WARNING: [pool www] child 3557 said into stderr: "hello"`,
		`message php-fpm php critical 2026-11-21T06:49:50 Message=PHP Fatal error:  Uncaught RuntimeException: boom in /srv/exc.php:1 PID=3557 Module=Fatal error Pool=www Script=/srv/exc.php
message php-fpm php 2026-11-21T06:49:50 Message=somebody else PID=3558 Pool=www
continuation php-fpm php 2026-11-21T06:49:50 Message=Stack trace: PID=3557 Pool=www
continuation php-fpm php 2026-11-21T06:49:50 Message=#0 /srv/exc.php(1): f(1) PID=3557 Pool=www
continuation php-fpm php 2026-11-21T06:49:50 Message=Next Exception: worse in /srv/exc.php:2 PID=3557 Pool=www
continuation php-fpm php 2026-11-21T06:49:50 Message=  thrown in /srv/exc.php on line 1 PID=3557 Pool=www
message php-fpm php 2026-11-21T06:49:50 Message=hello PID=3557 Pool=www`)
}

func TestPHPFPMSlow(t *testing.T) {
	f := tells(t)

	f(`
[21-Nov-2026 06:49:59]  [pool www] pid 3557
script_filename = /srv/index.php
[0x00007f7356c13080] curl_exec() /srv/lib.php:40
[0x00007f7356c13010] [INCLUDE_OR_EVAL]() /srv/index.php:12
[0x00007f7356c13000] ???() unknown:0

[21-Nov-2026 06:50:01]  [pool www] pid 3710
script_filename = /srv/slow.php
[21-Nov-2026 06:50:01]  [pool www] pid 3711
[21-Nov-2026 06:50:02] NOTICE: finished trace of 3711`,
		`message php-fpm-slow php-fpm warning 2026-11-21T06:49:59 Message=curl_exec() [INCLUDE_OR_EVAL]() ???() Detail=[0x00007f7356c13080] curl_exec() /srv/lib.php:40
[0x00007f7356c13010] [INCLUDE_OR_EVAL]() /srv/index.php:12
[0x00007f7356c13000] ???() unknown:0 PID=3557 Pool=www Script=/srv/index.php
message php-fpm-slow php-fpm warning 2026-11-21T06:50:01 Message=script_filename = /srv/slow.php Detail=script_filename = /srv/slow.php PID=3710 Pool=www Script=/srv/slow.php
message php-fpm-slow php-fpm warning 2026-11-21T06:50:01 Message=[pool www] pid 3711 PID=3711 Pool=www
message php-fpm php-fpm notice 2026-11-21T06:50:02 Message=finished trace of 3711 PID=3711`)
	f(`{"log":"\n","stream":"stderr","time":"2026-11-21T05:49:59.5Z"}
{"log":"[21-Nov-2026 06:49:59]  [pool www] pid 3557\n","stream":"stderr","time":"2026-11-21T05:49:59.5Z"}
{"log":"script_filename = /srv/index.php\n","stream":"stderr","time":"2026-11-21T05:49:59.5Z"}
{"log":"[0x00007f7356c13080] query() /srv/\"x\".php:40\n","stream":"stderr","time":"2026-11-21T05:49:59.5Z"}
{"log":"[0x00007f7356c13080] run() /srv/lib.php:40\n","stream":"stderr","time":"2026-11-21T05:49:59.5Z"}
{"log":"PHP Fatal error:  Uncaught Error: boom in /srv/a.php:3\n","stream":"stderr","time":"2026-11-21T05:49:59.5Z"}
{"log":"Stack trace:\n","stream":"stderr","time":"2026-11-21T05:49:59.5Z"}`,
		`message php-fpm-slow php-fpm warning 2026-11-21T05:49:59Z Message=query() run() Detail=[0x00007f7356c13080] query() /srv/"x".php:40
[0x00007f7356c13080] run() /srv/lib.php:40 PID=3557 Pool=www Script=/srv/index.php
message php-error php critical 2026-11-21T05:49:59.5Z Message=PHP Fatal error:  Uncaught Error: boom in /srv/a.php:3 Module=Fatal error Script=/srv/a.php
continuation php-error php 2026-11-21T05:49:59.5Z Message=Stack trace:`)

	// Eight frames make the message.
	deep := "[21-Nov-2026 06:49:59]  [pool www] pid 1\nscript_filename = /a.php\n" + strings.Repeat("[0x00007f7356c13080] f() /a.php:1\n", 100)
	recs := scanText(deep)
	if got := string(recs[0].Message); got != strings.TrimSpace(strings.Repeat("f() ", slowNamed)) {
		t.Errorf("message %q", got)
	}
	if recs[0].Lines != int32(2+len(fpmTrace{}.frames)) {
		t.Errorf("%d lines joined", recs[0].Lines)
	}
}

func TestPHPFPMAccess(t *testing.T) {
	f := tells(t)

	f(`127.0.0.1 -  21/Nov/2026:06:13:00 +0000 "GET /index.php?id=1" 500`,
		`request php-fpm-access php-fpm 2026-11-21T06:13:00Z Client=127.0.0.1 Method=GET Path=/index.php?id=1 Status=500`)
	f(`- - alice 21/Nov/2026:06:13:00 +0100 "GET " 200`,
		`request php-fpm-access php-fpm 2026-11-21T05:13:00Z Method=GET Status=200`)
	f(`127.0.0.1 - - 21/Nov/2026:06:13:00 +0000 "POST /a.php" 200 /srv/a.php 12.345 2048 8.10%`,
		`request php-fpm-access php-fpm 2026-11-21T06:13:00Z Client=127.0.0.1 Method=POST Path=/a.php Script=/srv/a.php Status=200 Duration=12345`)
}

// TestPHPFPMSamples reads what PHP-FPM 8.2 wrote in a lab.
func TestPHPFPMSamples(t *testing.T) {
	f := func(file string, messages, continuations int) {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[Kind]int{}
		for _, r := range scanText(string(text)) {
			kinds[r.Kind]++
		}
		if kinds[Message] != messages || kinds[Continuation] != continuations || len(kinds) > 2 {
			t.Errorf("%s: %v by kind, want %d messages and %d continuations", file, kinds, messages, continuations)
		}
	}
	f("testdata/php-fpm.log", 51, 29)
	f("testdata/php-fpm-slow.log", 5, 0)
}

const phpfpmLines = `[21-Nov-2026 06:49:59] WARNING: [pool www] server reached pm.max_children setting (2), consider raising it
[21-Nov-2026 06:49:59] WARNING: [pool www] child 3557, script '/srv/slow.php' (request: "GET /slow.php") executing too slow (2.215145 sec), logging
[21-Nov-2026 06:49:59] NOTICE: finished trace of 3557
[21-Nov-2026 06:50:00] WARNING: [pool www] child 3557 said into stderr: "NOTICE: PHP message: PHP Warning:  Undefined variable $x in /srv/index.php on line 9"
`

const phpfpmSlowBlock = `
[21-Nov-2026 06:49:59]  [pool www] pid 3557
script_filename = /srv/slow.php
[0x00007f7356c13080] usleep() /srv/bootstrap.php:6
[0x00007f7356c13010] env_ms() /srv/slow.php:4
`

const phpfpmAccessLine = `127.0.0.1 -  21/Nov/2026:06:13:00 +0000 "GET /index.php?id=1" 500
`

func TestPHPFPMAllocs(t *testing.T) {
	for _, text := range []string{phpfpmLines, phpfpmSlowBlock, phpfpmAccessLine} {
		if n := allocsPerScan(text); n != 0 {
			t.Errorf("%v allocations for %s", n, text)
		}
	}
}

func BenchmarkPHPFPMMain(b *testing.B) { benchScan(b, phpfpmLines, PHPFPMMain) }

func BenchmarkPHPFPMSlow(b *testing.B) { benchScan(b, phpfpmSlowBlock, PHPFPMSlow) }

func BenchmarkPHPFPMAccess(b *testing.B) { benchScan(b, phpfpmAccessLine, PHPFPMAccess) }

func FuzzPHPFPM(f *testing.F) {
	for line := range strings.Lines(phpfpmLines + phpfpmAccessLine) {
		f.Add([]byte(strings.TrimSpace(line)))
	}
	f.Add([]byte(`[21-Nov-2026 06:13:00.123456] DEBUG: pid 998, fpm_pctl(), line 378: [pool www] x: y (11)`))
	f.Add([]byte(`[21-Nov-2026 06:49:59]  [pool www] pid 3557`))
	f.Add([]byte(`[WARNING] [pool www] child 1240 said into stderr: "#0 {main}"`))
	f.Fuzz(fuzzFormats(PHPFPMMain, PHPFPMSlow, PHPFPMAccess))
}

// FuzzScan reads whole sources: multi-line records, envelopes and all formats together.
func FuzzScanWrapped(f *testing.F) {
	f.Add([]byte(phpfpmSlowBlock + phpfpmLines + haproxyLines))
	f.Add([]byte(`{"log":"[21-Nov-2026 06:49:59]  [pool www] pid 3557\n","stream":"stderr","time":"2026-11-21T05:49:59.5Z"}
{"log":"[0x00007f7356c13080] query() /srv/\"x\".php:40\n","stream":"stderr","time":"2026-11-21T05:49:59.5Z"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		total := 0
		for _, r := range scanAll(NewScanner(Options{}), text) {
			total += len(r.Raw)
		}
		if total > len(text) {
			t.Fatalf("%d bytes in the records of %d", total, len(text))
		}
	})
}

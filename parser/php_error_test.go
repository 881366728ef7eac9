package parser

import "testing"

func TestPHPError(t *testing.T) {
	f := tells(t)

	f(`[21-Nov-2026 06:13:00 UTC] PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /srv/Export.php on line 88`,
		`message php-error php critical 2026-11-21T06:13:00Z Message=PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /srv/Export.php on line 88 Module=Fatal error Script=/srv/Export.php`)
	f(`[21-Nov-2026 06:13:00 Europe/Berlin] PHP Warning:  PHP Request Startup: Input variables exceeded 1000. in Unknown on line 0`,
		`message php-error php warning 2026-11-21T05:13:00Z Message=PHP Warning:  PHP Request Startup: Input variables exceeded 1000. in Unknown on line 0 Module=Warning`)
	f(`[21-Nov-2026 06:13:00 America/New_York] PHP Notice:  x in /srv/a.php(12) : eval()'d code on line 1`,
		`message php-error php notice 2026-11-21T11:13:00Z Message=PHP Notice:  x in /srv/a.php(12) : eval()'d code on line 1 Module=Notice Script=/srv/a.php`)
	f(`[21-Jul-2026 06:13:00 Mars/Olympus] PHP Deprecated:  strlen(): Passing null in /srv/x.php on line 2`,
		`message php-error php notice 2026-07-21T06:13:00 Message=PHP Deprecated:  strlen(): Passing null in /srv/x.php on line 2 Module=Deprecated Script=/srv/x.php`)
	f(`[21-Nov-2026 06:13:00] PHP Parse error:  syntax error, unexpected token "}" in /srv/Cart.php on line 17`,
		`message php-error php critical 2026-11-21T06:13:00 Message=PHP Parse error:  syntax error, unexpected token "}" in /srv/Cart.php on line 17 Module=Parse error Script=/srv/Cart.php`)
	f(`[21-Nov-2026 06:13:00 UTC] an application's own text: in trouble`,
		`message php-error php 2026-11-21T06:13:00Z Message=an application's own text: in trouble`)
	f(`PHP Fatal error:  Uncaught Error: boom in /srv/a.php:3`,
		`message php-error php critical Message=PHP Fatal error:  Uncaught Error: boom in /srv/a.php:3 Module=Fatal error Script=/srv/a.php`)
	f(`Warning: Undefined variable $x in /srv/a.php on line 3`,
		`message php-error php warning Message=Warning: Undefined variable $x in /srv/a.php on line 3 Module=Warning Script=/srv/a.php`)
	f(`NOTICE: PHP message: PHP Warning:  x in /srv/a.php on line 3`,
		`message php-error php warning Message=PHP Warning:  x in /srv/a.php on line 3 Module=Warning Script=/srv/a.php`)
	f(`[21-Nov-2026 06:13:00 UTC] PHP Stack trace:`,
		`continuation php-error php 2026-11-21T06:13:00Z Message=PHP Stack trace:`)
	f(`[21-Nov-2026 06:13:00 UTC] PHP   1. {main}() /srv/a.php:0`,
		`continuation php-error php 2026-11-21T06:13:00Z Message=PHP   1. {main}() /srv/a.php:0`)
}

// TestPHPErrorInOneRecord holds traces that a transport has kept together.
func TestPHPErrorInOneRecord(t *testing.T) {
	f := tells(t)

	const told = "Message=PHP Fatal error:  Uncaught Error: boom in /srv/a.php:3 "
	f(`Nov 21 06:13:00 web1 php: PHP Fatal error:  Uncaught Error: boom in /srv/a.php:3#012Stack trace:#012#0 {main}`,
		"message php-error php critical 2026-11-21T06:13:00 "+told+"Detail=Stack trace:#012#0 {main} Host=web1 Program=php Module=Fatal error Script=/srv/a.php")
	f(`{"_HOSTNAME":"web1","SYSLOG_IDENTIFIER":"php","MESSAGE":"PHP Fatal error:  Uncaught Error: boom in /srv/a.php:3\nStack trace:\n#0 {main}"}`,
		"message php-error php critical "+told+"Detail=Stack trace:\n#0 {main} Host=web1 Program=php Module=Fatal error Script=/srv/a.php")
	// Line for line, what follows the first is cut off from it.
	f("Nov 21 06:13:00 web1 php: PHP Warning:  x in /srv/a.php on line 3\nNov 21 06:13:00 web1 php: Stack trace:",
		"message php-error php warning 2026-11-21T06:13:00 Message=PHP Warning:  x in /srv/a.php on line 3 Host=web1 Program=php Module=Warning Script=/srv/a.php\n"+
			"continuation php-error php 2026-11-21T06:13:00 Message=Stack trace: Host=web1 Program=php")
}

// TestPHPErrorLines holds messages of several lines, whole and cut apart.
func TestPHPErrorLines(t *testing.T) {
	f := tells(t)

	f(`[21-Nov-2026 06:13:00 UTC] PHP Fatal error:  Uncaught RuntimeException: first line
second line in /srv/db.php:12
Stack trace:
#0 /srv/index.php(3): connect('[a]')
#1 {main}

Next LogicException: worse in /srv/db.php:20
Stack trace:
#0 {main}
  thrown in /srv/db.php on line 20
[21-Nov-2026 06:13:01 UTC] PHP Warning:  next in /srv/a.php on line 3`,
		`message php-error php critical 2026-11-21T06:13:00Z Message=PHP Fatal error:  Uncaught RuntimeException: first line Detail=second line in /srv/db.php:12
Stack trace:
#0 /srv/index.php(3): connect('[a]')
#1 {main}

Next LogicException: worse in /srv/db.php:20
Stack trace:
#0 {main}
  thrown in /srv/db.php on line 20 Module=Fatal error Script=/srv/db.php
message php-error php warning 2026-11-21T06:13:01Z Message=PHP Warning:  next in /srv/a.php on line 3 Module=Warning Script=/srv/a.php`)
	f(`[21-Nov-2026 06:13:00 UTC] PHP Warning:  mysqli_query(): You have an error
near 'x' in /srv/a.php on line 3`,
		`message php-error php warning 2026-11-21T06:13:00Z Message=PHP Warning:  mysqli_query(): You have an error Detail=near 'x' in /srv/a.php on line 3 Module=Warning Script=/srv/a.php`)
	f(`[21-Nov-2026 06:13:00 UTC] Array
(
    [key] => value
)
[21-Nov-2026 06:13:01 UTC] done`,
		`message php-error php 2026-11-21T06:13:00Z Message=Array Detail=(
    [key] => value
)
message php-error php 2026-11-21T06:13:01Z Message=done`)
	f(`PHP Fatal error:  Uncaught Error: boom in /srv/a.php:3
Stack trace:
#0 {main}
  thrown in /srv/a.php on line 3
127.0.0.1 -  21/Nov/2026:06:13:00 +0000 "GET /index.php" 500
#0 /srv/index.php(3): cut('off')`,
		`message php-error php critical Message=PHP Fatal error:  Uncaught Error: boom in /srv/a.php:3 Detail=Stack trace:
#0 {main}
  thrown in /srv/a.php on line 3 Module=Fatal error Script=/srv/a.php
request php-fpm-access php-fpm 2026-11-21T06:13:00Z Client=127.0.0.1 Method=GET Path=/index.php Status=500
continuation php-error php Message=#0 /srv/index.php(3): cut('off')`)
}

func TestPHPLevel(t *testing.T) {
	f := func(in, level string, severity Severity) {
		t.Helper()
		gotLevel, gotSeverity := PHPLevel([]byte(in))
		if string(gotLevel) != level || gotSeverity != severity {
			t.Errorf("%s: got %q, %v, want %q, %v", in, gotLevel, gotSeverity, level, severity)
		}
	}
	f("PHP Fatal error:  x", "Fatal error", Critical)
	f("Fatal error: x", "Fatal error", Critical)
	f("PHP message: PHP Parse error:  x", "Parse error", Critical)
	f("PHP message: PHP Deprecated:  x in a.php on line 1; PHP message: PHP Warning:  y; PHP message: PHP Notice:  z", "Warning", Warning)
	f("PHP message: free text", "", NoSeverity)
	f("PHP Fatal errors: x", "", NoSeverity)
	f("", "", NoSeverity)
}

func TestPHPErrorNot(t *testing.T) {
	f := func(line string) {
		t.Helper()
		var rec Record
		rec.Reset()
		if NewScanner(Options{}).phpError([]byte(line), &rec) {
			t.Errorf("%s\nwas read as %s", line, told(rec))
		}
	}
	f(`[21-Nov-2026 06:13:00] NOTICE: fpm is running, pid 1`)
	f(`[21-Nov-2026 06:13:00]  [pool www] pid 1240`)
	f(`[32-Nov-2026 06:13:00 UTC] PHP Warning:  x`)
	f(`[error] x`)
	f(`Warning: low disk space`)
	f(`Notice: x in the garden`)
	f(`PHP 8.2.35 (cli)`)
	f(`#1 in the charts`)
}

func TestPHPErrorAllocs(t *testing.T) {
	for _, text := range []string{
		"[21-Nov-2026 06:13:00 UTC] PHP Warning:  Undefined array key \"promo\" in /srv/product.php on line 6\n",
		"[21-Nov-2026 06:13:00 Europe/Berlin] PHP Fatal error:  Uncaught Error: boom in /srv/a.php:3\nStack trace:\n#0 {main}\n  thrown in /srv/a.php on line 3\n",
	} {
		if n := allocsPerScan(text); n != 0 {
			t.Errorf("%v allocations for %s", n, text)
		}
	}
}

func BenchmarkPHPError(b *testing.B) {
	benchScan(b, "[21-Nov-2026 06:13:00 Europe/Berlin] PHP Warning:  Undefined array key \"promo\" in /srv/product.php on line 6\n", PHPError)
}

func FuzzPHP(f *testing.F) {
	f.Add([]byte("[21-Nov-2026 06:13:00 UTC] PHP Warning:  x in /srv/a.php(12) : eval()'d code on line 1"))
	f.Add([]byte("NOTICE: PHP message: PHP Fatal error:  Uncaught Error: boom in /srv/a.php:3"))
	f.Add([]byte("PHP   1. {main}() /srv/a.php:0"))
	f.Add([]byte("  thrown in /srv/a.php on line 3"))
	f.Fuzz(fuzzFormats(PHPError))
}

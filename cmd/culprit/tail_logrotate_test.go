package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestTailUnderLogrotate has the real logrotate rotate under a writer that goes on, and wants every request counted once.
func TestTailUnderLogrotate(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	program, err := exec.LookPath("logrotate")
	if err != nil {
		if program = "/usr/sbin/logrotate"; syscall.Access(program, 1) != nil {
			t.Skip("logrotate is not installed: apt-get install logrotate to run this")
		}
	}
	f := func(name, options string, reopens bool) {
		t.Helper()
		t.Run(name, func(t *testing.T) { rotateWith(t, program, options, reopens) })
	}
	f("create", "create 0640", true)
	f("create, compress", "create 0640\ncompress", true)
	f("create, delaycompress", "create 0640\ncompress\ndelaycompress", true)
	f("dateext", "create 0640\ndateext\ndateformat -%Y%m%d-%s", true)
	f("copytruncate", "copytruncate", false)
	f("copytruncate, compress", "copytruncate\ncompress", false)
}

func rotateWith(t *testing.T, program, options string, reopens bool) {
	dir := t.TempDir()
	path, db, config := filepath.Join(dir, "access.log"), filepath.Join(dir, "c.db"), filepath.Join(dir, "rotate.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, "%s {\nrotate 30\nsize 1\nmissingok\n%s\n}\n", path, options), 0o600); err != nil {
		t.Fatal(err)
	}
	open := func() *os.File {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	log, written := open(), int64(0)
	defer func() { log.Close() }()
	write := func(n int) {
		t.Helper()
		for range n {
			written++
			stamp := time.Now().Format("02/Jan/2006:15:04:05 -0700")
			if _, err := fmt.Fprintf(log, "203.0.113.%d - - [%s] \"GET /item/%d HTTP/1.1\" 200 %d \"-\" \"curl/8\"\n", written%200, stamp, written, written%5000); err != nil {
				t.Fatal(err)
			}
		}
	}
	counted := func() {
		t.Helper()
		eventually(t, "all requests are counted", func() bool { return requestsIn(t, db) >= written })
	}
	requestsIn(t, db) // makes it: two that make it at once get into each other's way
	write(50)
	cmd := startTail(t, path, "--db", db, "--every", "100ms")
	counted() // what was rotated and packed before the first start is history
	for range 4 {
		write(200)
		if !reopens {
			counted() // what is truncated before anybody can read it is lost to all
		}
		out, err := exec.Command(program, "-f", "-s", filepath.Join(dir, "state"), config).CombinedOutput()
		if err != nil {
			t.Fatalf("logrotate: %v\n%s", err, out)
		}
		if reopens {
			write(20) // into the rotated file, as a daemon does that was not told yet
			log.Close()
			log = open()
		}
		time.Sleep(1100 * time.Millisecond) // the name of the next rotation has another second in it
	}
	counted()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	if got := requestsIn(t, db); got != written {
		t.Errorf("%d requests counted of %d", got, written)
	}
}

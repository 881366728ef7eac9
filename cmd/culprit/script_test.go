package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"culprit": func() {
			os.Exit(run(context.Background(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
		},
	})
}

// TestScripts runs testdata/script: what the command does with good and with bad input, from the outside.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TZ", "UTC")
			env.Setenv("NO_COLOR", "")
			return nil
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Getuid() == 0, nil
			case "race":
				return raceDetector, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "outage": outage, "bytes": writeBytes, "longline": longLine, "compress": compress, "cut": cut, "many": many,
			"harmless": harmless, "peak": peak, "until": until,
		},
	})
}

// exits CODE COMMAND…: the command ends with that exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d\n%s%s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// until FILE REGEXP: waits for as long as it takes a busy machine until the file is there and the pattern is in it.
func until(ts *testscript.TestScript, _ bool, args []string) {
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	var text []byte
	for range 1200 {
		if text, err = os.ReadFile(ts.MkAbs(args[0])); err == nil && pattern.Match(text) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("no %q in %s: %v\n%s", args[1], args[0], err, text)
}

// outage DIR: logs of an nginx whose backend is away from 06:02:00 to 06:02:30.
func outage(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(writeOutage(ts.MkAbs(args[0])))
}

func writeOutage(dir string) error {
	var access, failures bytes.Buffer
	start := time.Date(2026, 3, 8, 6, 0, 0, 0, time.UTC)
	for i := range 900 {
		at := start.Add(time.Duration(i) * 200 * time.Millisecond)
		status := 200
		if down := at.Sub(start); down >= 2*time.Minute && down < 150*time.Second {
			status = 502
			fmt.Fprintf(&failures, `%s [error] 812#812: *%d connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.%d, `+
				`server: shop.example, request: "GET /cart HTTP/1.1", upstream: "http://10.0.0.5:8080/cart", host: "shop.example"`+"\n",
				at.Format("2006/01/02 15:04:05"), i, i%200)
		}
		fmt.Fprintf(&access, `203.0.113.%d - - [%s] "GET /cart HTTP/1.1" %d 512 "-" "Mozilla/5.0"`+"\n", i%200, at.Format("02/Jan/2006:15:04:05 -0700"), status)
	}
	return errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, "access.log"), access.Bytes(), 0o644),
		os.WriteFile(filepath.Join(dir, "error.log"), failures.Bytes(), 0o644))
}

// bytes FILE 'TEXT' [TIMES]: TEXT, with escapes as in Go, is added to the file.
func writeBytes(ts *testscript.TestScript, _ bool, args []string) {
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(args[1], `"`, `\"`) + `"`)
	ts.Check(err)
	times := 1
	if len(args) > 2 {
		times, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	name, err := strconv.Unquote(`"` + args[0] + `"`)
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	ts.Check(err)
	_, err = f.WriteString(strings.Repeat(text, times))
	ts.Check(errors.Join(err, f.Close()))
}

// longline FILE MB: a line of that many megabytes is added to the file.
func longLine(ts *testscript.TestScript, _ bool, args []string) {
	megabytes, err := strconv.Atoi(args[1])
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	ts.Check(err)
	part := bytes.Repeat([]byte("x"), 1<<20)
	for range megabytes {
		_, err := f.Write(part)
		ts.Check(err)
	}
	_, err = f.WriteString("\n")
	ts.Check(errors.Join(err, f.Close()))
}

// compress FILE: the file becomes FILE.gz.
func compress(ts *testscript.TestScript, _ bool, args []string) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(ts.ReadFile(args[0])))
	ts.Check(errors.Join(err, w.Close()))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".gz"), b.Bytes(), 0o644))
	ts.Check(os.Remove(ts.MkAbs(args[0])))
}

// cut FILE PERCENT: only the beginning of the file is kept.
func cut(ts *testscript.TestScript, _ bool, args []string) {
	percent, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), info.Size()*percent/100))
}

// many DIR N: a directory with N small logs.
func many(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs(args[0]), 0o755))
	for i := range n {
		line := fmt.Sprintf(`192.0.2.7 - - [08/Mar/2026:06:%02d:%02d +0000] "GET / HTTP/1.1" 200 512 "-" "curl/8"`+"\n", i/60%60, i%60)
		ts.Check(os.WriteFile(ts.MkAbs(filepath.Join(args[0], fmt.Sprintf("access-%d.log", i))), []byte(line), 0o644))
	}
}

// harmless: what was written last cannot steer a terminal, and is UTF-8.
func harmless(ts *testscript.TestScript, _ bool, _ []string) {
	for _, name := range []string{"stdout", "stderr"} {
		text := ts.ReadFile(name)
		if !utf8.ValidString(text) {
			ts.Fatalf("%s is not UTF-8: %q", name, text)
		}
		for i, r := range text {
			if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				ts.Fatalf("%s holds %U: %q", name, r, text[max(0, i-40):min(len(text), i+40)])
			}
		}
	}
}

// peak MB COMMAND…: the command needs at most that much memory. What it prints goes to the file out.
func peak(ts *testscript.TestScript, _ bool, args []string) {
	limit, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	path := ""
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if found, err := exec.LookPath(filepath.Join(dir, args[1])); err == nil {
			path = found
			break
		}
	}
	cmd := exec.Command(path, args[2:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), []string{"TMPDIR=" + ts.Getenv("TMPDIR"), "TZ=UTC"}
	out, err := cmd.CombinedOutput()
	ts.Check(os.WriteFile(ts.MkAbs("out"), out, 0o644))
	if err != nil {
		ts.Fatalf("%v\n%s", err, out)
	}
	if got := residentPeak(cmd.ProcessState); got > limit<<20 {
		ts.Fatalf("needed %d MB, want at most %d", got>>20, limit)
	}
}

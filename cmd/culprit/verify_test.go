package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"culprit/correlate"
)

// TestVerifyRecorded takes recorded incidents for fixed at two moments: while they last, which they are not, and at their end, after which
// the recordings go on too shortly for more than "fixed" or "too early".
func TestVerifyRecorded(t *testing.T) {
	for _, name := range []string{"php-fpm-killed", "shop-database-stall", "haproxy-health-check", "proxy-to-dead-port"} {
		dir := filepath.Join(fixtures, name)
		ended, code := verifying(t, dir)
		if ended.Outcome != correlate.Fixed || code != exitOK {
			t.Errorf("%s: %s with exit code %d: %v", name, ended.Outcome, code, ended.Reasons)
		}
		if ended.Incident.End == nil {
			t.Fatalf("%s: no end", name)
		}
		middle := ended.Incident.Start.Add(ended.Incident.End.Sub(ended.Incident.Start) / 3)
		during, code := verifying(t, "--since", middle.Format(time.RFC3339), dir)
		if during.Outcome != correlate.NotFixed || code != exitIncident {
			t.Errorf("%s, looked at while it lasted: %s with exit code %d: %v", name, during.Outcome, code, during.Reasons)
		}
		late, code := verifying(t, "--since", ended.After.To.Format(time.RFC3339), dir)
		if late.Outcome != correlate.TooEarly || code != exitTooEarly {
			t.Errorf("%s, fixed when the logs end: %s with exit code %d: %v", name, late.Outcome, code, late.Reasons)
		}
	}
}

func verifying(t *testing.T, args ...string) (v correlate.Verification, code int) {
	t.Helper()
	var out, problems bytes.Buffer
	code = run(context.Background(), append([]string{"verify", "--format", "json"}, args...), streams{os.Stdin, &out, &problems})
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, &out, &problems)
	}
	if v.Schema != correlate.VerifySchema {
		t.Errorf("%v: schema %q", args, v.Schema)
	}
	return v, code
}

func TestVerifyArguments(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := errors.Join(os.WriteFile("7", nil, 0o600), os.Mkdir("logs", 0o700)); err != nil {
		t.Fatal(err)
	}
	f := func(wantName string, wantPaths int, args ...string) {
		t.Helper()
		name, paths := (&verification{}).arguments(args)
		if name != wantName || len(paths) != wantPaths {
			t.Errorf("%v: incident %q, paths %v", args, name, paths)
		}
	}
	f("", 0)
	f("2", 0, "2")
	f("73ae5fb86e", 1, "73ae5fb86e", "logs")
	f("", 1, "logs")
	f("", 1, "7") // a file of that name is one
	f("", 1, "-")
	f("", 1, "gone/away")
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"culprit/rules"
	"culprit/store"
)

// ownRule is a file of rules with a signature of that id for lines that say so.
func ownRule(t *testing.T, dir, id, says string) {
	t.Helper()
	text := fmt.Sprintf(`kind: signatures
signatures:
  - id: %s
    daemons: [nginx]
    match: {all: ["%s"]}
    stage: connect
    title: Our proxy was refused
    gateway: true
    causes: [backend-down]
    examples: ['2026/03/08 06:02:00 [error] 8#8: %s']
`, id, says, says)
	if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// matched counts the events of a signature.
func matched(t *testing.T, db, signature string) (n int64) {
	t.Helper()
	st, err := store.OpenReading(db)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	points, err := st.Top(t.Context(), store.Query{Table: store.Events, Keys: []store.Key{store.BySignature}, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range points {
		if p.Keys[0] == signature {
			n += p.Count
		}
	}
	return n
}

// TestReloadRules sends SIGHUP to a service whose rules have changed: good ones are used from then on, bad ones change nothing, and no
// line is lost or counted twice.
func TestReloadRules(t *testing.T) {
	own, logs := t.TempDir(), t.TempDir()
	ownRule(t, own, "ours-first", "our proxy says no")
	db, path := filepath.Join(t.TempDir(), "c.db"), filepath.Join(logs, "error.log")
	said := &spoken{}
	g := &globals{streams: streams{strings.NewReader(""), said, said}, ruleDirs: []string{own}}
	catalogue, err := rules.Load(own)
	if err != nil {
		t.Fatal(err)
	}
	s := &service{
		tailing: &tailing{globals: g, db: db, every: 100 * time.Millisecond, window: 30 * time.Minute, backlog: 64},
		paths:   []string{path}, db: db, rules: catalogue, zone: time.UTC,
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- s.run(ctx) }()
	write := func(says string) {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = fmt.Fprintf(f, "%s [error] 8#8: %s\n", time.Now().UTC().Format("2006/01/02 15:04:05"), says)
			f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	hangUp := func() {
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "it watches", func() bool { return said.count("watching") > 0 })
	write("our proxy says no")
	eventually(t, "the first rule matches", func() bool { return matched(t, db, "ours-first") == 1 })

	ownRule(t, own, "ours-second", "our proxy says perhaps")
	hangUp()
	eventually(t, "the rules are read", func() bool { return said.count("read the rules anew") == 1 })
	write("our proxy says perhaps")
	eventually(t, "the second rule matches", func() bool { return matched(t, db, "ours-second") == 1 })

	if err := os.WriteFile(filepath.Join(own, "own.yaml"), []byte("kind: signatures\nsignatures:\n  - id: x\n    daemns: [nginx]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	hangUp()
	eventually(t, "bad rules are refused", func() bool { return said.count("the rules stay as they were") == 1 })
	write("our proxy says perhaps")
	eventually(t, "the second rule still matches", func() bool { return matched(t, db, "ours-second") == 2 })
	cancel()
	if err := <-ran; err != nil {
		t.Error(err)
	}
	if n := matched(t, db, "ours-first"); n != 1 {
		t.Errorf("the first line is counted %d times", n)
	}
	if said.count("own.yaml") == 0 || said.count("reading waits") > 0 {
		t.Errorf("said %s", said.text.String())
	}
}

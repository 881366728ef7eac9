package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The log ahead of a database stays small, though there are always readers who hold on to what was before.
func TestLogAheadIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.db")
	db, err := OpenLean(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const most = 1 << 20
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(db.do(false, func(w *writer) error {
		w.db.ahead = most
		return w.c.script(fmt.Sprintf("PRAGMA journal_size_limit = %d", most))
	}))
	written := 0
	write := func() {
		t.Helper()
		written++ // what stays the same is not written
		must(db.SetBookmark("large", strings.Repeat(string(rune('a'+written%2)), 256<<10)))
	}
	ahead := func() int64 {
		t.Helper()
		info, err := os.Stat(path + "-wal")
		must(err)
		return info.Size()
	}
	reader, err := dial(path, connParams())
	must(err)
	defer reader.close()
	hold := func() {
		t.Helper()
		must(reader.script("BEGIN"))
		_, err := reader.number("SELECT count(*) FROM bookmark")
		must(err)
	}

	// A reader at a time, each holding on while much is written, and the next one there before SQLite finds a moment without.
	for range 3 {
		hold()
		released := make(chan error, 1)
		time.AfterFunc(aheadWait/5, func() { released <- reader.script("COMMIT") })
		for range 2 * most / (256 << 10) {
			write()
		}
		must(<-released)
		if n := ahead(); n > most+most/2 {
			t.Errorf("the log ahead has %d bytes, of %d", n, most)
		}
	}
	// One that stays is not waited for at every commit, and what it kept is given back behind it.
	hold()
	begun := time.Now()
	for range 16 {
		write()
	}
	if took := time.Since(begun); took > 8*aheadWait {
		t.Errorf("16 commits took %s", took)
	}
	if n := ahead(); n < 3*most {
		t.Errorf("the log ahead has only %d bytes: the reader did not hold it, nothing is tested", n)
	}
	must(reader.script("COMMIT"))
	for range 2 * most / (256 << 10) {
		write()
	}
	if n := ahead(); n > most+most/2 {
		t.Errorf("the log ahead still has %d bytes", n)
	}
}

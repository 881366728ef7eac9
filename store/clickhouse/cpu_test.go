//go:build linux

package clickhouse_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"culprit/parser"
	"culprit/store"
	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

// CULPRIT_CPU_EVENTS=1000000 measures with so many events.
const cpuEvents = "CULPRIT_CPU_EVENTS"

// TestClientIsCheaperThanSQLite compares what this process spends on an event that goes to a cluster with one that goes into a database.
func TestClientIsCheaperThanSQLite(t *testing.T) {
	events, _ := strconv.Atoi(os.Getenv(cpuEvents)) // 0: the usual number
	if events == 0 {
		t.Skipf("a measure; set %s", cpuEvents)
	}
	c := servertest.Shards(t, 2)
	address := initialized(t, c, "cpu", clickhouse.Layout{Cluster: c.Name})
	read := func(append func(records []parser.Record, end store.Position) error) {
		t.Helper()
		records := make([]parser.Record, batchSize)
		for n := 0; n < events; n += batchSize {
			for i := range records {
				failedRequest(&records[i], int64(n+i))
			}
			if err := append(records, store.Position{Offset: int64(n+batchSize) * lineSize, Line: int64(n + batchSize)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	note := func(int) store.Note { return store.Note{} }
	measure := func(name string, run func()) time.Duration {
		before, begun := spent(t), time.Now()
		run()
		cpu := spent(t) - before
		t.Logf("%s: %.2f µs cpu an event, %s", name, float64(cpu.Nanoseconds())/1000/float64(events), time.Since(begun).Round(time.Millisecond))
		return cpu
	}
	making := measure("making records", func() { read(func([]parser.Record, store.Position) error { return nil }) })
	sqlite := measure("SQLite", func() {
		db, err := store.OpenSQLite(filepath.Join(t.TempDir(), "kept.db"))
		if err != nil {
			t.Fatal(err)
		}
		a, err := db.Open("access.log", store.Position{})
		if err != nil {
			t.Fatal(err)
		}
		read(func(r []parser.Record, end store.Position) error { return a.Append(r, note, end) })
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	})
	for _, plain := range []bool{false, true} {
		address.Plain = plain
		cluster := measure(fmt.Sprint("cluster, uncompressed ", plain), func() {
			st, err := clickhouse.Open(context.Background(), address, clickhouse.Options{})
			if err != nil {
				t.Fatal(err)
			}
			a, err := st.Open(fmt.Sprint("access.log ", plain), store.Position{})
			if err != nil {
				t.Fatal(err)
			}
			read(func(r []parser.Record, end store.Position) error { return a.Append(r, note, end) })
			if err := a.Close(store.Position{Offset: int64(events) * lineSize, Line: int64(events)}, nil); err != nil {
				t.Fatal(err)
			}
			if err := st.Close(); err != nil {
				t.Fatal(err)
			}
		})
		if ratio := float64(cluster-making) / float64(sqlite-making); ratio > 0.5 {
			t.Errorf("uncompressed %v: %.2f of what SQLite costs", plain, ratio)
		} else {
			t.Logf("uncompressed %v: %.2f of what SQLite costs", plain, ratio)
		}
	}
}

// spent is the CPU time of this process.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

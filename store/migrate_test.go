package store

import (
	"context"
	"encoding/binary"
	"errors"
	"path/filepath"
	"testing"
)

// packedBefore packs a cell as databases had it before 0006: slot, count, arrived, bytes, first and last, and a histogram.
func packedBefore(cells ...[6]uint64) (p []byte) {
	for _, c := range cells {
		for _, n := range c {
			p = binary.AppendUvarint(p, n)
		}
		p = append(p, 1, 20, 2) // two durations of bucket 20
	}
	return p
}

// A database that was written with a row a class and minute answers as before.
func TestMigrateRollups(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	c, err := dial(path, connParams())
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err = appliedMigrations(c)
	must(err)
	must(registerFunctions(c.raw))
	for _, name := range []string{"0001-initial", "0002-views", "0003-timelines", "0004-bookmark", "0005-timeline-index"} {
		must(applyMigration(c, "migration/"+name+".sql"))
	}
	must(c.script(`INSERT INTO source VALUES (1, 'access.log', 0, 0, '', 0, 'nginx', 'nginx-access', '', 0, 9, 9, 0, 9, 9, 0, 0, 0, 1000000, 0, '', '', '', '{}', '{}', '[]');
		INSERT INTO text VALUES (1, '/a'), (2, 'curl');
		INSERT INTO request_class VALUES (1, 1, 'nginx', 'nginx-access', 'shop', '', 200), (2, 1, 'nginx', 'nginx-access', 'shop', '', 502);
		INSERT INTO endpoint_class VALUES (1, 1, '/a', 200);
		INSERT INTO client_class VALUES (1, 1, '192.0.2.1', 1, 2)`))
	must(c.exec("INSERT INTO rollup_request VALUES (1, ?1, 2, 1, 3, 3, 30, NULL, '', ?2), (1, ?1, 1, 1, 7, 8, 70, NULL, '', ?3)",
		int64(noon), packedBefore([6]uint64{5, 3, 3, 30, 0, 0}), packedBefore([6]uint64{5, 3, 4, 30, 0, 0}, [6]uint64{59, 4, 4, 40, 0, 0})))
	must(c.exec("INSERT INTO rollup_endpoint VALUES (1, ?1, 1, 1, 7, 70, NULL, ?2)", int64(noon), packedBefore([6]uint64{0, 3, 0, 30, 0, 0}, [6]uint64{5, 4, 0, 40, 0, 0})))
	must(c.exec("INSERT INTO rollup_client VALUES (1, ?1, 1, 1, 3, 30), (1, ?2, 1, 1, 4, 40)", int64(noon), int64(noon+50*second)))
	must(c.close())
	if _, err := OpenReading(path); !errors.Is(err, ErrOlder) {
		t.Errorf("reading it: %v, want %v", err, ErrOlder)
	}

	db := openDatabase(t, path)
	f := func(q Query, want string) {
		t.Helper()
		got := ""
		must(db.Series(context.Background(), q, func(p Point) error {
			got += decimal((p.Bucket-noon)/second) + ": " + decimal(p.Count) + "/" + decimal(p.Arrived) + "/" + decimal(p.Bytes)
			if p.Durations != nil {
				got += "/" + decimal(p.Durations.Count())
			}
			got += "; "
			return nil
		}))
		if got != want {
			t.Errorf("table %d: %s, want %s", q.Table, got, want)
		}
	}
	f(Query{Table: Requests, Bucket: second, Durations: true}, "5: 6/7/60/4; 59: 4/4/40/2; ")
	f(Query{Table: Endpoints, Bucket: EndpointBucket, Durations: true}, "0: 3/3/30/2; 50: 4/4/40/2; ")
	f(Query{Table: Clients, Bucket: EndpointBucket}, "0: 3/3/30; 50: 4/4/40; ")
}

// Processes that make the same new database at once all get one that works.
func TestMigrateAtOnce(t *testing.T) {
	for range 10 {
		path := filepath.Join(t.TempDir(), "new.db")
		const openers = 6
		failed := make(chan error, openers)
		for range openers {
			go func() {
				db, err := OpenSQLite(path)
				if err == nil {
					err = db.Close()
				}
				failed <- err
			}()
		}
		for range openers {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
	}
}

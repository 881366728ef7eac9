package clickhouse_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

// TestFullServerIsWaitedFor writes to a server whose disk has no room, which it has again later.
func TestFullServerIsWaitedFor(t *testing.T) {
	c := servertest.Engine(t)
	address := initialized(t, c, "full", clickhouse.Layout{})
	done(t, address, "ALTER TABLE record MODIFY SETTING min_free_disk_bytes_to_perform_insert = 1000000000000000")
	complaints := make(chan error, agentSources)
	st, err := clickhouse.Open(context.Background(), address, clickhouse.Options{Complain: func(err error) { complaints <- err }})
	if err != nil {
		t.Fatal(err)
	}
	const events = 1000
	written := make(chan error, 1)
	go func() {
		var failures []error
		for i := range agentSources {
			failures = append(failures, readLog(st, fmt.Sprint("log", i), events/agentSources))
		}
		written <- errors.Join(append(failures, st.Close())...)
	}()
	select {
	case err := <-complaints:
		if !strings.Contains(err.Error(), "Code: 243.") {
			t.Errorf("complained of %v", err)
		}
	case err := <-written:
		t.Fatalf("did not wait: %v", err)
	}
	done(t, address, "ALTER TABLE record RESET SETTING min_free_disk_bytes_to_perform_insert")
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	countLines(t, address, events)
}

package clickhouse

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// TestNoBlockWaitsInAQueue writes to servers that know of gathering blocks, and to ones that would refuse the setting.
func TestNoBlockWaitsInAQueue(t *testing.T) {
	f := func(knows bool, want string) {
		t.Helper()
		var asked atomic.Int32
		var refuse, recent atomic.Bool
		recent.Store(knows)
		told := make(chan string, 3)
		c, _ := fake(t, func(w http.ResponseWriter, r *http.Request) {
			params := r.URL.Query()
			switch insert := params.Get("query"); {
			case refuse.Load():
				panic(http.ErrAbortHandler)
			case insert == "":
				asked.Add(1)
				_, _ = w.Write([]byte{map[bool]byte{true: 1}[recent.Load()], 0, 0, 0, 0, 0, 0, 0}) // the test sees what came
			case strings.HasPrefix(insert, "INSERT"):
				told <- params.Get("async_insert") + " " + params.Get("insert_distributed_sync")
			}
		})
		send := func() error {
			answer, err := c.once(context.Background(), c.Hosts[1], &request{sql: "INSERT INTO record (at) FORMAT Native", body: []byte{}})
			if err != nil {
				return err
			}
			return answer.Close()
		}
		for range 2 {
			if err := send(); err != nil {
				t.Fatal(err)
			}
			if got := <-told; got != want {
				t.Errorf("knows %v: settings %q, want %q", knows, got, want)
			}
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("asked %d times", n)
		}
		// It comes back as one that knows.
		refuse.Store(true)
		if err := send(); err == nil {
			t.Error("taken by a server that is away")
		}
		refuse.Store(false)
		recent.Store(true)
		if err := send(); err != nil {
			t.Fatal(err)
		}
		if got := <-told; got != "0 1" {
			t.Errorf("after an upgrade: settings %q", got)
		}
	}
	f(true, "0 1")
	f(false, " 1")
}

package clickhouse_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"culprit/parser"
	"culprit/store"
	"culprit/store/clickhouse"
)

// An agent is a process of its own that reads sources to their end: this test binary, told so by its environment.
const (
	agentURL    = "CULPRIT_TEST_AGENT_URL"
	agentSpool  = "CULPRIT_TEST_AGENT_SPOOL"
	agentEvents = "CULPRIT_TEST_AGENT_EVENTS" // of each source
)

// agentSources is how many logs an agent reads at once.
const agentSources = 4

func TestMain(m *testing.M) {
	if os.Getenv(agentURL) == "" {
		os.Exit(m.Run())
	}
	events, err := strconv.Atoi(os.Getenv(agentEvents))
	if err == nil {
		err = agent(os.Getenv(agentURL), os.Getenv(agentSpool), events)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// agent reads what is left of its sources.
func agent(url, spool string, events int) error {
	address, err := clickhouse.ParseAddress(url)
	if err != nil {
		return err
	}
	st, err := clickhouse.Open(context.Background(), address, clickhouse.Options{Origin: "agent", Spool: spool})
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	failures := make([]error, agentSources)
	for i := range agentSources {
		all.Go(func() { failures[i] = readLog(st, fmt.Sprintf("log%d", i), events) })
	}
	all.Wait()
	return errors.Join(append(failures, st.Close())...)
}

const (
	lineSize  = 100
	batchSize = 1000
	began     = 1_795_262_400_000_000
)

// readLog appends the events of one log from the place on that the store knows. Every line is a request that failed.
func readLog(st *clickhouse.Store, path string, events int) error {
	a, start, err := st.OpenOnward(path, store.File{Device: 1, Inode: 2, Fingerprint: "f"})
	if err != nil {
		return err
	}
	records := make([]parser.Record, batchSize)
	for n := int(start.Line); n < events; n += batchSize {
		batch := records[:min(batchSize, events-n)]
		for i := range batch {
			failedRequest(&batch[i], int64(n+i))
		}
		end := store.Position{Offset: int64(n+len(batch)) * lineSize, Line: int64(n + len(batch))}
		if err := a.Append(batch, func(int) store.Note { return store.Note{} }, end); err != nil {
			return err
		}
		if err := a.Flush(); err != nil {
			return err
		}
	}
	return a.Close(store.Position{Offset: int64(events) * lineSize, Line: int64(events)}, nil)
}

// failedRequest makes the record of a line.
func failedRequest(r *parser.Record, n int64) {
	r.Reset()
	r.Kind, r.Daemon, r.Format, r.Zoned = parser.Request, parser.Nginx, parser.AccessCombined, true
	r.Line, r.Lines, r.Offset = n+1, 1, n*lineSize
	r.Time, r.Resolution, r.Status = began+n*2000, 1000, 502
	r.Raw = []byte("x")
	r.Path, r.Method = fmt.Appendf(nil, "/cart/%d", n%500), []byte("GET")
	r.Client, r.UserAgent = fmt.Appendf(nil, "192.0.2.%d", n%250), []byte("curl/8.5")
	r.Upstream, r.UpstreamStatus = []byte("10.0.0.5:9000"), []byte("502")
	r.Duration, r.Bytes = 1000+n%5000, 512
}

// waitFor is how long a test waits for something that must happen.
const waitFor = 2 * time.Minute

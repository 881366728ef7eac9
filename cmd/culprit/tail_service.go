package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"culprit/ingest/follow"
	"culprit/live"
	"culprit/report"
	"culprit/rules"
	"culprit/store/clickhouse"
)

// service follows, looks and tells, for months.
type service struct {
	*tailing
	paths   []string
	db      string
	rules   *rules.Catalogue
	zone    *time.Location
	host    string
	alerts  alerts
	started time.Time
	systemd live.Systemd
	arrivals
	said sync.Mutex // guards the terminal

	ready     atomic.Bool
	following atomic.Pointer[follow.Follower]
	spooling  atomic.Pointer[clickhouse.Store] // where a shared store is written to
	stats     stats
	outage    interruption
	absence   interruption  // of a shared store: reading goes on
	retry     time.Duration // between attempts to open a database that failed; 0: storeRetry
	met       bool          // what is followed was named
	condition condition
	viewing   viewing
	told      *live.Memory // what this run told; nil: nothing yet
}

// stats are numbers for /metrics.
type stats struct {
	rounds, storeFailures atomic.Int64
	roundSeconds          atomic.Int64 // µs, of the last
}

func (s *service) say(format string, args ...any) {
	text := report.Clean(fmt.Sprintf(format, args...), 0)
	if s.viewing.remark(text) {
		return
	}
	s.said.Lock()
	defer s.said.Unlock()
	fmt.Fprintf(s.err, "culprit: %s\n", text)
}

// run keeps a session going. When the database cannot be written, all of it is begun anew where the database has come to: nothing is
// lost as long as the logs are there.
func (s *service) run(ctx context.Context) error {
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	for first := true; ; first = false {
		err := s.session(ctx, reload)
		if ctx.Err() != nil {
			return err
		}
		if errors.Is(err, errRulesRead) {
			continue
		}
		var f *failure
		if first && errors.As(err, &f) && !s.away(err) {
			return err
		}
		if s.suspend(ctx, err); ctx.Err() != nil {
			return nil
		}
	}
}

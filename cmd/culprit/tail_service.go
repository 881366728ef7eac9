package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"culprit/correlate"
	"culprit/ingest/follow"
	"culprit/live"
	"culprit/report"
	"culprit/rules"
	"culprit/store"
)

// service follows, looks and tells, for months.
type service struct {
	*tailing
	paths    []string
	db       string
	rules    *rules.Catalogue
	zone     *time.Location
	host     string
	couriers []*live.Courier
	systemd  live.Systemd
	said     sync.Mutex // guards the terminal

	ready    atomic.Bool
	follower atomic.Pointer[follow.Follower]
	stats    stats
}

// stats are numbers for /metrics.
type stats struct {
	rounds, failures, opened, changed, ended, storeFailures atomic.Int64
	open                                                    atomic.Int64
	roundSeconds                                            atomic.Int64 // µs, of the last
}

// Timing of the service.
const (
	pollInterval  = 100 * time.Millisecond
	storeRetry    = 10 * time.Second
	farewell      = 5 * time.Second // for receivers, at the end
	retentionStep = time.Hour
)

func (s *service) say(format string, args ...any) {
	s.said.Lock()
	defer s.said.Unlock()
	fmt.Fprintf(s.err, "culprit: %s\n", report.Clean(fmt.Sprintf(format, args...), 0))
}

func (s *service) receivers() error {
	complain := func(err error) { s.say("%v", err) }
	body := live.Alertmanager
	if s.format == "slack" {
		body = live.Slack
	}
	for _, url := range s.webhooks {
		w := &live.Webhook{URL: url, Client: &http.Client{}, Body: body}
		if w.Name() == "webhook ://" {
			return usageError("--webhook http://host/path", "--webhook takes a URL")
		}
		s.couriers = append(s.couriers, live.NewCourier(w, complain))
	}
	for _, command := range s.commands {
		s.couriers = append(s.couriers, live.NewCourier(&live.Exec{Command: command}, complain))
	}
	return nil
}

// sendOff lets the receivers have what waits for them.
func (s *service) sendOff() {
	var all sync.WaitGroup
	for _, c := range s.couriers {
		all.Go(func() { c.Close(farewell) })
	}
	all.Wait()
}

// serve answers on --listen until ctx ends.
func (s *service) serve(ctx context.Context) error {
	if s.listen == "" {
		return nil
	}
	at, err := net.Listen("tcp", s.listen)
	if err != nil {
		return usageError("choose another address with --listen", "%w", err)
	}
	server := &http.Server{Handler: live.Handler(s.metrics, &s.ready), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 20 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() { _ = server.Serve(at) }()
	s.say("metrics and health on http://%s", at.Addr())
	return nil
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
		var f *failure
		if first && errors.As(err, &f) {
			return err
		}
		s.stats.storeFailures.Add(1)
		s.say("%v; reading goes on where it stopped in %s", err, storeRetry)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(storeRetry):
		}
	}
}

// session opens the database and follows until ctx ends or the database fails.
func (s *service) session(ctx context.Context, reload <-chan os.Signal) (err error) {
	stopped := lastWritten(s.db)
	st, err := store.OpenSQLite(s.db)
	if err != nil {
		return &failure{exitUsage, err, "--db FILE wants a new file or one that culprit made, on a disk with room"}
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	matcher := rules.NewMatcher(s.rules)
	book := &ledger{store: st, matcher: matcher}
	known, err := book.known(ctx)
	if err != nil {
		return err
	}
	f := follow.New(follow.Options{Paths: s.paths, Ledger: book, Matcher: matcher, Known: known, Stopped: stopped, Backlog: s.backlog << 20, Plain: s.plain})
	s.follower.Store(f)
	defer func() { err = errors.Join(err, f.Close()) }()
	return s.loop(ctx, f, st, reload)
}

// loop follows in one goroutine and looks in another.
func (s *service) loop(ctx context.Context, f *follow.Follower, st *store.SQLite, reload <-chan os.Signal) error {
	if err := s.catchUp(ctx, f, st); err != nil || ctx.Err() != nil {
		return err
	}
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var following sync.WaitGroup
	following.Go(func() {
		if err := f.Run(inner, pollInterval, time.Now, time.After); err != nil {
			cancel(err)
		}
	})
	defer following.Wait()
	defer cancel(nil)
	err := s.watch(inner, f, st, reload)
	if cause := context.Cause(inner); ctx.Err() == nil && cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	if ctx.Err() != nil {
		_ = s.systemd.Notify("STOPPING=1") // systemd notices by itself
		return nil
	}
	return err
}

// catchUp reads what was there before.
func (s *service) catchUp(ctx context.Context, f *follow.Follower, st *store.SQLite) error {
	begun := time.Now()
	committed := begun
	for ctx.Err() == nil {
		more, err := f.Step(time.Now())
		if err != nil {
			return err
		}
		if now := time.Now(); now.Sub(committed) > 5*time.Second {
			if err := st.Commit(); err != nil {
				return err
			}
			committed = now
		}
		if !more && f.Status().Lag < 1<<20 {
			break
		}
	}
	s.introduce(f.Status(), time.Since(begun))
	s.ready.Store(true)
	return s.systemd.Notify("READY=1")
}

// introduce names what is followed and what is not.
func (s *service) introduce(status follow.Status, took time.Duration) {
	for _, path := range status.Files {
		s.say("following %s", path)
	}
	for _, path := range status.Waiting {
		s.say("waiting for %s", path)
	}
	for _, note := range status.Refused {
		s.say("leaving aside %s: %s", note.Path, note.Text)
	}
	if len(status.Files) == 0 {
		s.say("no log was found yet; culprit tail PATH… names others")
	}
	s.say("read %d bytes in %s; watching", status.Bytes, took.Round(time.Millisecond))
}

// watch looks every few seconds.
func (s *service) watch(ctx context.Context, f *follow.Follower, st *store.SQLite, reload <-chan os.Signal) error {
	w := live.NewWatch(st, s.rules, live.Options{Window: s.window, Zone: s.zone, Local: time.Local, Host: s.host})
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	var forgotten time.Time
	told := 0
	for {
		begun := time.Now()
		notices, _, err := w.Round(ctx, begun)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		s.stats.rounds.Add(1)
		s.stats.roundSeconds.Store(time.Since(begun).Microseconds())
		s.stats.open.Store(int64(len(w.Open())))
		for i := range notices {
			s.tell(&notices[i])
		}
		told = s.remarks(f, told)
		if s.keep > 0 && begun.Sub(forgotten) > retentionStep {
			forgotten = begun
			day := begun.Add(-s.keep).UTC().Truncate(24 * time.Hour)
			if err := st.Forget(day.UnixMicro()); err != nil {
				return err
			}
		}
		if err := s.systemd.Notify("WATCHDOG=1"); err != nil {
			s.say("%v", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-reload:
			s.say("searching for logs anew")
			f.Rescan()
		case <-ticker.C:
		}
	}
}

// remarks says what the follower found remarkable since the last time.
func (s *service) remarks(f *follow.Follower, told int) int {
	status := f.Status()
	fresh := min(status.Noted-told, len(status.Notes))
	for _, n := range status.Notes[len(status.Notes)-fresh:] {
		s.say("%s %s", n.Path, n.Text)
	}
	return status.Noted
}

// tell passes a notice on to everybody.
func (s *service) tell(n *live.Notice) {
	switch n.Event {
	case live.Opened:
		s.stats.opened.Add(1)
	case live.Changed:
		s.stats.changed.Add(1)
	case live.Ended:
		s.stats.ended.Add(1)
	}
	s.show(n)
	for _, c := range s.couriers {
		c.Send(n)
	}
}

// show writes a notice to the terminal: lines while an incident lasts, the report when it is over.
func (s *service) show(n *live.Notice) {
	s.said.Lock()
	defer s.said.Unlock()
	mark := map[live.Event]string{live.Opened: "INCIDENT", live.Changed: "UPDATE", live.Ended: "ENDED"}[n.Event]
	fmt.Fprintf(s.out, "%s %s %s %s\n", n.Time.Format("15:04:05"), mark, n.ID, report.Clean(live.Headline(n), 0))
	lead := n.Lead()
	if n.Event != live.Ended {
		fmt.Fprintf(s.out, "         %s\n", report.Clean(lead.Summary, 0))
		if len(lead.Checks) > 0 {
			fmt.Fprintf(s.out, "         next: %s\n", report.Clean(lead.Checks[0].Command, 0))
		}
		return
	}
	whole := &correlate.Report{Schema: correlate.Schema, Verdict: "incident", Inputs: []correlate.Input{}, Incidents: []correlate.Incident{n.Incident}}
	screen := terminal(s.out)
	if err := report.Text(s.out, whole, report.TextOptions{Width: screen.width, Color: screen.color(), Zone: s.zone}); err != nil {
		fmt.Fprintf(s.err, "culprit: %v\n", err)
	}
}

package main

import (
	"context"
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/term"

	"culprit/live/telemetry"
	"culprit/live/view"
)

// viewing is the full-screen view, while there is one.
type viewing struct {
	on      atomic.Bool
	mutex   sync.Mutex
	remarks []string // what was said while it was there
}

// remarksMost is how many remarks the view can show.
const remarksMost = 20

// wantsView reports whether somebody looks at a terminal that can show a view.
func (s *service) wantsView() bool {
	in, isFile := s.in.(*os.File)
	return !s.noView && !s.piped && terminal(s.out).tty && isFile && term.IsTerminal(int(in.Fd())) && os.Getenv("TERM") != "dumb"
}

// startView shows the view where one is wanted. quit is called when the user has seen enough; the returned function puts the terminal
// back in order.
func (s *service) startView(ctx context.Context, quit func()) (stop func()) {
	if !s.wantsView() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	s.viewing.on.Store(true)
	done := make(chan error, 1)
	go func() {
		done <- view.Run(ctx, view.New(s.viewed, terminal(s.out).color()), s.in, s.out)
		s.viewing.on.Store(false)
		quit()
	}()
	return func() {
		cancel()
		if err := <-done; err != nil {
			s.say("%v", err)
		}
	}
}

// remark keeps what is said for the view, and reports whether there is one.
func (v *viewing) remark(text string) bool {
	if !v.on.Load() {
		return false
	}
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.remarks = append(v.remarks, text)
	v.remarks = v.remarks[max(len(v.remarks)-remarksMost, 0):]
	return true
}

// viewed is what the view shows.
func (s *service) viewed() *telemetry.Snapshot {
	to := s.snapshot()
	to.Host = s.host
	s.viewing.mutex.Lock()
	defer s.viewing.mutex.Unlock()
	to.Remarks = append(to.Remarks, s.viewing.remarks...)
	return to
}

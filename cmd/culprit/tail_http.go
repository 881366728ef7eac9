package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"culprit/live/telemetry"
)

// standstill is after how long without a look for incidents tail is no longer healthy.
const standstill = 2 * time.Minute

// routes is all that --listen answers to.
func (s *service) routes(mux *http.ServeMux) error {
	begun := time.Now()
	alive := func() time.Time {
		if !s.ready.Load() { // the past takes its time
			return time.Now()
		}
		if at := s.condition.alive.Load(); at != 0 {
			return time.UnixMicro(at)
		}
		return begun
	}
	h, err := telemetry.Handler(&telemetry.Collector{Latest: s.snapshot, Counts: &s.condition.counts},
		telemetry.Health{Ready: s.ready.Load, Alive: alive, Patience: standstill})
	mux.Handle("/v1/changes", s.hook())
	if err == nil {
		mux.Handle("/", h)
	}
	return err
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
	mux := http.NewServeMux()
	if err := s.routes(mux); err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 20 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() { _ = server.Serve(at) }()
	s.say("metrics and health on http://%s", at.Addr())
	return nil
}

package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"culprit/live"
)

// routes is all that --listen answers to.
func (s *service) routes(mux *http.ServeMux) {
	mux.Handle("/", live.Handler(s.metrics, &s.ready))
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
	s.routes(mux)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 20 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() { _ = server.Serve(at) }()
	s.say("metrics and health on http://%s", at.Addr())
	return nil
}

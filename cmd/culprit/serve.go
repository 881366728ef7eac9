package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"culprit/serve"
)

// serving is one run of serve.
type serving struct {
	*globals
	period
	db, addr, tokenFile string
	names               []string
}

func newServe(g *globals) *cobra.Command {
	v := &serving{globals: g}
	cmd := &cobra.Command{
		Use:   "serve --db FILE",
		Short: "Show a database in a browser: incidents, events, SQL, rules, state",
		Long: "serve shows what analyze --db has kept, or what tail is writing right now, at http://127.0.0.1:7890/; with --store, what all hosts send " +
			"to a cluster. It only reads. " +
			"Anything but this machine itself has to show a token: --token-file names the file that holds it.",
		Example: "  culprit serve --db night.db\n  culprit serve --store clickhouse://ch1,ch2/culprit --since '2026-11-21 06:00'\n  culprit serve --db /var/lib/culprit/events.db --addr 192.0.2.7:7890 --token-file /etc/culprit/token",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return v.run(cmd.Context()) },
	}
	v.period.flags(cmd, "zone of --since and --until, shown beside UTC")
	f := cmd.Flags()
	f.StringVar(&v.db, "db", "", "the database of analyze --db or of tail")
	storeFlag(f, &v.db)
	f.StringVar(&v.addr, "addr", "127.0.0.1:7890", "address to listen on")
	f.StringVar(&v.tokenFile, "token-file", "", fmt.Sprintf("file with the token to ask for, of %d letters at least; needed beyond loopback", leastToken))
	f.StringSliceVar(&v.names, "host", nil, "name under which it may be asked for, beside localhost and addresses (repeatable)")
	return cmd
}

const (
	// leastToken is the length from which on a token is not guessed.
	leastToken = 16
	// lookEvery is how often a database is asked whether it has changed, which costs nothing, and lookAtStore how often a cluster is.
	lookEvery   = time.Second
	lookAtStore = 5 * time.Second
	// partingTime is how long requests may go on when the program is told to end.
	partingTime = 3 * time.Second
)

func (v *serving) run(ctx context.Context) (err error) {
	opts, err := v.options()
	if err != nil {
		return err
	}
	token, err := v.token()
	if err != nil {
		return err
	}
	if token == "" && !loopback(v.addr) {
		return usageError("--token-file FILE asks whoever comes for a token; head -c 24 /dev/urandom | base64 makes one",
			"--addr %s can be reached from other machines", v.addr)
	}
	if err := kept(v.db); err != nil {
		return err
	}
	catalogue, err := v.catalogue()
	if err != nil {
		return err
	}
	db, console, done, err := shown(ctx, v.db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing(done())) }()
	server, err := serve.New(serve.Options{Database: db, Console: console, Rules: catalogue, Analysis: opts, Zone: opts.Zone, Token: token, Names: v.names,
		Version: buildVersion(), Now: time.Now, Log: slog.New(slog.NewTextHandler(v.err, nil))})
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	return v.listen(ctx, server)
}

// listen answers until the program is told to end.
func (v *serving) listen(ctx context.Context, server *serve.Server) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", v.addr)
	if err != nil {
		return &failure{exitUsage, fmt.Errorf("serve: %w", err), "--addr takes HOST:PORT; port 0 takes any that is free"}
	}
	web := &http.Server{Handler: server.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, BaseContext: func(net.Listener) context.Context { return ctx }}
	fmt.Fprintf(v.err, "culprit: http://%s/\n", listener.Addr())
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		every := lookEvery
		if isCluster(v.db) {
			every = lookAtStore
		}
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		server.Watch(ctx, ticker.C)
	}()
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	select {
	case err = <-failed:
		stop()
	case <-ctx.Done():
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), partingTime)
		defer cancel()
		_ = web.Shutdown(late) // what is not done by then is cut off
		err = <-failed
	}
	<-watched
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return &failure{exitInternal, fmt.Errorf("serve: %w", err), ""}
	}
	return nil
}

// token reads the file of the token; "" without one.
func (v *serving) token() (string, error) {
	if v.tokenFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(v.tokenFile)
	if err != nil {
		return "", &failure{exitUsage, fmt.Errorf("read the token: %w", err), "head -c 24 /dev/urandom | base64 makes one"}
	}
	token := strings.TrimSpace(string(text))
	if len(token) < leastToken {
		return "", usageError("head -c 24 /dev/urandom | base64 makes one", "the token in %s is shorter than %d letters", v.tokenFile, leastToken)
	}
	return token, nil
}

// loopback reports whether an address to listen on can be reached from this machine only.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

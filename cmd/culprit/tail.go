package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"culprit/ingest/follow"
	"culprit/ingest/syslog"
	"culprit/live"
)

// tailing is one run of tail.
type tailing struct {
	*globals
	db, zone, listen, format string
	webhooks, commands       []string
	alertmanagers            []string
	config                   string
	testAlert                bool
	noView                   bool
	every, window, keep      time.Duration
	backlog, keepSize        int64
	shared                   string // URL of a store
	ship                     bool
	spoolSize                int64 // MiB
	listens, journal         []string
	senders                  []syslog.Address // where syslog is listened for
	piped                    bool             // standard input is read
	plain                    bool
	loads                    []string // what is measured beside the logs
	changes                  changeWatch
}

func newTail(g *globals) *cobra.Command {
	t := &tailing{globals: g}
	cmd := &cobra.Command{
		Use:   "tail [PATH…|-]",
		Short: "Follow the logs of a running server and say what is going wrong, and why",
		Long: "tail follows files, directories and patterns through every rotation, keeps what it reads in a database with how far it came, and tells " +
			"when an incident opens, when another cause becomes likelier, and when it is over. Without paths it follows the logs of nginx, Apache, HAProxy, " +
			"PHP-FPM, MariaDB, syslog and containers in their usual places, unless --listen, --journal or - name other sources.",
		Example: "  culprit tail\n  culprit tail /var/log/nginx '/srv/*/logs/*.log' --webhook http://127.0.0.1:9099/hook\n  culprit tail --exec 'mail -s culprit ops@example.org' --listen 127.0.0.1:9753\n  culprit tail --listen udp://127.0.0.1:5514 --journal nginx,php8.2-fpm\n  docker compose logs -f | culprit tail -",
		RunE: func(cmd *cobra.Command, args []string) error {
			paths, err := t.configure(cmd.Flags(), args)
			if err != nil {
				return err
			}
			if t.testAlert {
				return t.tryReceivers(cmd.Context())
			}
			return t.run(cmd.Context(), paths)
		},
	}
	f := cmd.Flags()
	f.StringVar(&t.db, "db", "", "database to keep events and positions in (default: "+systemDatabase+" if that can be written, else one of the user's)")
	f.StringVar(&t.shared, "store", "", "send the events to ClickHouse instead: clickhouse://host:8123[,host…]/database; what it has not taken yet waits in a spool beside --db")
	f.BoolVar(&t.ship, "ship", false, "with --store: only send, and leave looking for incidents to another culprit")
	f.Int64Var(&t.spoolSize, "spool-size", 4096, "how large the spool of --store may become, MiB; then reading waits")
	f.StringVar(&t.zone, "tz", "", "zone of logs that name none (default: the local one)")
	f.StringSliceVar(&t.webhooks, "webhook", nil, "URL to post notices to (repeatable)")
	f.StringVar(&t.format, "webhook-format", "alertmanager", "what is posted: alertmanager (webhook payload, version 4) or slack")
	f.StringArrayVar(&t.commands, "exec", nil, "command to run with each notice as JSON on its standard input (repeatable)")
	f.StringSliceVar(&t.alertmanagers, "alertmanager", nil, "address of an Alertmanager to tell by its API, such as http://127.0.0.1:9093 (repeatable)")
	f.StringVar(&t.config, "config", "", "file with receivers and options; SIGHUP reads the receivers, and the rules of --rules, anew")
	f.BoolVar(&t.testAlert, "test-alert", false, "send a test notice to all receivers, say what each answered, and end")
	f.BoolVar(&t.noView, "no-view", false, "write lines on a terminal, too, instead of the full-screen view")
	f.StringSliceVar(&t.listens, "listen", nil, "address for /metrics, /-/healthy and /-/ready, such as 127.0.0.1:9753; with udp://, tcp://, unix:// or unixstream:// in front, one to receive syslog on (repeatable)")
	f.StringSliceVar(&t.journal, "journal", nil, "units whose entries in systemd's journal are followed, such as nginx,php8.2-fpm, or all")
	f.StringSliceVar(&t.loads, "load", []string{"auto"}, "what is measured beside the logs: auto (this host, and daemons whose configuration names a status page), none, or KIND=ADDRESS of proc, nginx, apache, haproxy, php-fpm, prometheus")
	t.changes.flags(f)
	f.DurationVar(&t.every, "every", 2*time.Second, "how often to look for incidents")
	f.DurationVar(&t.window, "window", 30*time.Minute, "how far back each look goes")
	f.DurationVar(&t.keep, "keep", 14*24*time.Hour, "how long events are kept; 0: for ever")
	f.Int64Var(&t.keepSize, "keep-size", 0, "how large the database may become, MiB: the oldest events go first, whatever --keep says; 0: any size")
	f.Int64Var(&t.backlog, "backlog", 64, "how much of a file is read that was never followed before, MiB from its end")
	f.BoolVar(&t.plain, "no-tail-library", false, "read the end of files without hpcloud/tail")
	_ = f.MarkHidden("no-tail-library") // the flag is there
	return cmd
}

// systemDatabase is where a service keeps its database.
const systemDatabase = "/var/lib/culprit/culprit.db"

func (t *tailing) check() error {
	switch {
	case !slices.Contains([]string{"alertmanager", "slack"}, t.format):
		return usageError("--webhook-format takes alertmanager or slack", "unknown format %q", t.format)
	case t.every < 100*time.Millisecond || t.window < time.Minute || t.keep < 0 || t.backlog < 0 || t.keepSize < 0 || t.spoolSize < 1:
		return usageError("--every takes 100ms or more, --window 1m or more, --spool-size 1 or more, none of the others less than 0", "a duration or size is out of range")
	case t.shared == "" && t.ship:
		return usageError("--store clickhouse://host:8123/database says where to", "--ship sends to a store, and none is named")
	case t.keepSize > 0 && t.shared != "":
		return usageError("a shared store has limits of its own", "--keep-size is for the database of --db")
	}
	return nil
}

// database returns the file to keep things in, whose directory is there.
func (t *tailing) database() (string, error) {
	path := t.db
	if path == "" {
		path = systemDatabase
		if !writableBy(filepath.Dir(path)) {
			own, err := userDatabase()
			if err != nil {
				return "", usageError("name a place with --db FILE", "no place for the database: %w", err)
			}
			path = own
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return "", usageError("name another place with --db FILE", "make room for the database: %w", err)
	}
	return path, nil
}

// userDatabase is where tail keeps its database for a user who may not write the system's.
func userDatabase() (string, error) {
	state := os.Getenv("XDG_STATE_HOME")
	if state == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "culprit", "culprit.db"), nil
}

// writableBy reports whether files can be made in a directory, which is made if need be.
func writableBy(dir string) bool {
	if os.MkdirAll(dir, 0o750) != nil {
		return false
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return false
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name())) == nil
}

func (t *tailing) run(ctx context.Context, paths []string) (err error) {
	if err := t.check(); err != nil {
		return err
	}
	zone := (*time.Location)(nil)
	if t.zone != "" {
		named, err := time.LoadLocation(t.zone)
		if err != nil {
			return usageError("--tz takes a name of the IANA database, such as Europe/Madrid or UTC", "unknown zone %q", t.zone)
		}
		zone = named
	}
	catalogue, err := t.catalogue()
	if err != nil {
		return err
	}
	db, err := t.database()
	if err != nil {
		return err
	}
	if paths, err = t.sortOut(paths); err != nil {
		return err
	}
	release, err := aloneOn(db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	others := len(t.senders)+len(t.journal) > 0
	alone := len(paths) == 0 && !others
	if alone && !t.piped {
		paths = follow.Usual()
	}
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	s := &service{tailing: t, paths: paths, db: db, rules: catalogue, zone: zone, host: host, systemd: live.NewSystemd(), started: time.Now()}
	s.alone = alone && t.piped
	ctx, s.quit = context.WithCancel(ctx)
	defer s.quit()
	defer s.startView(ctx, s.quit)()
	defer s.sendOff()
	if err := s.receivers(); err != nil {
		return err
	}
	if err := s.serve(ctx); err != nil {
		return err
	}
	defer s.depart()
	if err := s.arrive(ctx); err != nil {
		return err
	}
	s.say("keeping events and positions in %s", db)
	return s.run(ctx)
}

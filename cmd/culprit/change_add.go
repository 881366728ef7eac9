package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"culprit/observe/change"
	"culprit/parser"
)

// notedChange is an entry of deploys.jsonl.
type notedChange struct {
	Time     string `json:"time"`
	Kind     string `json:"kind"`
	Service  string `json:"service,omitempty"`
	Version  string `json:"version,omitempty"`
	From     string `json:"from,omitempty"`
	Summary  string `json:"summary"`
	Actor    string `json:"actor,omitempty"`
	Host     string `json:"host,omitempty"`
	VHost    string `json:"vhost,omitempty"`
	Upstream string `json:"upstream,omitempty"`
	Path     string `json:"path,omitempty"`
	URL      string `json:"url,omitempty"`
}

// dated is the entry as a change.
func (n *notedChange) dated(at time.Time) change.Dated {
	return change.Dated{At: at, Change: parser.Change{Kind: n.Kind, Service: n.Service, Version: n.Version, From: n.From, Summary: n.Summary, Actor: n.Actor,
		Ref: n.URL, Scope: parser.Scope{Host: n.Host, VHost: n.VHost, Upstream: n.Upstream, Path: n.Path}}}
}

// changeAdd is one run of change add.
type changeAdd struct {
	*globals
	entry              notedChange
	at, zone, file, db string
}

func newChangeAdd(g *globals) *cobra.Command {
	a := &changeAdd{globals: g}
	cmd := &cobra.Command{
		Use:   "add SUMMARY",
		Short: "Note a change",
		Long: "add notes a change in the database of culprit tail, also while tail writes to it, or in a file of changes. Without --db and --file it takes " +
			"the database that tail uses where none is named, if that is there, else deploys.jsonl in this directory.",
		Example: "  culprit change add \"release v2.14\" --service shop --version v2.14 --from v2.13\n  culprit change add \"smaller pool\" --kind config --service php-fpm --file /var/log/deploys.jsonl",
		Args:    exactlyOne("summary", `culprit change add "release v2" --service shop`),
		RunE: func(_ *cobra.Command, args []string) error {
			a.entry.Summary = args[0]
			return a.run(time.Now())
		},
	}
	f := cmd.Flags()
	f.StringVar(&a.entry.Kind, "kind", "deploy", "deploy, config, restart, reload, migration, cron, feature-flag, cert, dns, package or scale")
	f.StringVar(&a.entry.Service, "service", "", "what was changed: a service, a daemon, a host")
	f.StringVar(&a.entry.Version, "version", "", "the version it has now")
	f.StringVar(&a.entry.From, "from", "", "the version before")
	f.StringVar(&a.entry.Actor, "actor", os.Getenv("USER"), "who did it")
	f.StringVar(&a.entry.Host, "host", "", "the host it reaches, if not all")
	f.StringVar(&a.entry.VHost, "vhost", "", "the virtual host it reaches")
	f.StringVar(&a.entry.Upstream, "upstream", "", "the upstream it reaches")
	f.StringVar(&a.entry.Path, "path", "", "the path it reaches")
	f.StringVar(&a.entry.URL, "url", "", "where more is told of it")
	f.StringVar(&a.at, "at", "", "when (RFC 3339, or 2006-01-02 15:04:05 in --tz; default: now)")
	f.StringVar(&a.zone, "tz", "", "zone of --at (default: that of this machine)")
	f.StringVar(&a.file, "file", "", "a file of changes to append to")
	f.StringVar(&a.db, "db", "", "a database that culprit tail or analyze made")
	cmd.MarkFlagsMutuallyExclusive("file", "db")
	return cmd
}

var changeKinds = []string{"deploy", "config", "restart", "reload", "migration", "cron", "feature-flag", "cert", "dns", "package", "scale", "start", "stop"}

func (a *changeAdd) run(now time.Time) error {
	if !slices.Contains(changeKinds, a.entry.Kind) {
		return usageError("culprit change add --help lists the kinds", "unknown kind %q", a.entry.Kind)
	}
	if a.entry.Summary == "" {
		return usageError(`culprit change add "release v2" --service shop`, "what was changed?")
	}
	zone := time.Local
	if a.zone != "" {
		named, err := time.LoadLocation(a.zone)
		if err != nil {
			return usageError("--tz takes a name of the IANA database, such as Europe/Madrid or UTC", "unknown zone %q", a.zone)
		}
		zone = named
	}
	at, err := moment("--at", a.at, zone)
	if err != nil {
		return err
	}
	if a.at != "" {
		now = time.UnixMicro(at)
	}
	return a.note(now)
}

// note keeps the change where it belongs.
func (a *changeAdd) note(at time.Time) error {
	if a.db != "" {
		return noteInDatabase(a.db, a.entry.dated(at))
	}
	if a.file == "" {
		if db := tailDatabase(); db != "" {
			fmt.Fprintf(a.err, "culprit: noted in %s\n", db)
			return noteInDatabase(db, a.entry.dated(at))
		}
		a.file = "deploys.jsonl"
	}
	a.entry.Time = at.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	line, err := json.Marshal(a.entry)
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	return appendLine(a.file, append(line, '\n'))
}

// appendLine writes a line in one piece, so that others may append at the same time.
func appendLine(path string, line []byte) (err error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return &failure{exitInput, fmt.Errorf("open the file of changes: %w", err), "--file names another one"}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(line); err != nil {
		return &failure{exitInput, fmt.Errorf("note the change in %s: %w", path, err), "is the disk full?"}
	}
	return nil
}

package main

import (
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"culprit/correlate"
)

// period is what part of the logs is looked at, and on which clock.
type period struct {
	zone, since, until string
}

func (p *period) flags(cmd *cobra.Command, zoneUse string) {
	f := cmd.Flags()
	f.StringVar(&p.zone, "tz", "", zoneUse)
	f.StringVar(&p.since, "since", "", "look at nothing before this time (RFC 3339, or 2006-01-02 15:04:05 in --tz)")
	f.StringVar(&p.until, "until", "", "look at nothing after this time")
}

// localZone is the zone of this machine under its name in the IANA database, where link leads into it: "Local" tells a reader nothing.
func localZone(link string) *time.Location {
	if time.Local.String() != "Local" {
		return time.Local
	}
	target, err := os.Readlink(link)
	_, name, found := strings.Cut(target, "zoneinfo/")
	if err != nil || !found {
		return time.Local
	}
	if name == "Etc/UTC" {
		return time.UTC
	}
	named, err := time.LoadLocation(name)
	if err != nil {
		return time.Local
	}
	return named
}

// options are those of correlation. Zone is nil without --tz.
func (p *period) options() (correlate.Options, error) {
	local := localZone("/etc/localtime")
	opts := correlate.Options{Local: local}
	zone := local
	if p.zone != "" {
		named, err := time.LoadLocation(p.zone)
		if err != nil {
			return opts, usageError("--tz takes a name of the IANA database, such as Europe/Madrid or UTC", "unknown zone %q", p.zone)
		}
		opts.Zone, zone = named, named
	}
	var err error
	if opts.Since, err = moment("--since", p.since, zone); err != nil {
		return opts, err
	}
	if opts.Until, err = moment("--until", p.until, zone); err != nil {
		return opts, err
	}
	if opts.Until != 0 && opts.Since >= opts.Until {
		return opts, usageError("", "--since must be before --until")
	}
	return opts, nil
}

// moment reads a time given on the command line, in µs; 0 for "".
func moment(flag, value string, zone *time.Location) (int64, error) {
	if value == "" {
		return 0, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, value, zone); err == nil {
			return t.UnixMicro(), nil
		}
	}
	return 0, usageError("2026-11-21T06:13:00Z, or 2026-11-21 06:13:00 in the zone of --tz", "%s: cannot read the time %q", flag, value)
}

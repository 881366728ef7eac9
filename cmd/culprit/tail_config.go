package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"culprit/live"
	"culprit/live/delivery"
	"culprit/live/settings"
)

// configure takes what the command line leaves open from the file of settings.
func (t *tailing) configure(flags *pflag.FlagSet, paths []string) ([]string, error) {
	if t.config == "" {
		return paths, nil
	}
	file, err := t.settings()
	if err != nil {
		return nil, err
	}
	for name, values := range file.Options {
		flag := flags.Lookup(name)
		if flag == nil || name == "config" || name == "test-alert" || name == "help" {
			return nil, usageError(nearestFlag(flags, name), "%s: there is no option %q", t.config, name)
		}
		if flag.Changed {
			continue
		}
		for _, v := range values {
			if err := flags.Set(name, v); err != nil {
				return nil, usageError("culprit tail --help lists the options", "%s: option %s: %w", t.config, name, err)
			}
		}
	}
	if len(paths) == 0 {
		paths = file.Paths
	}
	return paths, nil
}

func nearestFlag(flags *pflag.FlagSet, name string) string {
	var names []string
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := settings.Nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "options are the flags that culprit tail --help lists, without dashes"
}

func (t *tailing) settings() (*settings.File, error) {
	if t.config == "" {
		return &settings.File{}, nil
	}
	file, err := settings.Read(t.config)
	if err != nil {
		return nil, &failure{exitUsage, err, "docs/alerting.md has every key of the file"}
	}
	return file, nil
}

// wanted are the receivers of the command line and of the file.
func (t *tailing) wanted() (*settings.File, error) {
	file, err := t.settings()
	if err != nil {
		return nil, err
	}
	var own []settings.Receiver
	for i, address := range t.webhooks {
		r := settings.Receiver{Name: fmt.Sprintf("webhook-%d", i+1), Webhook: &settings.Web{URL: address}}
		if t.format == "slack" {
			r.Webhook, r.Slack = nil, r.Webhook
		}
		own = append(own, r)
	}
	for i, address := range t.alertmanagers {
		own = append(own, settings.Receiver{Name: fmt.Sprintf("alertmanager-%d", i+1), Alertmanager: &settings.Web{URL: address}})
	}
	for i, command := range t.commands {
		own = append(own, settings.Receiver{Name: fmt.Sprintf("exec-%d", i+1), Exec: &settings.Exec{Command: command}})
	}
	addresses := slices.Concat(t.webhooks, t.alertmanagers)
	if address := t.changes.grafana; address != "" {
		own = append(own, settings.Receiver{Name: "grafana", Grafana: &settings.Web{URL: address, Token: os.Getenv(grafanaVariable)}})
		addresses = append(addresses, address)
	}
	for _, address := range addresses {
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, usageError("--webhook http://host/path, --alertmanager http://host:9093, --grafana http://host:3000", "a receiver's address does not begin with http:// or https:// and a host")
		}
	}
	file.Receivers = append(own, file.Receivers...)
	return file, nil
}

// tryReceivers sends a test notice to all receivers and says what each answered.
func (t *tailing) tryReceivers(ctx context.Context) error {
	wanted, err := t.wanted()
	if err != nil {
		return err
	}
	all, err := makeAll(wanted.Receivers)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return usageError("name some with --config, --webhook, --alertmanager or --exec", "there are no receivers to try")
	}
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	deaf := 0
	for _, m := range all {
		answer := "heard it"
		if err := delivery.Tell(ctx, m.to, []*live.Notice{live.NewTest(host, time.Now())}); err != nil {
			deaf++
			answer = sentences(err)
		}
		fmt.Fprintf(t.out, "%s (%s): %s\n", m.Name, m.to.Name(), answer)
	}
	if deaf > 0 {
		return &failure{exitUsage, fmt.Errorf("%d of %d receivers did not hear the test notice", deaf, len(all)), ""}
	}
	return nil
}

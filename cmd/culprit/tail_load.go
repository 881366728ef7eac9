package main

import (
	"context"
	"os"
	"slices"
	"time"

	"culprit/ingest"
	"culprit/observe/load"
	"culprit/parser"
	"culprit/rules"
)

// Timing of measurements.
const (
	loadEvery   = 10 * time.Second
	loadTimeout = 3 * time.Second
)

// measured are the sources of load that --load names, or those found in the daemons' configuration.
func (s *service) measured() ([]load.Source, error) {
	places := []load.Place{{Kind: "proc"}}
	switch {
	case slices.Equal(s.loads, []string{"none"}):
		return nil, nil
	case slices.Equal(s.loads, []string{"auto"}):
		places = append(places, load.Found(os.DirFS("/"))...)
	default:
		places = nil
		for _, text := range s.loads {
			p, err := load.ParsePlace(text)
			if err != nil {
				return nil, usageError("--load auto, --load none, or --load proc,nginx=http://127.0.0.1/status,php-fpm=fcgi:unix:/run/php/www.sock!/status", "%w", err)
			}
			places = append(places, p)
		}
	}
	var all []load.Source
	for _, p := range places {
		source, err := load.Open(p, s.host)
		if err != nil {
			s.say("leaving aside a source of load: %v", err)
			continue
		}
		if !slices.ContainsFunc(all, func(o load.Source) bool { return o.Name() == source.Name() }) { // named twice
			all = append(all, source)
		}
	}
	return all, nil
}

// measuring keeps figures of the running system beside the logs until ctx ends.
func (s *session) measuring(ctx context.Context) error {
	all, err := s.measured()
	if err != nil {
		return err
	}
	feeds := map[string]*loadFeed{}
	for _, source := range all {
		feed, start, err := inbook{s.ledger}.Onward(source.Name(), "load")
		if err != nil {
			return err
		}
		feeds[source.Name()] = &loadFeed{to: feed, end: start}
	}
	o := &load.Observer{Sources: all, Every: loadEvery, Timeout: loadTimeout, Now: time.Now, After: time.After,
		Found: slices.Equal(s.loads, []string{"auto"}),
		Sink: func(source string, at time.Time, samples []parser.Sample) error {
			return feeds[source].take(at, samples)
		},
		Complain: func(source string, err error) {
			if err != nil {
				s.say("no figures of %s: %v", source, err)
				return
			}
			s.say("%s tells figures again", source)
		}}
	err = o.Run(ctx)
	for _, f := range feeds {
		if closeErr := f.to.Close(f.end, nil); err == nil {
			err = closeErr
		}
	}
	return err
}

// loadFeed is a source of load on its way into the database. Each figure counts as a line of one byte.
type loadFeed struct {
	to  ingest.Feed
	end ingest.Position
}

func (f *loadFeed) take(at time.Time, samples []parser.Sample) error {
	b := ingest.Batch{}
	for i := range samples {
		var rec parser.Record
		rec.Reset()
		rec.Kind, rec.Daemon, rec.Zoned = parser.Measurement, parser.Timeline, true
		rec.Time, rec.Resolution = at.UnixMicro(), time.Millisecond.Microseconds()
		rec.Offset, rec.Line, rec.Lines = f.end.Offset, f.end.Line+1, 1
		rec.Sample = &samples[i]
		f.end.Offset, f.end.Line = f.end.Offset+1, f.end.Line+1
		b.Records, b.Signatures = append(b.Records, rec), append(b.Signatures, rules.None)
	}
	b.End = f.end
	return f.to.Append(&b)
}

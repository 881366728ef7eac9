package accuracy

import (
	"bytes"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"
)

// variant tells the same story differently: the verdict must not change.
type variant struct {
	name  string
	doc   string
	apply func(m *material) *variation
}

// variants lists all of them, in the order they are reported.
var variants = []variant{
	{"shift", "all times moved by days, hours and minutes", shift},
	{"rename", "other names, addresses, ports and paths", rename},
	{"reword", "changes described in other words, by others", reword},
	{"zone", "the logs that name no zone written in another one", moveZone},
	{"skew", "the clock of one host a minute and a half off", skew},
	{"half", "every second request missing", thinned(2)},
	{"tenth", "nine of ten requests missing", thinned(10)},
	{"mix", "a healthy system beside it", mix},
	{"short", "the logs begin ten seconds before the fault", shortBaseline},
	{"long", "twenty healthy minutes before the fault", longBaseline},
	{"late", "the logs begin in mid-outage", noBaseline},
	{"fleet", "the incident on one of two hosts, the other healthy", fleet},
	{"two", "two incidents hours apart in one directory", twoIncidents},
	{"rotate", "logs cut into rotated and packed pieces", rotate},
	{"syslog", "each host's logs interleaved by syslog", syslog},
	{"scatter", "files with meaningless names in other folders", scatter},
	{"tools", "changes told by Capistrano, Ansible and cron, load by sar", retold(deployTools)},
	{"reflogs", "changes told by reflogs and annotations, load by vmstat and Prometheus", retold(repositories)},
	{"exports", "changes told by GitHub's and Grafana's exports, load by a table under other names", retold(exports)},
	{"bare", "no changes and no load told", bare},
	{"lose", "a file missing that does not matter", lose},
}

// Variants names all variants.
func Variants() []string {
	var names []string
	for _, v := range variants {
		names = append(names, v.name)
	}
	return names
}

// material is what a variant is made of.
type material struct {
	*recording
	rng    *rand.Rand
	others []*recording // the other recordings of the collection
}

// variation is a told variant: the files, and the truths to be found in them.
type variation struct {
	files  []file
	truths []Truth
}

// vary builds a variant of a recording, the same one for the same seed. It is nil where the variant makes no sense for the recording.
func (v *variant) vary(rec *recording, all []*recording, seed uint64) *variation {
	h := fnv.New64a()
	h.Write([]byte(rec.truth.ID + "\x00" + v.name))
	m := &material{recording: rec, rng: rand.New(rand.NewPCG(seed, h.Sum64()))}
	for _, other := range all {
		if other != rec {
			m.others = append(m.others, other)
		}
	}
	return v.apply(m)
}

// as makes a variation of the recording's own truth.
func (m *material) as(files []file) *variation { return &variation{files, []Truth{m.truth}} }

// each returns the files with every record replaced by what f makes of it; f drops a record by returning false.
func each(files []file, f func(file *file, r record) (record, bool)) []file {
	out := slices.Clone(files)
	for i := range out {
		kept := make([]record, 0, len(files[i].records))
		for _, r := range files[i].records {
			if r, keep := f(&files[i], r); keep {
				kept = append(kept, r)
			}
		}
		out[i].records = kept
	}
	return out
}

// moved returns the record with all its times moved by d, as clocks of its own zones show it.
func (r record) moved(d time.Duration, host *time.Location) record {
	return r.retime(func(s *stamp) (time.Time, *time.Location) { return s.at.Add(d), s.clock(host) })
}

// clock is the zone to write a moved stamp in: the host's where the stamp agrees with it, so that summer time is kept.
func (s *stamp) clock(host *time.Location) *time.Location {
	_, own := s.at.Zone()
	_, hosts := s.at.In(host).Zone()
	if s.zone == zoneZulu || s.zone == zoneImplied || own != hosts {
		return s.at.Location()
	}
	return host
}

// moved returns the truth with all its times moved by d.
func (t Truth) moved(d time.Duration) Truth {
	for _, at := range []**time.Time{&t.Trigger.Time, &t.Window.Start, &t.Window.End, &t.FaultInjected, &t.Traffic.Start} {
		if *at != nil {
			later := (*at).Add(d)
			*at = &later
		}
	}
	return t
}

// begin and end are when the recording's traffic does.
func (rec *recording) begin() time.Time {
	if rec.truth.Traffic.Start != nil {
		return *rec.truth.Traffic.Start
	}
	first := rec.reference()
	for i := range rec.files {
		for j := range rec.files[i].records {
			if r := &rec.files[i].records[j]; !rec.files[i].kind.timeline() && r.timed() && r.at().Before(first) {
				first = r.at()
			}
		}
	}
	return first
}

func (rec *recording) end() time.Time {
	return rec.begin().Add(time.Duration(max(rec.truth.Traffic.Seconds, 60)) * time.Second)
}

// fault is when the healthy part ends; half-way through where nothing ever breaks.
func (rec *recording) fault() time.Time {
	if rec.truth.Healthy() || rec.truth.Window.Start == nil {
		return rec.begin().Add(rec.end().Sub(rec.begin()) / 2)
	}
	fault := *rec.truth.Window.Start
	for _, at := range []*time.Time{rec.truth.FaultInjected, rec.truth.Trigger.Time} {
		if at != nil && at.Before(fault) {
			fault = *at
		}
	}
	return fault
}

// contains says whether any line of the files holds the text.
func contains(files []file, text string) bool {
	return slices.ContainsFunc(files, func(f file) bool {
		return slices.ContainsFunc(f.records, func(r record) bool { return bytes.Contains(r.text, []byte(text)) })
	})
}

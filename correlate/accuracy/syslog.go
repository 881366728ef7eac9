package accuracy

import (
	"bytes"
	"path"
	"slices"
	"time"
)

// syslog interleaves the logs of each host into one file, every line in an envelope as rsyslog writes it (RFC 3164).
func syslog(m *material) *variation {
	var out []file
	hosts := map[string]*file{}
	merged := 0
	for _, f := range m.files {
		if f.kind.timeline() || f.kind == application {
			out = append(out, f)
			continue
		}
		host := f.host()
		if hosts[host] == nil {
			hosts[host] = &file{path: path.Join("logs", host, "syslog")}
		} else {
			merged++
		}
		hosts[host].records = append(hosts[host].records, m.enveloped(&f)...)
	}
	if merged == 0 {
		return nil
	}
	for _, host := range sortedKeys(hosts) {
		f := hosts[host]
		slices.SortStableFunc(f.records, func(a, b record) int { return a.at().Compare(b.at()) })
		out = append(out, *f)
	}
	return m.as(out)
}

// enveloped puts an envelope around every line of a file that has none. Lines before the first time take that.
func (m *material) enveloped(f *file) []record {
	out := make([]record, 0, len(f.records))
	sender := " " + m.hostName(f.host()) + " " + m.program(f) + ": "
	var at time.Time
	for _, r := range slices.Backward(f.records) {
		if r.timed() {
			at = r.at()
		}
		if at.IsZero() {
			continue
		}
		s := stamp{shape: shapeSyslog, at: at}
		if r.timed() && r.stamps[0].shape == shapeSyslog {
			out = append(out, r)
			continue
		}
		head := s.write(nil, at, m.zone)
		s.to = len(head)
		head = append(head, sender...)
		var text []byte
		for line := range bytes.Lines(r.text) {
			text = append(append(text, head...), line...)
		}
		out = append(out, record{text, []stamp{s}})
	}
	slices.Reverse(out)
	return out
}

// program is the name a daemon logs under.
func (m *material) program(f *file) string {
	switch f.kind {
	case apacheError:
		return "apache2"
	case access:
		if slices.ContainsFunc(m.files, func(other file) bool { return other.kind == apacheError }) {
			return "apache2"
		}
	case fpm, fpmSlow:
		return "php-fpm"
	case phpErrors:
		return "php"
	case database, databaseSlow:
		return "mariadbd"
	}
	return "nginx"
}

// hostName is what the recording calls its host, for files of a machine named so or of the only one.
func (m *material) hostName(machine string) string {
	if machine != "" {
		return machine
	}
	if hosts := collect(slices.DeleteFunc(slices.Clone(m.files), func(f file) bool { return f.kind != samples })).hosts.sorted(); len(hosts) > 0 {
		return hosts[0]
	}
	return "host1"
}

func sortedKeys(m map[string]*file) []string {
	keys := set{}
	for k := range m {
		keys[k] = true
	}
	return keys.sorted()
}

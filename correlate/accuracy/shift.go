package accuracy

import (
	"time"
)

// shift moves everything by up to three months, and by odd hours, minutes and seconds.
func shift(m *material) *variation {
	d := time.Duration(m.rng.IntN(90*24*3600)+3600) * time.Second
	if m.rng.IntN(2) == 0 {
		d = -d
	}
	return &variation{m.movedBy(d, m.zone), []Truth{m.truth.moved(d)}}
}

func (rec *recording) movedBy(d time.Duration, host *time.Location) []file {
	return each(rec.files, func(_ *file, r record) (record, bool) { return r.moved(d, host), true })
}

// zones are offsets from UTC that clocks somewhere show in November, in minutes.
var zones = []int{5*60 + 30, -8 * 60, 60, 9 * 60, -3 * 60, 0, -(3*60 + 30), 5*60 + 45}

// moveZone writes the times that name no zone as clocks of another one show them. Those that do name one stay.
func moveZone(m *material) *variation {
	_, own := m.begin().In(m.zone).Zone()
	offset := own
	for offset == own {
		offset = 60 * zones[m.rng.IntN(len(zones))]
	}
	other, zoneless := time.FixedZone("", offset), false
	files := each(m.files, func(_ *file, r record) (record, bool) {
		return r.retime(func(s *stamp) (time.Time, *time.Location) {
			if s.zoned() {
				return s.at, s.at.Location()
			}
			zoneless = true
			return s.at, other
		}), true
	})
	if !zoneless {
		return nil
	}
	return m.as(files)
}

// skew puts the clock of one host ninety seconds off: one behind the edge, or the machine the timelines come from.
func skew(m *material) *variation {
	d := 90 * time.Second
	if m.rng.IntN(2) == 0 {
		d = -d
	}
	names := m.inner()
	truth := m.truth
	of := func(f *file) bool { return f.kind.timeline() }
	if len(names) > 0 {
		name := names[m.rng.IntN(len(names))]
		of = func(f *file) bool { return m.machine(f) == name }
	} else {
		truth.TriggerOpen = true // nothing in the logs tells that the deploy list's clock is wrong
	}
	files := each(m.files, func(f *file, r record) (record, bool) {
		if !of(f) {
			return r, true
		}
		return r.moved(d, m.zone), true
	})
	return &variation{files, []Truth{truth}}
}

// inner names the machines that may have a clock of their own: all but the edge's.
func (m *material) inner() []string {
	var names []string
	edge := map[string]bool{"": true}
	for i := range m.files {
		if m.isEdge(&m.files[i]) {
			edge[m.machine(&m.files[i])] = true
		}
	}
	for i := range m.files {
		if name := m.machine(&m.files[i]); !edge[name] {
			edge[name] = true
			names = append(names, name)
		}
	}
	return names
}

// machine names the host a log was written on, as far as the kinds tell. A socket file is shared by one host's daemons only.
func (rec *recording) machine(f *file) string {
	switch f.kind {
	case changes, samples, kernel, resolver:
		return ""
	case application:
		return "application" + f.host()
	case database, databaseSlow:
		return "database" + f.host()
	case haproxy:
		return "haproxy" + f.host()
	case fpm, fpmSlow, phpErrors:
		if !contains(rec.files, "unix:/") && !contains(rec.files, "Unix domain socket") {
			return "php" + f.host()
		}
	}
	return "web" + f.host()
}

// isEdge says whether a file is of the proxy that users talk to: HAProxy where there is one, or else the web server.
func (rec *recording) isEdge(f *file) bool {
	for i := range rec.files {
		if rec.files[i].kind == haproxy {
			return f.kind == haproxy
		}
	}
	return f.kind == access || f.kind == nginxError || f.kind == apacheError
}

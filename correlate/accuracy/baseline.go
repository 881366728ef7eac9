package accuracy

import (
	"slices"
	"time"
)

// enough is how many failed requests make an outage: with fewer left, nobody would call it one.
const enough = 5

// shortBaseline drops what was logged more than ten seconds before the fault.
func shortBaseline(m *material) *variation {
	return m.as(from(m.files, m.fault().Add(-10*time.Second)))
}

// noBaseline drops what was logged before a third of the outage was over. What set it off is not scored: without a healthy minute
// before it, no change can be told from its neighbour.
func noBaseline(m *material) *variation {
	if m.truth.Healthy() {
		return m.as(from(m.files, m.fault()))
	}
	start, end := *m.truth.Window.Start, *m.truth.Window.End
	cut := start.Add(end.Sub(start) / 3)
	files := from(m.files, cut)
	truth, ok := m.rewindow(files)
	if !ok {
		return nil
	}
	if !truth.Window.Start.After(start) {
		truth.Window.Start = &cut
	}
	truth.TriggerOpen = true
	return &variation{files, []Truth{truth}}
}

// from drops what the logs say before a moment. The timelines come from elsewhere and stay.
func from(files []file, at time.Time) []file {
	return each(files, func(f *file, r record) (record, bool) {
		return r, f.kind.timeline() || r.timed() && !r.at().Before(at)
	})
}

// rewindow is the truth of what is left of the recording: its window goes from the first to the last failed request that the edge still
// logs. It is false where too few are left.
func (m *material) rewindow(left []file) (Truth, bool) {
	truth := m.truth
	before, after := m.failures(m.files), m.failures(left)
	if truth.Healthy() || len(before) < enough {
		return truth, true // what failed never reached an access log
	}
	if len(after) < enough {
		return truth, false
	}
	start := truth.Window.Start.Add(after[0].Sub(before[0]))
	end := truth.Window.End.Add(after[len(after)-1].Sub(before[len(before)-1]))
	truth.Window.Start, truth.Window.End = &start, &end
	return truth, true
}

// failures lists when the edge logged the requests that the truth counts as failed, in order.
func (m *material) failures(files []file) []time.Time {
	var times []time.Time
	if m.truth.Healthy() {
		return nil
	}
	for i := range files {
		if !m.isEdge(&files[i]) {
			continue
		}
		for j := range files[i].records {
			q, ok := requestOf(&files[i].records[j])
			if ok && m.truth.failed(q.status) && !q.at.Before(m.truth.Window.Start.Add(-2*time.Second)) {
				times = append(times, q.at)
			}
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// longBaseline repeats the healthy part until it is twenty minutes long. What the daemons said when they started moves to its beginning.
func longBaseline(m *material) *variation {
	begin, fault := m.begin(), m.fault().Add(-2*time.Second)
	length := fault.Sub(begin).Truncate(time.Second)
	if length < 5*time.Second {
		return nil
	}
	times := int((20*time.Minute - length) / length)
	lead := time.Duration(times) * length
	out := slices.Clone(m.files)
	for i := range out {
		f := &m.files[i]
		if f.kind == changes || f.sysstat() {
			continue
		}
		starts, healthy, rest := f.parts(begin, begin.Add(length))
		var records []record
		for _, r := range starts {
			records = append(records, r.moved(-lead, m.zone))
		}
		records = append(records, repeat(healthy, length, -times, 0, m.zone)...)
		out[i].records = append(records, rest...)
	}
	return m.as(out)
}

// parts cuts a file into what its daemon said when it started, the traffic and noise that may be repeated, and all from begin on.
func (f *file) parts(begin, end time.Time) (starts, healthy, rest []record) {
	for _, r := range f.records {
		switch q, isRequest := requestOf(&r); {
		case !r.timed(), !isRequest && f.kind != samples && r.at().Before(begin.Add(2*time.Second)):
			starts = append(starts, r)
			continue
		case r.at().Before(end) && (isRequest && q.path != "" || f.repeatable(&r)):
			healthy = append(healthy, r)
		}
		rest = append(rest, r)
	}
	return starts, healthy, rest
}

// repeat writes the records once for every multiple of length from first up to, but without, last.
func repeat(records []record, length time.Duration, first, last int, host *time.Location) []record {
	out := make([]record, 0, len(records)*(last-first))
	for k := first; k < last; k++ {
		for _, r := range records {
			out = append(out, r.moved(time.Duration(k)*length, host))
		}
	}
	return out
}

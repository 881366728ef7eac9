package accuracy

import (
	"slices"
	"time"
)

// mix adds the healthy minutes of another system, under names of its own, for as long as this recording goes on.
func mix(m *material) *variation {
	other := m.neighbour(func(*recording) bool { return true })
	if other == nil {
		return nil
	}
	begin, length := other.begin(), other.fault().Add(-2*time.Second).Sub(other.begin()).Truncate(time.Second)
	if length < 5*time.Second {
		return nil
	}
	d := m.begin().Sub(begin).Truncate(time.Second)
	times := int(m.end().Sub(m.begin())/length) + 1
	var added []file
	for _, f := range renamed(other.files, m.rng) {
		_, healthy, _ := f.parts(begin, begin.Add(length))
		if f.kind.timeline() || len(healthy) == 0 {
			continue
		}
		f.records = nil
		for k := range times {
			for _, r := range healthy {
				f.records = append(f.records, r.onto(m.zone, d+time.Duration(k)*length))
			}
		}
		added = append(added, f)
	}
	return m.as(slices.Concat(m.files, below("neighbour", added)))
}

// onto moves a record to another host: times without a zone are the new host's.
func (r record) onto(host *time.Location, d time.Duration) record {
	return r.retime(func(s *stamp) (time.Time, *time.Location) {
		if s.zoned() {
			return s.at.Add(d), s.at.Location()
		}
		return s.at.Add(d), host
	})
}

package accuracy

import (
	"slices"
	"time"
)

// twoIncidents puts another recording, moved by hours, beside this one. A healthy recording gets a healthy neighbour.
func twoIncidents(m *material) *variation {
	other := m.neighbour(func(rec *recording) bool {
		return rec.truth.Healthy() == m.truth.Healthy() && rec.zone.String() == m.zone.String()
	})
	if other == nil {
		other = m.neighbour(func(rec *recording) bool { return rec.truth.Healthy() == m.truth.Healthy() })
	}
	if other == nil {
		return nil
	}
	d := m.begin().Sub(other.begin()).Truncate(time.Second) + 2*time.Hour + time.Duration(m.rng.IntN(3*3600))*time.Second
	later := other.movedBy(d, other.zone)
	return &variation{slices.Concat(below("first", m.files), below("second", later)), []Truth{m.truth, other.truth.moved(d)}}
}

// neighbour picks one of the other recordings.
func (m *material) neighbour(fits func(*recording) bool) *recording {
	var fitting []*recording
	for _, other := range m.others {
		if fits(other) {
			fitting = append(fitting, other)
		}
	}
	if len(fitting) == 0 {
		return nil
	}
	return fitting[m.rng.IntN(len(fitting))]
}

// below puts files into a folder of their own.
func below(folder string, files []file) []file {
	out := slices.Clone(files)
	for i := range out {
		out[i].path = folder + "/" + out[i].path
	}
	return out
}

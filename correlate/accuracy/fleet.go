package accuracy

import "time"

// fleet puts the incident on one of two hosts: beside it stands a twin that serves the same requests and stays healthy, made of the
// healthy minutes of the recording. What is said of changes is said of neither.
func fleet(m *material) *variation {
	begin, length := m.begin(), m.fault().Add(-2*time.Second).Sub(m.begin()).Truncate(time.Second)
	if length < 5*time.Second {
		return nil
	}
	var hurt, twin, around []file
	for _, f := range m.files {
		if f.kind.timeline() {
			around = append(around, f)
			continue
		}
		hurt = append(hurt, f)
		_, healthy, _ := f.parts(begin, begin.Add(length))
		if len(healthy) == 0 {
			continue
		}
		f.records = repeat(healthy, length, 0, int(m.end().Sub(begin)/length)+1, m.zone)
		twin = append(twin, f)
	}
	if len(twin) == 0 {
		return nil
	}
	return m.as(append(append(below("east-1", hurt), below("east-2", twin)...), around...))
}

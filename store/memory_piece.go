package store

// memoryPiece is what a piece of a source is read with.
type memoryPiece struct {
	source   *memorySource
	counting *counting
	numbers  *takeNumbers
	thinner  *thinner
}

// maxIdle bounds what is kept of pieces that have been read.
const maxIdle = 4

// pieceOf begins a piece of a source: with what another piece of it has learnt, or else with the room that another source leaves.
func (m *Memory) pieceOf(s *memorySource) memoryPiece {
	for i := len(m.idle) - 1; i >= 0; i-- {
		if p := m.idle[i]; p.source == s {
			m.idle = append(m.idle[:i], m.idle[i+1:]...)
			p.thinner.thinning = s.thinning
			return p
		}
	}
	p := memoryPiece{source: s, numbers: newTakeNumbers(), thinner: newThinner(s.thinning)}
	if len(m.idle) < maxIdle {
		p.counting = newCounting()
		return p
	}
	p.counting = m.idle[0].counting
	m.idle = append(m.idle[:0], m.idle[1:]...)
	p.counting.restart()
	return p
}

// rest keeps what a piece was read with, which has come to its end. The lock of an Appender is held.
func (m *Memory) rest(p memoryPiece) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p.source.end()
	if len(m.idle) < maxIdle {
		m.idle = append(m.idle, p)
	}
}

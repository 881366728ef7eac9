package store

import (
	"context"
	"slices"
	"sync"
)

// Memory keeps aggregates and bounded samples, nothing on disk. Counts are as exact as those of SQLite; of the events
// themselves it keeps a few of each signature and minute, spread over the minute. Of very long logs it keeps the quiet times by the
// minute, or by longer slots, which count at their starts; who asked for what then is told by some of the requests, in true proportion.
type Memory struct {
	mu      sync.Mutex      // guards all below; taken after Appender.mu where both are
	sources []*memorySource // by ID, from 1
	byName  map[string]*memorySource
	open    []*Appender
	changes []changeRow
	samples []sampleRow
	texts   interner // of samples
	scratch cell
	joined  cellTable // scratch of joining cells
	size    int       // of all cells at rest, bytes
	maxSize int
	coarse  bool // cells have been joined
	rows    int  // of all reservoirs
	free    []*harvest
	idle    []memoryPiece
	unused  spareRows
}

// maxTimeline bounds changes and samples each.
const maxTimeline = 1 << 20

// NewMemory returns an empty Memory.
func NewMemory() *Memory {
	return &Memory{maxSize: defaultMaxSize, byName: map[string]*memorySource{}, joined: cellTable{width: second}, texts: interner{max: 1 << 14}}
}

// Open begins a source, or another piece of the one of that path, at start. The path is as a user would name it. Several
// Appenders may be used at once.
func (m *Memory) Open(path string, start Position) (*Appender, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.byName[path]
	if s == nil {
		s = newMemorySource(int32(len(m.sources)+1), path, &m.unused)
		m.sources = append(m.sources, s)
		m.byName[path] = s
	}
	s.begin()
	p := m.pieceOf(s)
	var a *Appender
	a = newAppender(s.ID, start, m.spare(), p.counting, func(h *harvest) (*harvest, error) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.take(s, p.numbers, h)
		p.thinner.thinning, a.quiet = s.thinning, s.minutes.quietness
		return m.spare(), nil
	})
	a.thinner, a.quiet = p.thinner, s.minutes.quietness
	a.handOn = func() { m.rest(p) }
	m.open = append(slices.DeleteFunc(m.open, isClosed), a)
	return a, nil
}

// spare returns an empty harvest.
func (m *Memory) spare() *harvest {
	if n := len(m.free); n > 0 {
		h := m.free[n-1]
		m.free = m.free[:n-1]
		return h
	}
	return newHarvest()
}

// take adds a harvest to what is kept.
func (m *Memory) take(s *memorySource, numbers *takeNumbers, h *harvest) {
	s.learn(&h.news)
	m.size, m.rows = m.size-s.size(), m.rows-s.rows
	s.take(h, numbers, &m.joined, &m.scratch)
	m.size, m.rows = m.size+s.size(), m.rows+s.rows
	if m.isCrowded() {
		m.makeRoom()
	}
	for m.rows > maxReservoir && m.thinMost() {
	}
	if len(m.changes) < maxTimeline {
		m.changes = append(m.changes, h.changes...)
	}
	if len(m.samples) < maxTimeline {
		for _, sample := range h.samples {
			sample.Host, sample.Metric = m.shared(sample.Host), m.shared(sample.Metric)
			m.samples = append(m.samples, sample)
		}
	}
	h.clear()
	m.free = append(m.free, h)
}

// thinMost makes the source with the most sampled events keep fewer. It returns false where that is not possible.
func (m *Memory) thinMost() bool {
	most := m.sources[0]
	for _, s := range m.sources {
		if s.rows > most.rows {
			most = s
		}
	}
	if most.width >= maxWidth {
		return false
	}
	m.rows -= most.rows
	most.shrink()
	m.rows += most.rows
	return true
}

func (m *Memory) shared(text string) string {
	if s, ok := m.texts.texts[text]; ok {
		return s
	}
	return m.texts.shared([]byte(text))
}

func isClosed(a *Appender) bool { return a.closed.Load() }

// gather makes everything that was appended so far part of the answers.
func (m *Memory) gather() error {
	m.mu.Lock()
	open := slices.Clone(m.open)
	m.mu.Unlock()
	if err := flushAll(open); err != nil {
		return err
	}
	m.mu.Lock()
	m.open = slices.DeleteFunc(m.open, isClosed)
	m.mu.Unlock()
	return nil
}

// Sources returns the sources by path.
func (m *Memory) Sources(context.Context) ([]Source, error) {
	if err := m.gather(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.byPath(), nil
}

func (m *Memory) byPath() []Source {
	sources := make([]Source, len(m.sources))
	for i, s := range m.sources {
		sources[i] = s.Source
		if len(s.pieces) > 1 {
			sources[i].UnparsedSample = s.unparsed()
		}
	}
	slices.SortFunc(sources, comparePaths)
	return sources
}

// SetShift says how the times of a source are turned into UTC: see Source.
func (m *Memory) SetShift(_ context.Context, id int32, shift int64, zone, zoneFrom string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if id < 1 || int(id) > len(m.sources) {
		return unknownSource(id)
	}
	s := m.sources[id-1]
	s.Shift, s.Zone, s.ZoneFrom = shift, zone, zoneFrom
	return nil
}

// Series yields the groups of q by bucket, then keys. yield must not call the store.
func (m *Memory) Series(ctx context.Context, q Query, yield func(Point) error) error {
	if err := m.gather(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return series(ctx, (*memoryEngine)(m), m.byPath(), q, yield)
}

// Top returns the groups of q with the greatest counts over the whole of its time.
func (m *Memory) Top(ctx context.Context, q Query) ([]Point, error) {
	if err := m.gather(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return top(ctx, (*memoryEngine)(m), m.byPath(), q)
}

// Changes returns the changes of a span in time order; from and to both 0: all.
func (m *Memory) Changes(_ context.Context, from, to int64) ([]Change, error) {
	if err := m.gather(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var changes []Change
	for _, c := range m.changes {
		source := m.sources[c.Source-1]
		c.Time, c.Line = c.Time+shiftOf(&source.Source, c.zoned), source.lineOf(c.Line)
		if within(c.Time, from, to) {
			changes = append(changes, c.Change)
		}
	}
	sortChanges(changes)
	return changes, nil
}

// Samples returns the measurements of a span in time order, of the metrics named, or of all; from and to both 0: of any time.
func (m *Memory) Samples(_ context.Context, from, to int64, metrics ...string) ([]Sample, error) {
	if err := m.gather(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var samples []Sample
	for _, s := range m.samples {
		source := m.sources[s.Source-1]
		s.Time, s.Line = s.Time+shiftOf(&source.Source, s.zoned), source.lineOf(s.Line)
		if within(s.Time, from, to) && (len(metrics) == 0 || slices.Contains(metrics, s.Metric)) {
			samples = append(samples, s.Sample)
		}
	}
	sortSamples(samples)
	return samples, nil
}

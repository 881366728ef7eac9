package telemetry

import "sync"

// Counts adds up what logs grow by. What a database holds of a log may shrink, when the old is forgotten; a counter may not.
type Counts struct {
	mutex sync.Mutex
	seen  map[int32]count // by source
	by    map[string]count
}

type count struct{ lines, unparsed int64 }

// Add takes how many lines a source has now, of them unparsed. What a source has when it is first seen counts as long as fresh says that
// it came up since the start.
func (c *Counts) Add(source int32, daemon string, lines, unparsed int64, fresh bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.seen == nil {
		c.seen, c.by = map[int32]count{}, map[string]count{}
	}
	before, known := c.seen[source]
	c.seen[source] = count{lines, unparsed}
	total := c.by[daemon]
	if known || fresh {
		total.lines += max(lines-before.lines, 0)
		total.unparsed += max(unparsed-before.unparsed, 0)
	}
	c.by[daemon] = total
}

// Keep forgets sources for which there says no.
func (c *Counts) Keep(there func(source int32) bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for source := range c.seen {
		if !there(source) {
			delete(c.seen, source)
		}
	}
}

// each calls f with the totals of each daemon.
func (c *Counts) each(f func(daemon string, lines, unparsed int64)) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for daemon, total := range c.by {
		f(daemon, total.lines, total.unparsed)
	}
}

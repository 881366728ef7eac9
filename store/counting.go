package store

// counting is what an Appender counts with: numbers of classes, texts that come again, and what waits until its minute is over. It takes
// time to fill, so that one piece of a source hands it on to the next.
type counting struct {
	generation int // of the numbers
	rollup     *rollup
	classes    *eventClasses
	texts      *rowTexts
	tallies    tallies
}

func newCounting() *counting {
	return &counting{rollup: newRollup(), classes: newEventClasses(), texts: newRowTexts()}
}

// crowded reports that a dictionary is about to run out of room.
func (c *counting) crowded() bool { return c.rollup.crowded() || c.classes.crowded() }

// restart forgets all classes: their numbers begin anew, as another generation.
func (c *counting) restart() {
	c.rollup.restart()
	c.classes.restart()
	c.generation++
}

// countMinute counts what waits of a minute that is over; calm says by the minute.
func (c *counting) countMinute(h *harvest, calm bool) {
	c.rollup.settle(h, calm)
	c.tallies.settle(h, calm)
}

// finish makes a harvest ready to be delivered.
func (c *counting) finish(h *harvest) {
	c.rollup.close(h)
	c.tallies.settle(h, false)
	h.generation, h.classes = c.generation, c.classes.list[:len(c.classes.list):len(c.classes.list)]
}

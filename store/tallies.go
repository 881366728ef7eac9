package store

// tallies are the events that wait to be counted until their minute is over, as requests do: see settle.
type tallies []tallyRow

// tallyRow is one of them.
type tallyRow struct {
	time, bytes int64
	class       int32
	bucket      int16 // of the duration; -1 where it is not told
}

// add counts one event, at once unless its minute may prove quiet.
func (t *tallies) add(h *harvest, row tallyRow, quiet bool) {
	if !quiet {
		row.count(&h.tallies)
		return
	}
	if len(*t) >= maxWaiting {
		t.settle(h, false)
	}
	*t = append(*t, row)
}

// settle counts the events that wait; calm says by the minute.
func (t *tallies) settle(h *harvest, calm bool) {
	table := &h.tallies
	if calm {
		table = &h.calm.tallies
	}
	for i := range *t {
		(*t)[i].count(table)
	}
	*t = (*t)[:0]
}

func (row *tallyRow) count(table *cellTable) {
	c := table.at(row.time, row.class)
	c.span(row.time)
	c.count++
	c.bytes += row.bytes
	if row.bucket >= 0 {
		c.durations.observe(int(row.bucket))
	}
}

package store

import "context"

// engine hands out cells.
type engine interface {
	// next returns a time that no cell of a source which starts at from or later lies before, unshifted, and is near the first of
	// them; ok is false where there is none.
	next(ctx context.Context, t cellKind, source int32, from int64) (at int64, ok bool, err error)
	// scan yields the cells of a source that start at from or later and before to, unshifted, in any order. Several may be of
	// one slot and class: they add up. It may leave out those of classes that are known to be refused. The cell is borrowed.
	scan(ctx context.Context, t cellKind, source int32, from, to int64, classes *places, yield func(*storedCell)) error
	// reach is how far behind its start a cell of a source may tell of, µs: more than the width of a slot where cells were joined.
	reach(t cellKind, source int32) int64
	// class resolves the class of a cell.
	class(t cellKind, source, class int32) (labels, error)
}

// labels is what a class says of the keys of its table.
type labels interface {
	label(k Key) (text string, ok bool)
	// absolute reports whether its times carry a zone.
	absolute() bool
}

func (c *requestClass) absolute() bool  { return c.zoned }
func (c *endpointClass) absolute() bool { return c.zoned }
func (c *clientClass) absolute() bool   { return c.zoned }
func (c *eventClass) absolute() bool    { return c.zoned }

// cellKind is where cells come from: a Table, or details.
type cellKind uint8

// details are the events counted with what their classes leave out.
const details = cellKind(numTables)

// width is that of the slots, µs.
func (t cellKind) width() int64 {
	if t == cellKind(Endpoints) || t == cellKind(Clients) {
		return EndpointBucket
	}
	return second
}

// storedCell is a cell at rest.
type storedCell struct {
	at, first, last int64 // µs, unshifted
	class           int32
	count, arrived  int64
	bytes           int64
	durations       []byte // packed
}

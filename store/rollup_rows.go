package store

import (
	"errors"
	"strconv"

	"github.com/mattn/go-sqlite3"

	"culprit/store/rowfeed"
)

// The functions by which SQL reads and makes the packed cells of the table rollup.

// registerFunctions makes them, and quantile, known to a connection.
func registerFunctions(c *sqlite3.SQLiteConn) error {
	return errors.Join(
		c.RegisterFunc("quantile", quantile, true),
		c.RegisterFunc("rollup_rows", rollupRows, true),
		c.RegisterAggregator("rollup_pack", func() *repacker { return &repacker{} }, true),
	)
}

// rollupColumns are those of rollupRows.
const rollupColumns = 7

// rollupRows is the SQL function rollup_rows(kind, cells): an argument for rowfeed with a row for each class of a minute, or for clients
// each cell: class, count, arrived, bytes, durations (a packed histogram, or NULL), of requests {"12":3,…}, what completed in each second
// of the minute, and µs since the start of the minute. Of damaged cells it has those that can be read.
func rollupRows(kind int64, cells []byte) []byte {
	if kind < 0 || kind >= int64(numTables) {
		return nil
	}
	s := rollupSum{kind: Table(kind), rows: rowfeed.NewChunk(rollupColumns)}
	unpackCells(cellKind(kind), 0, cells, func(c *storedCell) {
		if s.count+s.arrived > 0 && (c.class != s.class || s.kind == Clients) {
			s.end()
		}
		s.add(c)
	})
	if s.count+s.arrived > 0 {
		s.end()
	}
	return s.rows.Packed()
}

// rollupSum adds up the cells of one class.
type rollupSum struct {
	kind      Table
	rows      *rowfeed.Rows
	class     int32
	at        int64
	count     int64
	arrived   int64
	bytes     int64
	durations Histogram
	observed  bool
	seconds   []byte
	packed    []byte
}

func (s *rollupSum) add(c *storedCell) {
	s.class, s.at = c.class, c.at
	s.count, s.arrived, s.bytes = s.count+c.count, s.arrived+c.arrived, s.bytes+c.bytes
	if len(c.durations) > 0 && c.durations[0] > 0 {
		s.observed = true
		s.durations.addPacked(c.durations)
	}
	if s.kind != Requests || c.count == 0 {
		return
	}
	if len(s.seconds) > 0 {
		s.seconds = append(s.seconds, ',')
	}
	s.seconds = strconv.AppendInt(append(s.seconds, '"'), c.at/second, 10)
	s.seconds = strconv.AppendInt(append(s.seconds, `":`...), c.count, 10)
}

// end writes the row and begins the next.
func (s *rollupSum) end() {
	s.rows.Begin()
	for _, n := range [...]int64{int64(s.class), s.count, s.arrived, s.bytes} {
		s.rows.Int(n)
	}
	if s.observed {
		s.packed = appendHistogram(s.packed[:0], &s.durations)
		s.rows.Blob(s.packed)
	} else {
		s.rows.Null()
	}
	s.rows.Text("{" + string(s.seconds) + "}")
	s.rows.Int(s.at)
	*s = rollupSum{kind: s.kind, rows: s.rows, packed: s.packed, seconds: s.seconds[:0]}
}

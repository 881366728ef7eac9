package store

import (
	"strconv"
	"strings"

	"culprit/parser"
	"culprit/store/rowfeed"
)

// inserter adds rows to one table, thousands to the statement.
type inserter struct {
	table, sql string
	rows       *rowfeed.Rows
}

// newInserter returns one for rows with values for the columns named. A column may be given what all rows have in it instead, an
// expression behind "=": then no value is given.
func newInserter(table string, columns ...string) *inserter {
	names, values, width := make([]string, len(columns)), make([]string, len(columns)), 0
	for i, column := range columns {
		name, constant, isConstant := strings.Cut(column, "=")
		names[i], values[i] = name, constant
		if !isConstant {
			values[i] = "c" + strconv.Itoa(width)
			width++
		}
	}
	return &inserter{table: table, rows: rowfeed.NewRows(width), sql: insertion(table, names, values)}
}

// insertion is the statement. OR FAIL keeps SQLite from writing a journal for each statement, which costs half of the speed: a
// transaction that fails is rolled back as a whole.
func insertion(table string, names, values []string) string {
	return "INSERT OR FAIL INTO " + table + " (" + strings.Join(names, ", ") + ") SELECT " + strings.Join(values, ", ") + " FROM rowfeed(?)"
}

// begin starts a row. Its values are given in the order of the columns.
func (n *inserter) begin() { n.rows.Begin() }

func (n *inserter) int(v int64) { n.rows.Int(v) }

func (n *inserter) text(v string) { n.rows.Text(v) }

func (n *inserter) float(v float64) { n.rows.Real(v) }

func (n *inserter) null() { n.rows.Null() }

func (n *inserter) bool(v bool) {
	if v {
		n.int(1)
	} else {
		n.int(0)
	}
}

// known stores a number of a record: NULL where the log did not give it.
func (n *inserter) known(v int64) {
	if v == parser.Unknown {
		n.null()
		return
	}
	n.int(v)
}

// optional stores a text, NULL for an empty one.
func (n *inserter) optional(v string) {
	if v == "" {
		n.null()
		return
	}
	n.text(v)
}

// insert sends the rows collected.
func (n *inserter) insert(c *conn) error {
	err := n.rows.Chunks(func(chunk []byte) error { return c.exec(n.sql, chunk) })
	n.rows.Reset()
	return err
}

package store

import (
	"context"
	"database/sql/driver"
	"strings"

	"github.com/mattn/go-sqlite3"

	"culprit/parser"
)

// inserter adds rows to one table, many to the statement.
type inserter struct {
	table   string
	columns []string
	args    []driver.NamedValue
	stmts   [len(insertSizes)]*sqlite3.SQLiteStmt
}

// insertSizes are the rows of one statement, tried from the largest. Each is prepared once.
var insertSizes = [...]int{64, 8, 1}

func newInserter(table string, columns ...string) *inserter {
	return &inserter{table: table, columns: columns}
}

// The values of a row are given in the order of the columns.

func (n *inserter) value(v driver.Value) {
	n.args = append(n.args, driver.NamedValue{Value: v})
}

func (n *inserter) int(v int64) { n.value(v) }

func (n *inserter) text(v string) { n.value(v) }

func (n *inserter) float(v float64) { n.value(v) }

func (n *inserter) bool(v bool) {
	if v {
		n.value(int64(1))
	} else {
		n.value(int64(0))
	}
}

// known stores a number of a record: NULL where the log did not give it.
func (n *inserter) known(v int64) {
	if v == parser.Unknown {
		n.value(nil)
		return
	}
	n.value(v)
}

// histogram stores a packed histogram, NULL where it is empty.
func (n *inserter) histogram(h *Histogram) {
	packed := appendHistogram(nil, h)
	if packed[0] == 0 {
		n.value(nil)
		return
	}
	n.value(packed)
}

// insert sends the rows collected.
func (n *inserter) insert(c *conn) error {
	width := len(n.columns)
	args := n.args
	for kind, size := range insertSizes {
		for len(args) >= size*width {
			if err := n.execute(c, kind, args[:size*width]); err != nil {
				return err
			}
			args = args[size*width:]
		}
	}
	n.reset()
	return nil
}

func (n *inserter) execute(c *conn, kind int, args []driver.NamedValue) (err error) {
	if n.stmts[kind] == nil {
		if n.stmts[kind], err = c.statement(n.sql(insertSizes[kind])); err != nil {
			return err
		}
	}
	for i := range args {
		args[i].Ordinal = i + 1
	}
	_, err = n.stmts[kind].ExecContext(context.Background(), args)
	return err
}

// sql is the statement for a number of rows. OR FAIL keeps SQLite from writing a journal for each statement, which costs half of
// the speed: a transaction that fails is rolled back as a whole.
func (n *inserter) sql(size int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", len(n.columns)), ",") + ")"
	return "INSERT OR FAIL INTO " + n.table + " (" + strings.Join(n.columns, ", ") + ") VALUES " +
		row + strings.Repeat(","+row, size-1)
}

// reset forgets rows that were collected.
func (n *inserter) reset() {
	clear(n.args)
	n.args = n.args[:0]
}

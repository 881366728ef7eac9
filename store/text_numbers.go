package store

// textNumbers numbers texts in a database by their seeded hashes, as textCache tells them apart: the bytes of one that comes again need not
// be read. A text whose number is not known any more gets another row.
type textNumbers struct {
	known hashNumbers
	last  int64
	rows  *inserter
}

func newTextNumbers() textNumbers {
	return textNumbers{known: newHashNumbers(), rows: newInserter("text", "id", "value")}
}

// load begins anew behind the last number in the database.
func (t *textNumbers) load(c *conn) (err error) {
	t.known = newHashNumbers()
	t.last, err = c.number("SELECT max(id) FROM text")
	return err
}

// number returns the number of a text that is not empty. A new one is added to the rows.
func (t *textNumbers) number(hash uint64, text string) int64 {
	if id := t.known.find(hash); id != 0 {
		return id
	}
	t.last++
	t.rows.begin()
	t.rows.int(t.last)
	t.rows.text(text)
	t.known.add(hash, t.last)
	return t.last
}

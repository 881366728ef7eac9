package store

import "slices"

// textNumbers numbers texts in a database by their seeded hashes, as textCache tells them apart: the bytes of one that comes again need not
// be read. It is a table of sets, each a line of the cache; a text that has lost its place there to others gets another row.
type textNumbers struct {
	sets  []textSet // a power of two
	count int       // of texts numbered since there are so many sets
	last  int64
	rows  *inserter
}

// textSet holds the latest first.
type textSet [4]textNumber

type textNumber struct {
	hash uint64 // odd; 0: empty
	id   int64
}

// Bounds of sets. They grow with what is in them, for most databases are given few texts at a time.
const (
	fewestSets = 1 << 10
	mostSets   = 1 << 16
)

func newTextNumbers() textNumbers {
	return textNumbers{sets: make([]textSet, fewestSets), rows: newInserter("text", "id", "value")}
}

// load begins anew behind the last number in the database.
func (t *textNumbers) load(c *conn) (err error) {
	t.forget()
	t.last, err = c.number("SELECT max(id) FROM text")
	return err
}

// forget makes room: what comes again gets another row.
func (t *textNumbers) forget() {
	t.sets, t.count = make([]textSet, fewestSets), 0
}

// number returns the number of a text that is not empty. A new one is added to the rows.
func (t *textNumbers) number(hash uint64, text string) int64 {
	set := t.set(hash)
	for i := range set {
		if set[i].hash == hash {
			return set[i].id
		}
	}
	t.last++
	t.rows.begin()
	t.rows.int(t.last)
	t.rows.text(text)
	set.add(textNumber{hash, t.last})
	if t.count++; t.count > 2*len(t.sets) && len(t.sets) < mostSets {
		t.grow()
	}
	return t.last
}

// set is where a text of a hash is looked for.
func (t *textNumbers) set(hash uint64) *textSet {
	return &t.sets[hash>>20&uint64(len(t.sets)-1)]
}

// add puts a text into the place of the one that was added first.
func (s *textSet) add(n textNumber) {
	copy(s[1:], s[:])
	s[0] = n
}

// grow gives what is known more room.
func (t *textNumbers) grow() {
	small := t.sets
	t.sets = make([]textSet, 4*len(small))
	for i := range small {
		for _, n := range slices.Backward(small[i][:]) {
			if n.hash != 0 {
				t.set(n.hash).add(n)
			}
		}
	}
}

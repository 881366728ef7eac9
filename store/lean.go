package store

// leanPages is how much of the database each connection of a service keeps in memory, in KiB as SQLite wants it.
const leanPages = "-6144"

// Lean bounds the memory of a database that is written to and asked for months, and the room that its journal keeps after a burst. The
// usual caches, which make one large analysis fast, would grow with the database for hours. It is to be called before anything is asked.
func (s *SQLite) Lean() error {
	s.pages = leanPages
	return s.do(false, func(w *writer) error {
		return w.c.script("PRAGMA cache_size = " + leanPages + "; PRAGMA journal_size_limit = 16777216")
	})
}

package store

// portions is in how many steps the oldest is given up until the rest has room.
const portions = 16

// Shrink forgets what is oldest, a portion at a time, until no more than most bytes of the database are in use, or only what lies behind
// the moment kept, µs, is left; fits tells which. The file stays as large as it was: its room is used for what comes.
func (s *SQLite) Shrink(most, kept int64) (fits bool, err error) {
	first, err := s.oldest()
	if err != nil || first == none {
		return err == nil, err
	}
	step := max((kept-first)/portions, minute)
	for before := first; ; {
		used, err := s.Used()
		if err != nil || used <= most {
			return true, err
		}
		if before >= kept {
			return false, nil
		}
		before = min(before+step, kept)
		if err := s.Forget(before); err != nil {
			return false, err
		}
	}
}

// Used is how much of the database is in use, in bytes.
func (s *SQLite) Used() (used int64, err error) {
	err = s.do(true, func(w *writer) (err error) {
		used, err = w.c.number("SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size")
		return err
	})
	return used, err
}

// oldest is the time of the first minute that is kept, µs; none if nothing was ever read.
func (s *SQLite) oldest() (first int64, err error) {
	first = none
	err = s.do(true, func(w *writer) error {
		for id, source := range w.sources {
			at, err := w.c.number("SELECT coalesce((SELECT min(at) FROM rollup WHERE source = ?1), ?2)", int64(id), source.Last)
			if err != nil {
				return err
			}
			if source.First != 0 && (first == none || at+source.Shift < first) {
				first = at + source.Shift
			}
		}
		return nil
	})
	return first, err
}

package store

// OpenOnward goes on with a source where it was left: for what arrives and cannot be asked for again, so that there is no place in it but
// the end. It returns where that is; a new source begins at zero.
func (s *SQLite) OpenOnward(path string, file File) (*Appender, Position, error) {
	var start Position
	err := s.do(false, func(w *writer) error {
		opened, err := w.open(path, file)
		if n := len(opened.known); n > 0 {
			start = opened.known[n-1].End
		}
		return err
	})
	if err != nil {
		return nil, start, err
	}
	a, err := s.OpenFile(path, file, start)
	return a, start, err
}

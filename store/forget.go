package store

import "fmt"

// Forget deletes what lies before a moment, µs: rows, and sources that have nothing after it and are not the newest of their path.
// Positions of the others stay, so that nothing is read again. The room is used for what comes.
func (s *SQLite) Forget(before int64) error {
	return s.do(true, func(w *writer) error { return w.forget(before) })
}

func (w *writer) forget(before int64) error {
	newest := map[string]int32{}
	for _, s := range w.sources {
		newest[s.Path] = max(newest[s.Path], s.ID)
	}
	for id, s := range w.sources {
		table := [...]struct{ name, column string }{
			{"rollup", "at"}, {"event", "time"}, {"change", "time"}, {"sample", "time"},
		}
		for _, t := range table {
			statement := fmt.Sprintf("DELETE FROM %s WHERE source = ? AND %s < ?", t.name, t.column)
			if err := w.c.exec(statement, int64(id), before-s.Shift); err != nil {
				return fmt.Errorf("forget what is old in %s: %w", t.name, err)
			}
		}
		if id == newest[s.Path] || s.Last == 0 || s.Last+s.Shift >= before {
			continue
		}
		for _, statement := range [...]string{"DELETE FROM position WHERE source = ?", "DELETE FROM source WHERE id = ?"} {
			if err := w.c.exec(statement, int64(id)); err != nil {
				return fmt.Errorf("forget source %s: %w", s.Path, err)
			}
		}
		delete(w.sources, id)
	}
	return nil
}

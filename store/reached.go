package store

import "context"

// Reached returns how far the reading of each source came: unlike Positions, also where it did not begin at the start.
func (s *SQLite) Reached(ctx context.Context) ([]Checkpoint, error) {
	var checkpoints []Checkpoint
	err := s.read(ctx, func(r *reader) error {
		sources, err := loadSources(r.c)
		for _, stored := range sources {
			if n := len(stored.known); n > 0 {
				checkpoints = append(checkpoints, Checkpoint{Path: stored.Path, File: stored.file, End: stored.known[n-1].End})
			}
		}
		return err
	})
	return checkpoints, err
}

// Commit makes everything appended so far durable, with the positions it belongs to.
func (s *SQLite) Commit() error { return s.gather() }

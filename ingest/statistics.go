package ingest

func (r *run) statistics(s stream, t *text) { r.note(s.name, "statistics of sadf") }

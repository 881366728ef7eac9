package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"

	"culprit/parser"
)

// File is the identity of a file, as far as known. Two Files of one path are of one source if they are equal; which part of an
// identity matters where, whoever reads the file knows.
type File struct {
	Device, Inode uint64
	Fingerprint   string // of its beginning
}

// Checkpoint is how far the database knows a source without a gap.
type Checkpoint struct {
	Path string
	File File
	End  Position
}

// storedSource is a source with what only the writer has to know.
type storedSource struct {
	sourceState
	file  File
	head  int64 // hash of its first record, 0 where unknown
	known []Span
}

// sourceRef is a source to append to.
type sourceRef struct {
	id    int32
	known []Span
}

func (s *storedSource) ref() sourceRef {
	return sourceRef{s.ID, slices.Clone(s.known)}
}

// headOf returns the hash by which a file is known again. It lasts: it is stored.
func headOf(first []byte) int64 {
	h := fnv.New64a()
	_, _ = h.Write(first[:min(len(first), 1024)]) // a hash takes anything
	return int64(h.Sum64() | 1)
}

// open returns the source of a path and file, which is made if there is none. Where the file is not known, it is the newest of that
// path.
func (w *writer) open(path string, file File) (sourceRef, error) {
	var found *storedSource
	for _, s := range w.sources {
		if s.Path == path && (s.file == file || file == File{}) && (found == nil || s.ID > found.ID) {
			found = s
		}
	}
	if found != nil {
		return found.ref(), nil
	}
	return w.newSource(path, file, 0)
}

// identify returns the source of a path whose first record has the hash head, given the one that open took it for.
func (w *writer) identify(id int32, path string, head int64) (sourceRef, error) {
	if s := w.sources[id]; s != nil && s.head == 0 {
		s.head = head
		return s.ref(), s.save(w.c)
	}
	for _, s := range w.sources {
		if s.Path == path && s.head == head {
			return s.ref(), nil
		}
	}
	return w.newSource(path, File{}, head)
}

func (w *writer) newSource(path string, file File, head int64) (sourceRef, error) {
	s := &storedSource{file: file, head: head}
	s.Path, s.ID = path, 1
	for id := range w.sources {
		s.ID = max(s.ID, id+1)
	}
	err := w.c.exec(`INSERT INTO source VALUES (?,?,?,?,?,?, '','','',0,0,0,0,0,0,0,0,0,0,0,'','','','{}','{}','[]')`,
		int64(s.ID), path, int64(file.Device), int64(file.Inode), file.Fingerprint, head)
	w.sources[s.ID] = s
	return s.ref(), err
}

func (w *writer) setShift(id int32, shift int64, zone, zoneFrom string) (known bool, err error) {
	s := w.sources[id]
	if s == nil {
		return false, nil
	}
	s.Shift, s.Zone, s.ZoneFrom = shift, zone, zoneFrom
	return true, s.save(w.c)
}

// save writes what is known of the source as a whole.
func (s *storedSource) save(c *conn) error {
	daemons, formats := map[string]int64{}, map[string]int64{}
	for i, n := range s.sums.daemons {
		if n > 0 {
			daemons[parser.Daemon(i).String()] = n
		}
	}
	for i, n := range s.sums.formats {
		if n > 0 {
			formats[parser.Format(i).String()] = n
		}
	}
	var texts [3]string
	for i, v := range [...]any{daemons, formats, s.UnparsedSample} {
		encoded, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("describe source %s: %w", s.Path, err)
		}
		texts[i] = string(encoded)
	}
	return c.exec(`UPDATE source SET head = ?, daemon = ?, format = ?, host = ?, host_line = ?, lines = ?, parsed = ?, unparsed = ?, bytes = ?, zoned = ?,
		unzoned = ?, first = ?, last = ?, resolution = ?, shift = ?, zone = ?, zone_from = ?, problem = ?, daemons = ?, formats = ?,
		unparsed_sample = ? WHERE id = ?`,
		s.head, s.Daemon.String(), s.Format.String(), s.Host, s.sums.hostLine, s.Lines, s.Parsed, s.Unparsed, s.Bytes, s.sums.zoned,
		s.sums.unzoned, s.First, s.Last, s.Resolution, s.Shift, s.Zone, s.ZoneFrom, s.Problem, texts[0], texts[1],
		texts[2], int64(s.ID))
}

// loadSources reads all sources with the parts of them that are known.
func loadSources(c *conn) (map[int32]*storedSource, error) {
	sources := map[int32]*storedSource{}
	err := c.query(context.Background(), `SELECT id, path, device, inode, fingerprint, head, host, lines, parsed, unparsed, bytes, zoned, unzoned,
		first, last, resolution, shift, zone, zone_from, problem, daemons, formats, unparsed_sample, host_line FROM source`,
		func(v []driver.Value) error {
			s, err := readSource(v)
			if err == nil {
				sources[s.ID] = s
			}
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	err = c.query(context.Background(), `SELECT source, start, start_line, "offset", line FROM position ORDER BY source, start`,
		func(v []driver.Value) error {
			if s := sources[int32(integer(v[0], 0))]; s != nil {
				s.known = append(s.known, Span{Position{integer(v[1], 0), integer(v[2], 0)}, Position{integer(v[3], 0), integer(v[4], 0)}})
			}
			return nil
		})
	for _, s := range sources {
		s.known = JoinSpans(s.known)
	}
	return sources, err
}

func readSource(v []driver.Value) (*storedSource, error) {
	s := &storedSource{
		file: File{Device: uint64(integer(v[2], 0)), Inode: uint64(integer(v[3], 0)), Fingerprint: text(v[4])},
		head: integer(v[5], 0),
	}
	s.ID, s.Path = int32(integer(v[0], 0)), text(v[1])
	s.Shift, s.Zone, s.ZoneFrom = integer(v[16], 0), text(v[17]), text(v[18])
	t := &s.sums
	t.host, t.hostLine = text(v[6]), integer(v[23], 0)
	for i, to := range []*int64{&t.lines, &t.parsed, &t.unparsed, &t.bytes, &t.zoned, &t.unzoned, &t.first, &t.last, &t.resolution} {
		*to = integer(v[7+i], 0)
	}
	t.problem = text(v[19])
	var daemons, formats map[string]int64
	for i, to := range []any{&daemons, &formats, &t.sample} {
		if err := json.Unmarshal([]byte(text(v[20+i])), to); err != nil {
			return nil, fmt.Errorf("source %s: %w", s.Path, err)
		}
	}
	for name, n := range daemons {
		if d, ok := parser.DaemonNamed(name); ok {
			t.daemons[d] = n
		}
	}
	for name, n := range formats {
		if f, ok := parser.FormatNamed(name); ok {
			t.formats[f] = n
		}
	}
	s.describe()
	return s, nil
}

// Positions returns how far each source is known from its beginning.
func (s *SQLite) Positions(ctx context.Context) ([]Checkpoint, error) {
	var checkpoints []Checkpoint
	err := s.read(ctx, func(r *reader) error {
		sources, err := loadSources(r.c)
		for _, stored := range sources {
			c := Checkpoint{Path: stored.Path, File: stored.file}
			if len(stored.known) > 0 && stored.known[0].Begin.Offset == 0 {
				c.End = stored.known[0].End
			}
			checkpoints = append(checkpoints, c)
		}
		return err
	})
	return checkpoints, err
}

package accuracy

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// recording is a recorded incident as text. It is never changed: a variation has files and records of its own.
type recording struct {
	truth Truth
	zone  *time.Location // of the host, for times that name none
	files []file
}

// file is one file of a recording.
type file struct {
	path    string // below the recording's folder, with slashes
	kind    kind
	gzipped bool
	records []record
}

// record is a line that says when, with the lines behind it that do not. The lines before the first time are one record too.
type record struct {
	text   []byte // with its line ends
	stamps []stamp
}

func (r *record) timed() bool { return len(r.stamps) > 0 }

// at is when the record was written; only for those that say so.
func (r *record) at() time.Time { return r.stamps[0].at }

// open reads a recorded incident, all but its truth.
func open(t Truth) (*recording, error) {
	rec := &recording{truth: t, zone: time.UTC}
	if t.Timezone != "" {
		zone, err := time.LoadLocation(t.Timezone)
		if err != nil {
			return nil, fmt.Errorf("time zone of %s: %w", t.ID, err)
		}
		rec.zone = zone
	}
	err := filepath.WalkDir(t.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "truth.json" {
			return err
		}
		f, err := openFile(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		name, err := filepath.Rel(t.Dir, path)
		f.path = filepath.ToSlash(name)
		rec.files = append(rec.files, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the recording of %s: %w", t.ID, err)
	}
	rec.place()
	for i := range rec.files {
		rec.files[i].kind = kindOf(&rec.files[i])
	}
	return rec, nil
}

func openFile(path string) (file, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return file{}, err
	}
	var f file
	if bytes.HasPrefix(text, []byte{0x1f, 0x8b}) {
		f.gzipped = true
		unpacked, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			return file{}, err
		}
		if text, err = io.ReadAll(unpacked); err != nil {
			return file{}, err
		}
	}
	f.records = split(text)
	return f, nil
}

// split cuts a text into records.
func split(text []byte) []record {
	var records []record
	for len(text) > 0 {
		n := bytes.IndexByte(text, '\n') + 1
		if n == 0 {
			n = len(text)
		}
		stamps := findStamps(text[:n])
		if last := len(records) - 1; last >= 0 && continues(stamps) {
			records[last].extend(n, stamps)
		} else {
			records = append(records, record{text[:n:len(text)], stamps})
		}
		text = text[n:]
	}
	for i := range records {
		records[i].text = slices.Clip(records[i].text)
	}
	return records
}

// continues tells a line that belongs to the one before: it says no time, or what a slow log's statement says of its own.
func continues(stamps []stamp) bool { return len(stamps) == 0 || stamps[0].shape == shapeEpoch }

// extend adds the n bytes that lie behind the record.
func (r *record) extend(n int, stamps []stamp) {
	from := len(r.text)
	r.text = r.text[:from+n]
	for _, s := range stamps {
		s.from, s.to = s.from+from, s.to+from
		r.stamps = append(r.stamps, s)
	}
}

// place gives times without a zone the host's, and those without a year the one that brings them nearest to the others.
func (rec *recording) place() {
	reference := rec.reference()
	for i := range rec.files {
		for j := range rec.files[i].records {
			for k := range rec.files[i].records[j].stamps {
				s := &rec.files[i].records[j].stamps[k]
				if s.zoned() {
					continue
				}
				if s.shape == shapeSyslog {
					s.at = nearestYear(s.at, reference)
				}
				w := s.at
				s.at = time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), w.Nanosecond(), rec.zone)
			}
		}
	}
}

func (rec *recording) reference() time.Time {
	if rec.truth.Traffic.Start != nil {
		return *rec.truth.Traffic.Start
	}
	for i := range rec.files {
		for j := range rec.files[i].records {
			if r := &rec.files[i].records[j]; r.timed() && r.stamps[0].zoned() {
				return r.at()
			}
		}
	}
	return time.Time{}
}

func nearestYear(t, reference time.Time) time.Time {
	best := t.AddDate(reference.Year(), 0, 0)
	for _, year := range []int{reference.Year() - 1, reference.Year() + 1} {
		if other := t.AddDate(year, 0, 0); other.Sub(reference).Abs() < best.Sub(reference).Abs() {
			best = other
		}
	}
	return best
}

// retime returns the record with every time in it rewritten; f gives the new instant and the zone of the clock that shows it.
func (r record) retime(f func(s *stamp) (time.Time, *time.Location)) record {
	text := make([]byte, 0, len(r.text)+8)
	stamps := slices.Clone(r.stamps)
	done := 0
	for i := range stamps {
		s := &stamps[i]
		text = append(text, r.text[done:s.from]...)
		done = s.to
		at, loc := f(s)
		s.from = len(text)
		text = s.write(text, at, loc)
		s.to, s.at = len(text), at.In(loc)
	}
	return record{append(text, r.text[done:]...), stamps}
}

package parser

import (
	"bytes"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
)

// scanText reads all records of a text as one source.
func scanText(text string) []Record {
	return scanAll(NewScanner(Options{}), []byte(text))
}

// scanAll reads buf to its end with s. The records are copies that share their slices with buf.
func scanAll(s *Scanner, buf []byte) []Record {
	var all []Record
	recs := make([]Record, 64)
	for len(buf) > 0 {
		n, used := s.Scan(buf, true, recs)
		if used == 0 {
			break
		}
		for _, r := range recs[:n] {
			all = append(all, keep(r))
		}
		buf = buf[used:]
	}
	return all
}

// keep copies what a record borrows, and leaves out how it is emptied.
func keep(r Record) Record {
	r.plain = false
	v := reflect.ValueOf(&r).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.CanInterface() && f.Type() == reflect.TypeFor[[]byte]() {
			f.SetBytes(bytes.Clone(f.Bytes()))
		}
	}
	return r
}

// benchScan measures how fast text is read, repeated to a good size. It fails where a line is not read as format.
func benchScan(b *testing.B, text string, format Format) {
	b.Helper()
	buf := []byte(strings.Repeat(text, 1+(1<<20)/len(text)))
	recs := make([]Record, 256)
	s := NewScanner(Options{})
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		for rest := buf; len(rest) > 0; {
			n, used := s.Scan(rest, true, recs)
			for i := range recs[:n] {
				if recs[i].Format != format {
					b.Fatalf("%s read as %v", recs[i].Raw, recs[i].Format)
				}
			}
			rest = rest[used:]
		}
	}
}

// allocsPerScan is how often reading text allocates once its formats are known.
func allocsPerScan(text string) float64 {
	buf := []byte(text)
	recs := make([]Record, 64)
	s := NewScanner(Options{})
	scan := func() {
		for rest := buf; len(rest) > 0; {
			_, used := s.Scan(rest, true, recs)
			rest = rest[used:]
		}
	}
	for range 20 {
		scan()
	}
	return testing.AllocsPerRun(50, scan)
}

// sample returns a file of testdata.
func sample(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// checkInside fails if a slice of rec lies outside its bounds' promises: positions that do not add up, or a record without content.
func checkInside(t *testing.T, rec *Record) {
	t.Helper()
	if rec.Kind == Blank {
		t.Fatalf("a blank record was given out: %q", rec.Raw)
	}
	if rec.Lines < 1 || rec.Line < 1 || rec.Offset < 0 {
		t.Fatalf("record at line %d, offset %d, of %d lines", rec.Line, rec.Offset, rec.Lines)
	}
	if rec.Kind == Unparsed && rec.Message != nil {
		t.Fatalf("an unparsed record with a message: %q", rec.Message)
	}
}

// fuzzScan is the body of the fuzz targets: whatever the text is, reading it at once and in pieces says the same, and every
// byte is used once.
func fuzzScan(t *testing.T, text []byte) {
	t.Helper()
	whole := scanAll(NewScanner(Options{Reference: 1795241580e6}), bytes.Clone(text))
	pieces := scanPieces(t, text)
	if len(pieces) != len(whole) {
		t.Fatalf("%d records at once, %d in pieces", len(whole), len(pieces))
	}
	for i := range whole {
		if whole[i].Offset != pieces[i].Offset || whole[i].Kind != pieces[i].Kind || !bytes.Equal(whole[i].Raw, pieces[i].Raw) {
			t.Fatalf("record %d: %q at once, %q in pieces", i, whole[i].Raw, pieces[i].Raw)
		}
	}
}

// fuzzLearning is fuzzScan for formats that are learnt: what lines ahead have taught may be missing in pieces.
func fuzzLearning(t *testing.T, text []byte) {
	t.Helper()
	for _, r := range scanAll(NewScanner(Options{}), bytes.Clone(text)) {
		checkInside(t, &r)
	}
	scanPieces(t, text)
}

// scanPieces reads text as a file that grows.
func scanPieces(t *testing.T, text []byte) []Record {
	t.Helper()
	s := NewScanner(Options{Reference: 1795241580e6})
	var pieces []Record
	recs := make([]Record, 3)
	random := rand.New(rand.NewPCG(1, uint64(len(text))))
	from, to := 0, 0
	for from < len(text) {
		to = min(len(text), to+1+random.IntN(1+len(text)/2))
		for {
			n, used := s.Scan(text[from:to], to == len(text), recs)
			for i := range recs[:n] {
				checkInside(t, &recs[i])
				pieces = append(pieces, keep(recs[i]))
			}
			from += used
			if used == 0 || from == to {
				break
			}
		}
	}
	if s.pos != int64(len(text)) {
		t.Fatalf("%d bytes of %d used", s.pos, len(text))
	}
	return pieces
}

// oneRecord reads text, which must hold exactly one record.
func oneRecord(t *testing.T, text string) Record {
	t.Helper()
	recs := scanText(text)
	if len(recs) != 1 {
		t.Fatalf("%q: %d records", text, len(recs))
	}
	return recs[0]
}

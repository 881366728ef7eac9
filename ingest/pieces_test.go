package ingest

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"os"
	"slices"
	"testing"
)

// A file read in pieces gives the records of the whole, with their lines and offsets.
func TestPiecesGiveTheSameRecords(t *testing.T) {
	data := errorLog(6000)
	path := write(t, t.TempDir(), "error.log", data)
	f := func(size int64, least int) {
		t.Helper()
		in, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		m := newMemory()
		r := &run{ctx: context.Background(), opts: Options{Matcher: matcher}, sink: m, slots: make(chan struct{}, 3)}
		r.start(func() {
			r.pieces(stream{name: "error.log", file: in, size: int64(len(data)), mtime: written}, Position{}, size)
		})
		r.jobs.Wait()
		var starts []int64
		for _, feed := range m.feeds {
			starts = append(starts, feed.piece.Start.Offset)
		}
		slices.Sort(starts)
		if len(starts) < least {
			t.Fatalf("%d pieces, want at least %d", len(starts), least)
		}
		var got []string
		for _, start := range starts {
			for _, feed := range m.feeds {
				if feed.piece.Start.Offset == start {
					got = append(got, feed.records...)
				}
			}
		}
		if want := scanWhole(data); !slices.Equal(got, want) {
			t.Errorf("pieces of %d: %d records differ from %d", size, len(got), len(want))
		}
		if r.summary.Sources != 1 || r.summary.Lines != m.last().Line || r.summary.Bytes != int64(len(data)) {
			t.Errorf("summary %+v", r.summary)
		}
	}
	f(int64(len(data)), 1)
	f(200_000, 4)
	f(10_000, 20)
}

// Where the sink can do without, the lines before a piece are not counted.
func TestPieceLines(t *testing.T) {
	data := errorLog(3000)
	in, err := os.Open(write(t, t.TempDir(), "error.log", data))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	const apart = 1 << 30
	m := newMemory()
	r := &run{ctx: context.Background(), opts: Options{Matcher: matcher, PieceLines: apart}, sink: m, slots: make(chan struct{}, 2)}
	r.start(func() {
		r.pieces(stream{name: "error.log", file: in, size: int64(len(data)), mtime: written}, Position{}, 20_000)
	})
	r.jobs.Wait()
	feeds := slices.SortedFunc(maps.Values(m.feeds), func(a, b *memoryFeed) int { return cmp.Compare(a.piece.Start.Offset, b.piece.Start.Offset) })
	var lines int64
	for n, f := range feeds {
		if f.piece.Start.Line != int64(n)*apart {
			t.Errorf("piece %d begins with line %d", n, f.piece.Start.Line)
		}
		lines += f.end.Line - f.piece.Start.Line
	}
	if want := int64(bytes.Count(data, newline)); len(feeds) < 5 || lines != want || r.summary.Lines != want {
		t.Errorf("%d pieces with %d lines, %d in the summary, want %d", len(feeds), lines, r.summary.Lines, want)
	}
}

func (m *memory) last() (end Position) {
	for _, f := range m.feeds {
		if f.end.Offset > end.Offset {
			end = f.end
		}
	}
	return end
}

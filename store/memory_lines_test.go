package store

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"culprit/parser"
)

// TestPieceLines reads three pieces of a source at once, whose lines nobody has counted before.
func TestPieceLines(t *testing.T) {
	m := NewMemory()
	const pieces, perPiece = 3, 4
	var open []*Appender
	for n := range int64(pieces) {
		a, err := m.Open("error.log", Position{Offset: n * 1000, Line: n * m.PieceLines()})
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, a)
	}
	for _, n := range []int64{2, 0, 1} {
		var records []parser.Record
		for i := range int64(perPiece) {
			var r parser.Record
			r.Reset()
			r.Kind, r.Severity, r.Time, r.Lines = parser.Message, parser.Error, noon+(n*perPiece+i)*second, 1
			if i == 1 {
				r.Kind = parser.Unparsed
			}
			r.Offset, r.Line, r.Raw = n*1000+i*10, n*m.PieceLines()+i+1, fmt.Appendf(nil, "line %d", n*perPiece+i+1)
			r.Message = r.Raw
			records = append(records, r)
		}
		end := Position{Offset: n*1000 + perPiece*10, Line: n*m.PieceLines() + perPiece}
		if err := open[n].Append(records, noNote, end); err != nil {
			t.Fatal(err)
		}
		if err := open[n].Close(end, nil); err != nil {
			t.Fatal(err)
		}
	}
	events, err := m.Sample(context.Background(), Query{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []int64
	for _, e := range events {
		if want := fmt.Sprintf("line %d", e.Line); e.Message != want {
			t.Errorf("%q is told to be %s", e.Message, want)
		}
		lines = append(lines, e.Line)
	}
	if want := []int64{1, 3, 4, 5, 7, 8, 9, 11, 12}; !slices.Equal(lines, want) {
		t.Errorf("events of lines %v, want %v", lines, want)
	}
	sources, err := m.Sources(context.Background())
	if err != nil || len(sources) != 1 {
		t.Fatal(sources, err)
	}
	if want := []UnparsedLine{{2, "line 2"}, {6, "line 6"}, {10, "line 10"}}; !slices.Equal(sources[0].UnparsedSample, want) || sources[0].Lines != pieces*perPiece {
		t.Errorf("%d lines, not understood: %v, want %v", sources[0].Lines, sources[0].UnparsedSample, want)
	}
}

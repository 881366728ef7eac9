package store

import (
	"fmt"
	"testing"

	"culprit/parser"
)

// TestManySources reads a thousand small logs one after the other: none of what they were read with is kept.
func TestManySources(t *testing.T) {
	m := NewMemory()
	for n := range 1000 {
		a, err := m.Open(fmt.Sprintf("site-%d.log", n), Position{})
		if err != nil {
			t.Fatal(err)
		}
		var records []parser.Record
		for i := range 40 {
			records = append(records, request(noon+int64(i)*second, 502, 1000, "/cart"))
		}
		end := place(records)
		if err := a.Append(records, noNote, end); err != nil {
			t.Fatal(err)
		}
		if err := a.Close(end, nil); err != nil {
			t.Fatal(err)
		}
		if len(m.open) > 1 || len(m.idle) > maxIdle || m.rows > maxReservoir || m.rows+len(m.unused.free) > 2*maxReservoir {
			t.Fatalf("after %d logs: %d are open, %d idle, %d rows of events, %d to spare", n+1, len(m.open), len(m.idle), m.rows, len(m.unused.free))
		}
	}
}

package store

import (
	"testing"

	"culprit/parser"
)

// TestJoinedCellsAreNoBurst holds a month of even traffic, of which only slots of minutes and hours could be kept, against its rate.
func TestJoinedCellsAreNoBurst(t *testing.T) {
	const noon = 1_795_262_400 * second
	m := NewMemory()
	m.maxSize = 60_000
	a, err := m.Open("access.log", Position{})
	if err != nil {
		t.Fatal(err)
	}
	const seconds, every = 30 * 24 * 3600, 20 * second
	var written int64
	for from := int64(0); from < seconds*second; from += 400 * every {
		var records []parser.Record
		for at := from; at < min(from+400*every, seconds*second); at += every {
			records = append(records, request(noon+at, 200, 50_000, "/a"))
			written++
		}
		if err := a.Append(records, noNote, place(records)); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, table := range []Table{Requests, Endpoints, Clients} {
		all, most, whole := int64(0), int64(0), int64(0)
		last := int64(firstMoment)
		q := Query{Table: table, Bucket: 60 * second}
		if err := m.Series(t.Context(), q, func(p Point) error {
			if p.Bucket <= last {
				t.Fatalf("table %d: the bucket %d after %d", table, p.Bucket, last)
			}
			last = p.Bucket
			all, most = all+p.Count, max(most, p.Count)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if all != written {
			t.Errorf("table %d: %d counted, %d written", table, all, written)
		}
		if most > 12 {
			t.Errorf("table %d: %d in one minute, where 3 came in each", table, most)
		}
		// By the slot, it is the same.
		bySlot, inSlot := int64(0), int64(0)
		q = Query{Table: table, Bucket: cellKind(table).width()}
		if err := m.Series(t.Context(), q, func(p Point) error {
			bySlot, inSlot = bySlot+p.Count, max(inSlot, p.Count)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if bySlot != written || inSlot > 3 {
			t.Errorf("table %d: %d counted by the slot, %d in one, %d written", table, bySlot, inSlot, written)
		}
		// Two days in the middle, from the middle of a slot: their share.
		q = Query{Table: table, From: noon + 10*24*3600*second + 1234*second, To: noon + 12*24*3600*second + 1234*second}
		if err := m.Series(t.Context(), q, func(p Point) error { whole += p.Count; return nil }); err != nil {
			t.Fatal(err)
		}
		if want := int64(2 * 24 * 180); whole < want*99/100 || whole > want*101/100 {
			t.Errorf("table %d: %d in two days, want about %d", table, whole, want)
		}
	}
}

// TestInRow holds the slots of a few against a share dealt out to all slots.
func TestInRow(t *testing.T) {
	for slots := int64(1); slots <= 70; slots++ {
		for count := range slots + 1 {
			for from := range slots {
				all, r := shareOf(count, slots, from), inRow(count, slots, from)
				for slot := from; slot < slots; slot++ {
					if all.next(slot, slot+1) == 0 {
						continue
					}
					if r.nth > count || r.slot != slot {
						t.Fatalf("%d from slot %d of %d: slot %d, want %d", count, from, slots, r.slot, slot)
					}
					r.step()
				}
				if r.nth <= count {
					t.Fatalf("%d from slot %d of %d: one more in slot %d", count, from, slots, r.slot)
				}
			}
		}
	}
}

package parser

import (
	"fmt"
	"testing"
	"time"
)

// reads returns a check of one reader: what it makes of a text, as the moment, its resolution and the rest.
func reads(t *testing.T, read func(b []byte) (moment, []byte, bool)) func(in, want string) {
	return func(in, want string) {
		t.Helper()
		m, rest, ok := read([]byte(in))
		got := "no"
		if ok {
			got = time.UnixMicro(m.micros).UTC().Format("2006-01-02 15:04:05.999999")
			if m.zoned {
				got += "Z"
			}
			got += fmt.Sprintf(" /%d|%s", m.resolution, rest)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestClockSlashed(t *testing.T) {
	var c clockCache
	f := reads(t, c.slashed)
	f("2026/11/21 06:13:00 [error]", "2026-11-21 06:13:00 /1000000| [error]")
	f("2026/11/21 23:59:60", "2026-11-22 00:00:00 /1000000|")
	f("2024/02/29 00:00:01", "2024-02-29 00:00:01 /1000000|")
	f("2026/02/29 00:00:01", "no")
	f("2026/00/21 06:13:00", "no")
	f("2026/11/00 06:13:00", "no")
	f("2026/11/21 24:00:00", "no")
	f("2026/11/21 06:60:00", "no")
	f("2026/11/21 06:13:61", "no")
	f("2026/11/21 06-13-00", "no")
	f("2026/11/2x 06:13:00", "no")
	f("2026/11/21 06:1a:00", "no")
	f("2026/11/21 06:13:0", "no")
	f("2026-11-21 06:13:00", "no")
	f("", "no")
}

func TestClockISO(t *testing.T) {
	var c clockCache
	f := reads(t, c.iso)
	f("2026-11-21T06:13:00Z x", "2026-11-21 06:13:00Z /1000000| x")
	f("2026-11-21 06:13:00,123 INFO", "2026-11-21 06:13:00.123 /1000| INFO")
	f("2026-11-21T06:13:00.123456789+01:00", "2026-11-21 05:13:00.123456Z /1|")
	f("2026-11-21T06:13:00.5-0530]", "2026-11-21 11:43:00.5Z /100000|]")
	f("2026-11-21t06:13:00z", "2026-11-21 06:13:00Z /1000000|")
	f("2026-11-21 06:13:00 +0200", "2026-11-21 04:13:00Z /1000000|")
	f("2026-11-21 06:13:00 UTC", "2026-11-21 06:13:00Z /1000000|")
	f("2026-11-21T06:13:00+02", "2026-11-21 04:13:00Z /1000000|")
	f("2026-11-21  6:13:00 0 [Note]", "2026-11-21 06:13:00 /1000000| 0 [Note]")
	f("2026-11-21T06:13:00. x", "2026-11-21 06:13:00 /1000000|. x")
	f("2026-11-21T06:13:00 -x", "2026-11-21 06:13:00 /1000000| -x")
	f("2026-11-21T06:13", "no")
	f("2026-13-21T06:13:00", "no")
}

func TestClockCLF(t *testing.T) {
	var c clockCache
	f := reads(t, c.clf)
	f("21/Nov/2026:06:13:00 +0100] x", "2026-11-21 05:13:00Z /1000000|] x")
	f("21/Nov/2026:06:13:00.123] fe", "2026-11-21 06:13:00.123 /1000|] fe")
	f(" 1/Nov/2026:06:13:00 -1100", "2026-11-01 17:13:00Z /1000000|")
	f("21/Nov/2026:06:13:00", "2026-11-21 06:13:00 /1000000|")
	f("21/Nov/2026:06:13:00 +9900", "2026-11-21 06:13:00 /1000000| +9900")
	f("21/nov/2026:06:13:00", "no")
	f("31/Nov/2026:06:13:00", "no")
	f("21/Nov/2026 06:13:00", "no")
}

func TestClockPHP(t *testing.T) {
	var c clockCache
	f := reads(t, c.php)
	f("21-Nov-2026 06:13:00] x", "2026-11-21 06:13:00 /1000000|] x")
	f("21-Nov-2026 06:13:00.123456] x", "2026-11-21 06:13:00.123456 /1|] x")
	f("21-Nov-2026 06:13:00 UTC] x", "2026-11-21 06:13:00Z /1000000|] x")
	f("21-Nov-2026 06:13:00 Nowhere/Land] x", "2026-11-21 06:13:00 /1000000|] x")
	f("21-Nov-2026 06:13:00 ../../etc/passwd] x", "2026-11-21 06:13:00 /1000000| ../../etc/passwd] x")
	f("21-Nov-2026 06:13:00 +0100] x", "2026-11-21 05:13:00Z /1000000|] x")
	for i := range 50 {
		c.php([]byte(fmt.Sprintf("21-Nov-2026 06:13:00 Zone%d]", i)))
	}
	f("21-Nov-2026 06:13:00 UTC] x", "2026-11-21 06:13:00Z /1000000|] x")
}

func TestClockCTime(t *testing.T) {
	var c clockCache
	f := reads(t, c.ctime)
	f("Sat Nov 21 07:17:24.212566 2026] [", "2026-11-21 07:17:24.212566 /1|] [")
	f("Sun Nov  1 07:17:24 2026]", "2026-11-01 07:17:24 /1000000|]")
	f("Sun Nov  1 07:17:25 2025]", "2025-11-01 07:17:25 /1000000|]")
	f("Sat Nov 21 07:17:24 202x]", "no")
	f("Sat Nov 21 07:17:24", "no")
}

// The year of a stamp without one comes from the reference.
func TestClockBSD(t *testing.T) {
	f := func(reference, in, want string) {
		t.Helper()
		at, err := time.Parse("2006-01-02 15:04", reference)
		if err != nil {
			t.Fatal(err)
		}
		c := clockCache{reference: at.UnixMicro()}
		reads(t, c.bsd)(in, want)
	}
	f("2026-11-22 12:00", "Nov 21 06:13:00 web1", "2026-11-21 06:13:00 /1000000| web1")
	f("2026-11-22 12:00", "Nov  1 06:13:00", "2026-11-01 06:13:00 /1000000|")
	f("2026-11-22 12:00", "Nov 01 06:13:00", "2026-11-01 06:13:00 /1000000|")
	f("2026-11-22 12:00", "Nov 23 06:13:00", "2026-11-23 06:13:00 /1000000|")
	f("2026-11-22 12:00", "Nov 25 06:13:00", "2025-11-25 06:13:00 /1000000|")
	f("2026-11-22 12:00", "Dec 31 23:59:59", "2025-12-31 23:59:59 /1000000|")
	f("2026-12-31 23:00", "Jan  1 00:30:00", "2027-01-01 00:30:00 /1000000|")
	f("2027-01-01 00:30", "Dec 31 23:59:59", "2026-12-31 23:59:59 /1000000|")
	f("2026-11-22 12:00", "Feb 29 00:00:00", "2024-02-29 00:00:00 /1000000|")
	f("2026-11-22 12:00", "Feb 30 00:00:00", "no")
	f("2026-11-22 12:00", "Foo 21 00:00:00", "no")
	f("2026-11-22 12:00", "Nov 21 6:13:00 x", "no")
}

// A source that is followed over the new year goes on in it.
func TestClockFollowsYear(t *testing.T) {
	c := clockCache{reference: time.Date(2026, 12, 30, 0, 0, 0, 0, time.UTC).UnixMicro()}
	f := reads(t, c.bsd)
	f("Dec 30 12:00:00", "2026-12-30 12:00:00 /1000000|")
	f("Dec 31 12:00:00", "2026-12-31 12:00:00 /1000000|")
	f("Jan  1 08:00:00", "2027-01-01 08:00:00 /1000000|")
	f("Jan  2 08:00:00", "2027-01-02 08:00:00 /1000000|")
}

// Without reference the year comes from other stamps of the source, and is 1970 before there are any.
func TestClockWithoutReference(t *testing.T) {
	var c clockCache
	f := reads(t, c.bsd)
	f("Nov 21 06:13:00", "1970-11-21 06:13:00 /1000000|")
	c.iso([]byte("2026-11-21T06:13:00Z"))
	f("Nov 21 06:13:00", "2026-11-21 06:13:00 /1000000|")
	f("Dec 24 06:13:00", "2025-12-24 06:13:00 /1000000|")
}

func TestClockOrdinal(t *testing.T) {
	c := clockCache{reference: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).UnixMicro()}
	f := reads(t, c.ordinal)
	f("324/061300 (12)", "2026-11-21 06:13:00 /1000000| (12)")
	f("364/061300", "2025-12-31 06:13:00 /1000000|")
	f("399/061300", "no")
	f("324/246000", "no")
}

func TestClockEpoch(t *testing.T) {
	var c clockCache
	f := reads(t, c.epoch)
	f("1795241580", "2026-11-21 06:13:00Z /1000000|")
	f("1795241580.123 x", "2026-11-21 06:13:00.123Z /1000| x")
	f("1795241580123", "2026-11-21 06:13:00.123Z /1000|")
	f("1795241580123456", "2026-11-21 06:13:00.123456Z /1|")
	f("1795241580123456789", "2026-11-21 06:13:00.123456Z /1|")
	f("179524158", "no")
	f("17952415801", "no")
	f("0795241580", "no")
	f("99999999999999999999", "no")
}

func TestClockAllocs(t *testing.T) {
	var c clockCache
	c.reference = 1795241580e6
	line := []byte("21-Nov-2026 06:13:00 UTC]")
	n := testing.AllocsPerRun(100, func() {
		c.slashed([]byte("2026/11/21 06:13:00"))
		c.clf([]byte("21/Nov/2026:06:13:00 +0100"))
		c.iso([]byte("2026-11-21T06:13:00.123Z"))
		c.ctime([]byte("Sat Nov 21 07:17:24.212566 2026"))
		c.bsd([]byte("Nov 21 06:13:00"))
		c.bsd([]byte("Nov 22 06:13:00"))
		c.epoch([]byte("1795241580.123"))
		c.php(line)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzClock(f *testing.F) {
	f.Add([]byte("2026/11/21 06:13:00"))
	f.Add([]byte("21/Nov/2026:06:13:00 +0100"))
	f.Add([]byte("Sat Nov 21 07:17:24.212566 2026"))
	f.Add([]byte("21-Nov-2026 06:13:00 Europe/Berlin]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := clockCache{reference: 1795241580e6}
		for _, read := range []func([]byte) (moment, []byte, bool){c.slashed, c.iso, c.clf, c.php, c.ctime, c.bsd, c.ordinal, c.epoch} {
			m, rest, ok := read(b)
			if len(rest) > len(b) || ok && len(rest) == len(b) || ok && m.resolution < 1 {
				t.Fatalf("%q: %+v, %q, %v", b, m, rest, ok)
			}
			// A second reading, from memory, says the same.
			if again, _, okAgain := read(b); okAgain != ok || ok && again != m {
				t.Fatalf("%q: first %+v %v, then %+v %v", b, m, ok, again, okAgain)
			}
		}
	})
}

func BenchmarkClock(b *testing.B) {
	var c clockCache
	line := []byte("21/Nov/2026:06:13:00 +0100] ")
	for b.Loop() {
		c.clf(line)
	}
}

// TestNoStampIsRemembered gives a reader that has read nothing what an empty memory looks like.
func TestNoStampIsRemembered(t *testing.T) {
	var c clockCache
	if m, _, ok := c.clf(make([]byte, 26)); ok {
		t.Errorf("NUL bytes are the moment %v", m)
	}
	if m, _, ok := c.bsd(make([]byte, 26)); ok {
		t.Errorf("NUL bytes are the moment %v", m)
	}
}

package follow

import (
	"os"
	"strings"
	"testing"
	"time"
)

// A rotated file may be written to whenever its writer was not told of the rotation.
func TestRotatedFilesThatGrow(t *testing.T) {
	f := func(name string, play func(s *stage)) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			play(s)
			for range 3 {
				s.step(rescanEvery)
			}
			s.check()
		})
	}
	f("after hours", func(s *stage) {
		for range 3 {
			s.write("a.log", 5)
			s.step(time.Second)
			s.rename("a.log", "a.log.1")
			s.write("a.log", 1)
			s.step(time.Second)
			for range 4 {
				s.step(time.Hour)
				s.write("a.log.1", 3)
			}
			s.step(rescanEvery)
		}
	})
	f("rotated again", func(s *stage) {
		s.write("a.log", 5)
		s.step(time.Second)
		s.rename("a.log", "a.log.1")
		s.write("a.log", 1)
		s.step(time.Hour)
		s.rename("a.log.1", "a.log.2")
		s.write("a.log.2", 3)
	})
	f("right before the first start", func(s *stage) {
		s.write("a.log", 5)
		s.rename("a.log", "a.log.1")
		s.append("a.log", nil)
		s.step(time.Second)
		s.write("a.log.1", 5)
		s.step(time.Second)
		s.write("a.log", 5)
	})
	f("over a restart", func(s *stage) {
		s.write("a.log", 5)
		s.step(time.Second)
		s.rename("a.log", "a.log.1")
		s.write("a.log", 5)
		s.step(time.Second)
		s.stop()
		long := s.now.Add(-time.Hour)
		if err := os.Chtimes(s.path("a.log.1"), long, long); err != nil {
			t.Fatal(err)
		}
		s.begin()
		s.step(time.Second)
		s.write("a.log.1", 5)
	})
}

// What was rotated long before the first start is history: only what is added to it counts.
func TestOldFilesAreLeftAlone(t *testing.T) {
	s := newStage(t)
	s.write("a.log", 7)
	s.rename("a.log", "a.log.1")
	long := s.now.Add(-time.Hour)
	if err := os.Chtimes(s.path("a.log.1"), long, long); err != nil {
		t.Fatal(err)
	}
	s.write("a.log", 3)
	s.step(time.Second)
	s.write("a.log.1", 2)
	s.step(rescanEvery)
	s.step(rescanEvery)
	if lost, twice, torn := s.ledger.verify(t, s.lines); lost != 7 || twice+torn > 0 {
		t.Errorf("%d lines lost of the 7 that were history, %d twice, %d torn", lost, twice, torn)
	}
}

// Lines of one second can be alike: a file that begins like the one before it is no copy of it.
func TestFilesThatBeginAlike(t *testing.T) {
	f := func(name string, play func(s *stage)) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			play(s)
			s.step(time.Second)
			s.step(time.Second)
			s.check()
		})
	}
	alike := func(s *stage, name string) {
		t.Helper()
		s.append(name, []byte(strings.Repeat("2026/11/21 06:12:40 [error] 7#7: *0 0 \n", 2*headSize/38)))
	}
	f("first start", func(s *stage) {
		alike(s, "a.log")
		s.write("a.log", 5)
		s.rename("a.log", "a.log.1")
		alike(s, "a.log")
		s.write("a.log", 5)
	})
	f("between two looks", func(s *stage) {
		alike(s, "a.log")
		s.write("a.log", 5)
		s.step(time.Second)
		s.rename("a.log", "a.log.2")
		alike(s, "a.log")
		s.write("a.log", 5)
		s.rename("a.log", "a.log.1")
		alike(s, "a.log")
		s.write("a.log", 5)
	})
	f("copytruncate", func(s *stage) {
		for _, to := range []string{"a.log.3", "a.log.2", "a.log.1"} {
			alike(s, "a.log")
			s.write("a.log", 5)
			s.step(time.Second)
			s.write("a.log", 2)
			copyTruncate(s, to)
			alike(s, "a.log")
			s.write("a.log", 9)
		}
	})
	f("over a restart", func(s *stage) {
		alike(s, "a.log")
		s.write("a.log", 5)
		s.step(time.Second)
		s.stop()
		s.rename("a.log", "a.log.1")
		alike(s, "a.log")
		s.write("a.log", 5)
		s.begin()
	})
}

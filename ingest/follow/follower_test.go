package follow

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

func TestRotations(t *testing.T) {
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
	f("plain", func(s *stage) { s.write("a.log", 100) })
	f("awaited", func(s *stage) {
		s.step(0)
		s.write("a.log", 3)
		s.step(time.Second)
		s.write("a.log", 3)
	})
	f("rename", func(s *stage) {
		for range 5 {
			s.write("a.log", 20)
			s.step(time.Second)
			s.write("a.log", 7)
			s.rename("a.log", "a.log.1")
			s.write("a.log", 5)
			s.step(time.Second)
		}
	})
	f("the old file is written on", func(s *stage) {
		s.write("a.log", 20)
		s.step(time.Second)
		s.rename("a.log", "a.log.1")
		s.write("a.log", 5)
		s.step(time.Second)
		s.write("a.log.1", 5)
		s.step(10 * time.Second)
		s.write("a.log.1", 5)
		s.step(10 * time.Second)
		s.write("a.log", 5)
		s.step(10 * time.Minute)
	})
	f("several between two looks", func(s *stage) {
		s.write("a.log", 20)
		s.step(time.Second)
		for i := range 4 {
			s.rename("a.log", "a.log."+string(rune('9'-i)))
			s.write("a.log", 5)
		}
	})
	f("copytruncate", func(s *stage) {
		for range 3 {
			s.write("a.log", 20)
			s.step(time.Second)
			s.write("a.log", 5)
			copyTruncate(s, "a.log.1")
			s.write("a.log", 30)
			s.step(time.Second)
		}
	})
	f("copytruncate, packed at once", func(s *stage) {
		s.write("a.log", 20)
		s.step(time.Second)
		s.write("a.log", 5)
		copyTruncate(s, "a.log.1")
		pack(s, "a.log.1")
		s.write("a.log", 30)
	})
	f("delete and create", func(s *stage) {
		for range 3 {
			s.write("a.log", 20)
			s.step(time.Second)
			s.write("a.log", 20)
			if err := os.Remove(s.path("a.log")); err != nil {
				t.Fatal(err)
			}
			s.write("a.log", 20)
			s.step(time.Second)
		}
	})
	f("symlink swap", func(s *stage) {
		for i := range 5 {
			target := "target-" + string(rune('0'+i))
			s.write(target, 10)
			if err := os.Symlink(s.path(target), s.path("new")); err != nil {
				t.Fatal(err)
			}
			s.rename("new", "a.log")
			s.step(time.Second)
			s.write(target, 10)
		}
	})
	f("no line end before rotation", func(s *stage) {
		s.write("a.log", 3)
		s.step(time.Second)
		s.lines++
		line := numbered(s.lines, 10)
		s.append("a.log", line[:len(line)-1])
		s.step(time.Second)
		s.rename("a.log", "a.log.1")
		s.write("a.log", 3)
		s.step(time.Second)
		s.step(2 * time.Minute)
	})
	f("pieces of lines", func(s *stage) {
		for range 20 {
			s.lines++
			line := numbered(s.lines, 300)
			for len(line) > 0 {
				n := min(37, len(line))
				s.append("a.log", line[:n])
				line = line[n:]
				s.step(time.Second)
			}
		}
	})
	f("long lines", func(s *stage) {
		for range 5 {
			s.lines++
			s.append("a.log", numbered(s.lines, 100<<10))
			s.step(time.Second)
		}
		s.lines++
		s.append("a.log", numbered(s.lines, 900<<10))
	})
}

func TestRestarts(t *testing.T) {
	f := func(name string, away func(s *stage)) {
		t.Helper()
		for _, killed := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				s := newStage(t)
				s.write("a.log", 40)
				s.step(time.Second)
				s.ledger.commit()
				s.write("a.log", 5)
				s.step(time.Second)
				if killed {
					s.kill()
				} else {
					s.stop()
				}
				s.write("a.log", 5)
				away(s)
				s.begin()
				s.step(time.Second)
				s.write("a.log", 5)
				s.step(time.Second)
				s.step(time.Second)
				s.check()
			})
		}
	}
	f("nothing", func(s *stage) {})
	f("rename", func(s *stage) { s.rename("a.log", "a.log.1"); s.write("a.log", 5) })
	f("rename, nothing new", func(s *stage) { s.rename("a.log", "a.log.1") })
	f("rename and pack", func(s *stage) { s.rename("a.log", "a.log.1"); pack(s, "a.log.1"); s.write("a.log", 5) })
	f("twice", func(s *stage) {
		s.rename("a.log", "a.log.1")
		s.write("a.log", 5)
		s.rename("a.log.1", "a.log.2")
		s.rename("a.log", "a.log.1")
		pack(s, "a.log.2")
		s.write("a.log", 5)
	})
	f("twice, all packed", func(s *stage) {
		s.rename("a.log", "a.log.1")
		s.write("a.log", 5)
		s.rename("a.log.1", "a.log.2")
		s.rename("a.log", "a.log.1")
		pack(s, "a.log.2")
		pack(s, "a.log.1")
		s.write("a.log", 5)
	})
	f("copytruncate", func(s *stage) { copyTruncate(s, "a.log.1"); s.write("a.log", 90) })
	f("copytruncate and pack", func(s *stage) { copyTruncate(s, "a.log-20261121"); pack(s, "a.log-20261121"); s.write("a.log", 90) })
}

// A record at the end of the data is handed on after a while; a part of a line is not.
func TestTheLastRecordIsHandedOn(t *testing.T) {
	s := newStage(t)
	s.write("a.log", 1)
	s.append("a.log", []byte(lineHead))
	s.step(0)
	s.step(recordIdle)
	s.check()
}

func TestLossIsTold(t *testing.T) {
	s := newStage(t)
	s.write("a.log", 10)
	s.step(time.Second)
	if err := os.Truncate(s.path("a.log"), 0); err != nil {
		t.Fatal(err)
	}
	s.write("a.log", 10)
	s.step(time.Second)
	s.step(time.Second)
	s.check()
	if got := s.f.Status(); got.Truncations != 1 || len(got.Notes) != 1 {
		t.Errorf("status %+v", got)
	}
}

// copyTruncate does what logrotate does with that option.
func copyTruncate(s *stage, to string) {
	s.t.Helper()
	data, err := os.ReadFile(s.path("a.log"))
	if err == nil {
		err = os.WriteFile(s.path(to), data, 0o600)
	}
	if err == nil {
		err = os.Truncate(s.path("a.log"), 0)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func pack(s *stage, name string) {
	s.t.Helper()
	data, err := os.ReadFile(s.path(name))
	if err != nil {
		s.t.Fatal(err)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err = w.Write(data); err == nil {
		err = w.Close()
	}
	if err == nil {
		err = os.WriteFile(s.path(name+".gz"), b.Bytes(), 0o600)
	}
	if err == nil {
		err = os.Remove(s.path(name))
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

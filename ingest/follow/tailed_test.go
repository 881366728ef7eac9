package follow

import (
	"testing"
	"time"
)

// hpcloud/tail is sent away from quiet files, also those that end in a part of a line, and is left alone when it has just been called.
func TestTailIsCalledWhenNeeded(t *testing.T) {
	s := newStage(t)
	s.f.opts.Plain = false
	s.write("a.log", 3)
	s.step(0)
	if procName(s.f.trails[0].gens[0].file) == "" {
		t.Skip("there is no /proc here, or a file system that hpcloud/tail is kept away from")
	}
	f := func(what string, want bool) {
		t.Helper()
		if got := s.f.trails[0].gens[0].tail != nil; got != want {
			t.Errorf("%s: reading by hpcloud/tail is %v", what, got)
		}
	}
	f("new lines", true)
	s.step(tailStall) // its lines are taken, or read in bulk if it is too slow
	s.step(2 * tailIdle)
	f("a quiet file", false)
	s.append("a.log", []byte(lineHead))
	s.step(time.Second)
	f("it grows", true)
	s.step(tailStall)
	s.step(2 * tailIdle)
	f("a part of a line", false)
	s.step(time.Second)
	f("still a part of a line", false)
	s.append("a.log", []byte("5 1 x\n"))
	s.step(time.Second)
	s.step(tailStall)
	s.step(tailStall)
	if k := s.ledger.total(); k != 4 {
		t.Errorf("%d lines were read, want 4", k)
	}
}

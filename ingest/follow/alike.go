package follow

import (
	"bytes"
	"io"
	"os"
	"slices"
)

// compared is how much of two files is compared at either end of what both hold, in bytes. Lines of one second can be so much alike
// that a file and the one before it begin with the same headSize bytes.
const compared = 32 << 10

// alike reports whether one of two files may be a copy of the other, as far as both go.
func alike(a, b *os.File) bool {
	infoA, errA := a.Stat()
	infoB, errB := b.Stat()
	if errA != nil || errB != nil {
		return true
	}
	both := min(infoA.Size(), infoB.Size())
	return sameAt(a, b, 0, min(both, compared)) && sameAt(a, b, max(0, both-compared), min(both, compared))
}

func sameAt(a, b io.ReaderAt, at, size int64) bool {
	inA, inB := make([]byte, size), make([]byte, size)
	nA, _ := a.ReadAt(inA, at) // what cannot be read is not compared
	nB, _ := b.ReadAt(inB, at)
	n := min(nA, nB)
	return bytes.Equal(inA[:n], inB[:n])
}

// copiedTo reports whether a sibling may hold what the generation holds. As long as that was not truncated, a copy is no longer than
// it: a file of which only the beginning of a line is there yet would otherwise seem to be what every other one is a copy of.
func (g *generation) copiedTo(s *sibling) bool {
	if g.head.size == 0 || !g.head.fits(s.beginning) {
		return false
	}
	if g.abandoned || s.packed {
		return true
	}
	size, ok, err := g.check()
	return err != nil || !ok || s.info.Size() <= size && alike(g.file, s.file)
}

// identify names a generation for the ledger. A file that was truncated and begins like before is told apart by the fingerprint of a
// little less of its beginning.
func (t *trail) identify(g *generation) Identity {
	is := Identity{Device: g.id.device, Inode: g.id.inode, Fingerprint: g.head.String()}
	used := func(c Checkpoint) bool { return c.File == is }
	_, beginning, err := readHead(g.file)
	for size := g.head.size - 1; err == nil && size > 0 && len(beginning) >= size; size-- {
		if !t.used[is] && !slices.ContainsFunc(t.f.known[t.name], used) {
			break
		}
		is.Fingerprint = headOf(beginning[:size]).String()
	}
	if t.used == nil {
		t.used = map[Identity]bool{}
	}
	t.used[is] = true
	return is
}

// lastOf is the fingerprint of the end of what was read.
func lastOf(read []byte) head { return headOf(read[max(0, len(read)-headSize):]) }

// endsAt reports whether a text has this fingerprint in front of an offset. One of size 0 fits any text.
func (h head) endsAt(in io.ReaderAt, offset int64) bool {
	if h.size == 0 {
		return true
	}
	end := make([]byte, h.size)
	n, err := in.ReadAt(end, offset-int64(h.size))
	return n == h.size && (err == nil || err == io.EOF) && headOf(end) == h
}

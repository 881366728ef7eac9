package parser

// scratch holds the texts that a Scanner had to rewrite, such as the unescaped inside of a JSON string. A piece once kept
// is not touched again until reset, so the records of one Scan call may all borrow from it.
type scratch struct {
	buf []byte
}

const (
	scratchChunk = 1 << 16
	scratchMost  = 1 << 22 // a larger chunk is not kept for the next call
)

// begin returns an empty slice with room for n bytes. It is valid until the next begin, unless it is kept.
func (s *scratch) begin(n int) []byte {
	if cap(s.buf)-len(s.buf) < n {
		// Records still point into the old chunk; it goes when they go.
		s.buf = make([]byte, 0, max(scratchChunk, n))
	}
	return s.buf[len(s.buf):len(s.buf):cap(s.buf)]
}

// keep makes text, which was appended to what begin returned within the room asked for, last until reset.
func (s *scratch) keep(text []byte) []byte {
	s.buf = s.buf[:len(s.buf)+len(text)]
	return text[:len(text):len(text)]
}

// reset gives up all pieces.
func (s *scratch) reset() {
	if cap(s.buf) > scratchMost {
		s.buf = nil
	}
	s.buf = s.buf[:0]
}

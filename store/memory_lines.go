package store

import "slices"

// pieceLines is the distance between the numbers that the first lines of two pieces of a source have.
const pieceLines = 1 << 40

// PieceLines allows the n-th piece of a source to be opened before its lines can be told, with n times as much for the number of lines
// before it: to know that number, somebody would have to count them first. Answers tell the lines of the whole source, as far as what
// comes before them was read.
func (m *Memory) PieceLines() int64 { return pieceLines }

// countLines takes note of the lines of a harvest.
func (s *memorySource) countLines(h *harvest) {
	n := int(h.begin.Line / pieceLines)
	for n >= len(s.pieces) {
		s.pieces = append(s.pieces, 0)
	}
	s.pieces[n] += h.news.lines
}

// lineOf returns the line of the source that a number stands for.
func (s *memorySource) lineOf(number int64) (line int64) {
	n := int(number / pieceLines)
	line = number % pieceLines
	for _, lines := range s.pieces[:min(n, len(s.pieces))] {
		line += lines
	}
	return line
}

// unparsed returns the first lines that nobody understood.
func (s *memorySource) unparsed() []UnparsedLine {
	sample := slices.Clone(s.UnparsedSample)
	for i := range sample {
		sample[i].Line = s.lineOf(sample[i].Line)
	}
	return sample
}

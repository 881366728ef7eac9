package parser

// Position is how far the Scanner has read its source: bytes and physical lines, those before Options.Offset included.
func (s *Scanner) Position() (offset, line int64) { return s.pos, s.line }

package ingest

import (
	"culprit/parser"
	"culprit/rules"
)

// Sink takes what was read. Feeds of one Sink may be used from several goroutines at once, one goroutine a Feed.
type Sink interface {
	// Open begins a source or a piece of one. It is called from several goroutines, in no particular order.
	Open(p Piece) (Feed, error)
}

// Piece names what a Feed will carry. A large file is read in several pieces at once: each is a Feed of its own, all with the same
// path, and they do not overlap. Everything else comes as one piece that starts at zero.
type Piece struct {
	// Path is as a user would name the source; a member of an archive is "archive.tar.gz!member".
	Path string
	// Start is where in the source the piece begins. Positions and the records' offsets and lines count from the start of the source; lines
	// of the n-th piece from n times PieceLines, where that is set.
	Start Position
}

// Feed takes the records of one piece, in the order of the source.
type Feed interface {
	// Append takes one batch. It must not keep any slice of the records.
	Append(b *Batch) error
	// Close ends the piece. problem is nil, or why it could not be read to its end.
	Close(end Position, problem error) error
}

// Batch is a run of records of one source with what the matcher said of each. Its positions and its rows belong together:
// a sink that keeps them stores them in one transaction.
type Batch struct {
	Records    []parser.Record
	Signatures []rules.ID // parallel to Records; rules.None where no signature matched
	// End is the position behind the last record.
	End Position
}

// Position is how far a source has been read.
type Position struct {
	Offset int64 // bytes (of the decompressed stream)
	Line   int64 // lines
}

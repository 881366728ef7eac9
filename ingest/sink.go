package ingest

import (
	"culprit/parser"
	"culprit/rules"
)

// Sink takes what was read. Feeds of one Sink may be used from several goroutines at once, one goroutine a Feed.
type Sink interface {
	// Open begins a source. The path is as a user would name it; a member of an archive is "archive.tar.gz!member".
	Open(path string) (Feed, error)
}

// Feed takes the records of one source, in the order of the source.
type Feed interface {
	// Append takes one batch. It must not keep any slice of the records.
	Append(b *Batch) error
	// Close ends the source. problem is nil, or why it could not be read to its end.
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

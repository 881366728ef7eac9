package follow

import (
	"culprit/ingest"
	"culprit/parser"
	"culprit/rules"
)

// batchSize is how many records are handed on at once.
const batchSize = 256

// scratch is where records lie on their way to the ledger. One goroutine reads all files.
type scratch struct {
	records []parser.Record
	ids     []rules.ID
	out     ingest.Batch
}

func newScratch() scratch {
	return scratch{records: make([]parser.Record, batchSize), ids: make([]rules.ID, batchSize)}
}

// batch is the first n records with what the matcher says of them. It is valid until the next call.
func (s *scratch) batch(n int, matcher *rules.Matcher, end ingest.Position) *ingest.Batch {
	for i := range s.records[:n] {
		s.ids[i] = matcher.Match(&s.records[i])
	}
	s.out = ingest.Batch{Records: s.records[:n], Signatures: s.ids[:n], End: end}
	return &s.out
}

package store

import (
	"cmp"
	"slices"
)

// Span is a part of a source.
type Span struct {
	Begin, End Position
}

// JoinSpans returns spans in order, and those that touch or overlap as one. It works in the memory of its argument.
func JoinSpans(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.Begin.Offset, b.Begin.Offset) })
	n := 0
	for _, s := range spans {
		if n > 0 && s.Begin.Offset <= spans[n-1].End.Offset {
			if s.End.Offset > spans[n-1].End.Offset {
				spans[n-1].End = s.End
			}
			continue
		}
		spans[n] = s
		n++
	}
	return spans[:n]
}

package store

import (
	"cmp"
	"slices"

	"culprit/parser"
)

// sourceNews is what has been learned of a source as a whole since the last harvest. It adds up, also over the pieces of a source
// that are read at once.
type sourceNews struct {
	lines, parsed, unparsed, bytes int64
	daemons                        [parser.Timeline + 1]int64 // records
	formats                        [parser.SadfJSON + 1]int64
	zoned, unzoned                 int64 // records with a time, by whether it was absolute
	first, last                    int64 // of those
	resolution                     int64
	host                           string // of the record that stands first
	hostLine                       int64
	sample                         []UnparsedLine
	problem                        string
}

// unparsedKept is how many lines of each source that nobody understood are shown: the first ones.
const unparsedKept = 5

// record takes note of one record that was understood.
func (n *sourceNews) record(rec *parser.Record) {
	if int(rec.Daemon) < len(n.daemons) {
		n.daemons[rec.Daemon]++
	}
	if int(rec.Format) < len(n.formats) {
		n.formats[rec.Format]++
	}
	if n.host == "" && len(rec.Host) > 0 {
		n.host, n.hostLine = string(cut(rec.Host, textLimit)), rec.Line
	}
	if !timed(rec) {
		return
	}
	if n.zoned+n.unzoned == 0 {
		n.first, n.last = rec.Time, rec.Time
	}
	n.first, n.last = min(n.first, rec.Time), max(n.last, rec.Time)
	n.resolution = max(n.resolution, rec.Resolution)
	if rec.Zoned {
		n.zoned++
	} else {
		n.unzoned++
	}
}

// unknown takes note of a line nobody understood.
func (n *sourceNews) unknown(rec *parser.Record) {
	n.unparsed += int64(max(rec.Lines, 1))
	if len(n.sample) < unparsedKept {
		n.sample = append(n.sample, UnparsedLine{Line: rec.Line, Text: string(cut(rec.Raw, textLimit))})
	}
}

// sourceState is a source with the sums that its description follows from.
type sourceState struct {
	Source
	sums sourceNews
}

// learn adds news to the description.
func (s *sourceState) learn(n *sourceNews) {
	t := &s.sums
	if n.zoned+n.unzoned > 0 {
		if t.zoned+t.unzoned == 0 {
			t.first, t.last = n.first, n.last
		}
		t.first, t.last = min(t.first, n.first), max(t.last, n.last)
	}
	t.lines += n.lines
	t.parsed += n.parsed
	t.unparsed += n.unparsed
	t.bytes += n.bytes
	t.zoned += n.zoned
	t.unzoned += n.unzoned
	t.resolution = max(t.resolution, n.resolution)
	for i, count := range n.daemons {
		t.daemons[i] += count
	}
	for i, count := range n.formats {
		t.formats[i] += count
	}
	if n.host != "" && (t.host == "" || n.hostLine < t.hostLine) {
		t.host, t.hostLine = n.host, n.hostLine
	}
	t.problem = cmp.Or(t.problem, n.problem)
	if len(n.sample) > 0 {
		t.sample = slices.Concat(t.sample, n.sample)
		slices.SortFunc(t.sample, func(a, b UnparsedLine) int { return cmp.Compare(a.Line, b.Line) })
		t.sample = t.sample[:min(len(t.sample), unparsedKept)]
	}
	s.describe()
}

// describe writes the sums into the Source.
func (s *sourceState) describe() {
	t := &s.sums
	s.Lines, s.Parsed, s.Unparsed, s.Bytes = t.lines, t.parsed, t.unparsed, t.bytes
	s.First, s.Last, s.Resolution = t.first, t.last, t.resolution
	s.Zoned = t.zoned > 0 && t.unzoned == 0
	s.Daemon, s.Format = parser.Daemon(mostOf(t.daemons[:])), parser.Format(mostOf(t.formats[:]))
	s.Host, s.Problem, s.UnparsedSample = t.host, t.problem, t.sample
}

// mostOf returns the index of the greatest count; that of none (0) only where nothing else was counted.
func mostOf(counts []int64) int {
	most := 0
	for i, n := range counts[1:] {
		if n > 0 && (most == 0 || n > counts[most]) {
			most = i + 1
		}
	}
	return most
}

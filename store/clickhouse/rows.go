package clickhouse

import (
	"slices"

	"culprit/parser"
	"culprit/store"
)

// week is the time of one partition, µs.
const week = 7 * 24 * 3600 * 1_000_000

// weekOf numbers the partition of a time. Times before the epoch are of the first one.
func weekOf(time int64) int32 { return int32(max(time, 0) / week) }

// add puts the rows of a parcel into the block. Events are most of them, and have a way of their own.
func (b *block) add(source uint64, number int32, p *store.Parcel, labels *labelCache) {
	p.Each(func(r *store.Row) {
		b.uint8(colKind, uint8(r.Kind))
		b.int64(colSource, int64(source))
		b.int64(colAt, r.At)
		b.int32(colWeek, number)
		b.bool(colZoned, r.Zoned)
		switch r.Kind {
		case store.ChangeRow:
			b.change(r.Change)
		case store.SampleRow:
			b.sample(r.Sample)
		default:
			b.cell(r)
		}
		b.end()
	})
	b.events(source, number, p, labels)
}

func (b *block) cell(r *store.Row) {
	b.int64(colCount, r.Count)
	b.int64(colArrived, r.Arrived)
	b.int64(colBytes, r.Bytes)
	b.int64(colFirst, r.First)
	b.int64(colLast, r.Last)
	b.bytes(colBuckets, r.Buckets)
	b.counts(colCounts, r.Counts)
	e := &r.Event
	switch r.Kind {
	case store.RequestRow:
		b.text(colDaemon, e.Daemon.String())
		b.text(colFormat, e.Format.String())
		b.text(colVHost, e.VHost)
		b.text(colUpstream, e.Upstream)
		b.int32(colStatus, e.Status)
	case store.EndpointRow:
		b.text(colEndpoint, e.Endpoint)
		b.int32(colStatus, e.Status)
	case store.ClientRow:
		b.text(colClient, e.Client)
		b.text(colEndpoint, e.Endpoint)
		b.text(colAgent, e.UserAgent)
	case store.TallyRow:
		b.bool(colKept, r.Kept)
		b.labels(e)
	}
}

// labels are what events are counted by.
func (b *block) labels(e *store.Event) {
	b.bool(colRequest, e.Request)
	b.bool(colRedispatched, e.Redispatched)
	b.text(colDaemon, e.Daemon.String())
	b.text(colFormat, e.Format.String())
	b.text(colSeverity, e.Severity.String())
	b.int32(colStatus, e.Status)
	b.int32(colErrno, e.Errno)
	b.text(colSignature, e.Signature)
	b.text(colTemplate, e.Template)
	b.text(colCode, e.Code)
	b.text(colHost, e.Host)
	b.text(colProgram, e.Program)
	b.text(colVHost, e.VHost)
	b.text(colUpstream, e.Upstream)
	b.text(colScheme, e.UpstreamScheme)
	b.text(colUpstreamStatus, e.UpstreamStatus)
	b.text(colPool, e.Pool)
	b.text(colFrontend, e.Frontend)
	b.text(colBackend, e.Backend)
	b.text(colServer, e.Server)
	b.text(colTermination, e.Termination)
}

func (b *block) change(c *store.Change) {
	b.int64(colLine, c.Line)
	b.text(colChange, c.Kind)
	b.text(colService, c.Service)
	b.text(colVersion, c.Version)
	b.text(colSummary, c.Summary)
	b.text(colActor, c.Actor)
	b.text(colSignature, c.Signature)
	b.text(colVersionFrom, c.From)
	b.text(colHost, c.Scope.Host)
	b.text(colVHost, c.Scope.VHost)
	b.text(colUpstream, c.Scope.Upstream)
	b.text(colPath, c.Scope.Path)
	b.text(colRef, c.Ref)
	b.int64(colEarly, c.Early)
	b.int64(colLate, c.Late)
}

func (b *block) sample(s *store.Sample) {
	b.int64(colLine, s.Line)
	b.text(colHost, s.Host)
	b.text(colMetric, s.Metric)
	b.float64(colValue, s.Value)
	b.int64(colSpan, s.Span)
}

// mark adds the row that says which part of its source the block is of.
func (b *block) mark(s *sourceEntry, number int32, batch uint64, span store.Span, n *store.News) {
	b.int64(colSource, int64(s.key)) // the kind is 0
	b.int64(colAt, int64(s.key>>1))
	b.int32(colWeek, number)
	b.int64(colBatch, int64(batch))
	b.text(colPath, s.path)
	b.int64(colHead, s.head)
	b.int64(colDevice, int64(s.file.Device))
	b.int64(colInode, int64(s.file.Inode))
	b.text(colFingerprint, s.file.Fingerprint)
	b.int64(colOffset, span.Begin.Offset)
	b.int64(colLine, span.Begin.Line)
	b.int64(colEnd, span.End.Offset)
	b.int64(colEndLine, span.End.Line)
	b.int64(colLines, n.Lines)
	b.int64(colParsed, n.Parsed)
	b.int64(colUnparsed, n.Unparsed)
	b.int64(colBytes, n.Bytes)
	b.int64(colTimed, n.Zoned)
	b.int64(colUntimed, n.Unzoned)
	b.int64(colFirst, n.First)
	b.int64(colLast, n.Last)
	b.int64(colResolution, n.Resolution)
	b.text(colHost, n.Host)
	b.int64(colHostLine, n.HostLine)
	b.text(colProblem, n.Problem)
	b.tally(n)
	var lines []int64
	var texts []string
	for _, u := range n.UnparsedSample {
		lines, texts = append(lines, u.Line), append(texts, u.Text)
	}
	b.longs(colSampleLines, lines)
	b.texts(colSampleTexts, texts)
	b.end()
}

// What a tally is of: names last, while numbers of daemons may change.
const (
	daemonTally = "daemon "
	formatTally = "format "
)

func (b *block) tally(n *store.News) {
	counts := map[string]int64{}
	for d, count := range n.Daemons {
		counts[daemonTally+d.String()] += count
	}
	for f, count := range n.Formats {
		counts[formatTally+f.String()] += count
	}
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.Sort(names)
	numbers := make([]int64, len(names))
	for i, name := range names {
		numbers[i] = counts[name]
	}
	b.texts(colTallyNames, names)
	b.longs(colTallyCounts, numbers)
}

// countTally adds a tally to the news of a source.
func countTally(n *store.News, name string, count int64) {
	if len(name) <= len(daemonTally) {
		return
	}
	switch what, of := name[:len(daemonTally)], name[len(daemonTally):]; what {
	case daemonTally:
		if d, ok := parser.DaemonNamed(of); ok {
			n.Daemons[d] += count
		}
	case formatTally:
		if f, ok := parser.FormatNamed(of); ok {
			n.Formats[f] += count
		}
	}
}

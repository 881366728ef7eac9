package clickhouse

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"culprit/parser"
	"culprit/store"
)

// sourceEntry is what is known of one source. The cluster knows it by a key that every host computes alike, this process by an id.
type sourceEntry struct {
	key   uint64
	id    int32
	path  string
	file  store.File
	head  int64        // hash of its first record, 0 where unknown
	known []store.Span // that the cluster had when it was asked last
	gaps  bool         // known is not all: there are parts between that the cluster does not have
	own   []store.Span // that this process has sent, or that wait in its spool
	news  store.News

	shift          int64
	zone, zoneFrom string
	stamp          int64 // when the shift was set, ns; 0: never
}

// neverSent is the stamp of a shift that holds here alone, whatever the cluster says.
const neverSent = math.MaxInt64

// parts are those that are known of the source.
func (e *sourceEntry) parts() []store.Span { return store.JoinSpans(slices.Concat(e.known, e.own)) }

// source describes the entry.
func (e *sourceEntry) source() store.Source {
	s := e.news.Source(e.id, e.path)
	s.Shift, s.Zone, s.ZoneFrom = e.shift, e.zone, e.zoneFrom
	return s
}

// sourceKey names a source by where it was read, its path, the identity of its file, and its first record, as far as these are known.
func sourceKey(origin, path string, file store.File, head int64) uint64 {
	h := fnv.New64a()
	for _, text := range [...]string{origin, path, file.Fingerprint} {
		var size [8]byte
		binary.LittleEndian.PutUint64(size[:], uint64(len(text)))
		_, _ = h.Write(size[:]) // a hash takes anything
		_, _ = h.Write([]byte(text))
	}
	for _, n := range [...]uint64{file.Device, file.Inode, uint64(head)} {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], n)
		_, _ = h.Write(b[:])
	}
	// The bits of a sum that ends in small numbers are spread, as shards are chosen by the remainder.
	k := h.Sum64()
	k ^= k >> 33
	k *= 0xff51afd7ed558ccd
	return max(k^k>>33, 1)
}

// headOf returns the hash by which a file is known again.
func headOf(first []byte) int64 {
	h := fnv.New64a()
	_, _ = h.Write(first[:min(len(first), 1024)]) // a hash takes anything
	return int64(h.Sum64() | 1)
}

// registry holds the sources of a store, as of when they were last asked for, and those that this process began. Its owner guards it.
type registry struct {
	byKey map[uint64]*sourceEntry
	list  []*sourceEntry // by id, from 1
}

func newRegistry() registry { return registry{byKey: map[uint64]*sourceEntry{}} }

// enter adds a source that is not there yet.
func (r *registry) enter(e *sourceEntry) *sourceEntry {
	r.list = append(r.list, e)
	e.id = int32(len(r.list))
	r.byKey[e.key] = e
	return e
}

func (r *registry) byID(id int32) *sourceEntry {
	if id < 1 || int(id) > len(r.list) {
		return nil
	}
	return r.list[id-1]
}

// ofPath returns the source of a path that was begun last, or the one of that path and file. Where an origin is given, it is one of that
// origin: the same path on another host is another source, be the files ever so alike.
func (r *registry) ofPath(origin, path string, file store.File) (found *sourceEntry) {
	for _, e := range r.list {
		own := origin == "" || e.key == sourceKey(origin, path, file, 0) || e.key == sourceKey(origin, path, file, e.head)
		if own && e.path == path && (e.file == file || file == store.File{}) {
			found = e
		}
	}
	return found
}

// own adds a part that this process has sent, or that its spool holds, to what is known of its source.
func (r *registry) own(p *part) {
	e := r.byKey[p.Key]
	if e == nil {
		e = &sourceEntry{key: p.Key, path: p.Path, file: p.File}
		e.news.Daemons, e.news.Formats = emptyTallies()
		r.enter(e)
	}
	e.head = cmp.Or(e.head, p.Head)
	e.own = store.JoinSpans(append(e.own, p.Spans...))
}

// sources returns what is known, by path.
func (r *registry) sources() []store.Source {
	sources := make([]store.Source, 0, len(r.list))
	for _, e := range r.list {
		sources = append(sources, e.source())
	}
	slices.SortFunc(sources, func(a, b store.Source) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.ID, b.ID)) })
	return sources
}

// The questions that the registry is filled by. Those for one source are limited to it by a condition on the key.
const (
	sourceQuery = `SELECT source, any(path), max(head), any(device), any(inode), any(fingerprint), sum(lines), sum(parsed), sum(unparsed), sum(bytes),
		sum(timed), sum(untimed), minIf(first, timed + untimed > 0), maxIf(last, timed + untimed > 0), max(resolution),
		argMinIf(host, host_line, host != ''), minIf(host_line, host != ''), argMinIf(problem, byte_offset, problem != ''),
		min(byte_offset), argMin(line, byte_offset), max(end_offset), max(end_line), sum(end_offset - byte_offset)
		FROM record WHERE kind = 0 GROUP BY source`
	tallyQuery = `SELECT source, name, sum(n) FROM record ARRAY JOIN tally_names AS name, tally_counts AS n WHERE kind = 0 GROUP BY source, name`
	lineQuery  = `SELECT source, l, t FROM record ARRAY JOIN sample_lines AS l, sample_texts AS t WHERE kind = 0 ORDER BY source, l LIMIT 5 BY source`
	shiftQuery = `SELECT source, argMax(shift, stamp), argMax(zone, stamp), argMax(zone_from, stamp), max(stamp) FROM record WHERE kind = 100 GROUP BY source`
	spanQuery  = `SELECT byte_offset, line, end_offset, end_line FROM record WHERE kind = 0 AND at = %d AND source = %d ORDER BY byte_offset, end_offset`
)

// sources returns what the cluster knows of its sources, by key. They have no ids.
func (c *client) sources(ctx context.Context) (map[uint64]*sourceEntry, error) {
	fresh := map[uint64]*sourceEntry{}
	err := c.query(ctx, sourceQuery, func(row *rowReader) error {
		e := readSource(row)
		fresh[e.key] = e
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	entry := func(row *rowReader) *sourceEntry { return cmp.Or(fresh[row.uint64()], &sourceEntry{}) }
	err = c.query(ctx, tallyQuery, func(row *rowReader) error {
		e := entry(row)
		name, count := row.text(), row.int64()
		if e.key != 0 {
			countTally(&e.news, name, count)
		}
		return nil
	})
	if err == nil {
		err = c.query(ctx, lineQuery, func(row *rowReader) error {
			e := entry(row)
			e.news.UnparsedSample = append(e.news.UnparsedSample, store.UnparsedLine{Line: row.int64(), Text: row.text()})
			return nil
		})
	}
	if err == nil {
		err = c.query(ctx, shiftQuery, func(row *rowReader) error {
			e := entry(row)
			e.shift, e.zone, e.zoneFrom, e.stamp = row.int64(), row.text(), row.text(), row.int64()
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	return fresh, nil
}

// merge takes over what the cluster knows. Sources that were not known yet get ids by path.
func (r *registry) merge(fresh map[uint64]*sourceEntry) {
	var added []*sourceEntry
	for key, e := range fresh {
		if old := r.byKey[key]; old != nil {
			e.id, e.head, e.own = old.id, cmp.Or(e.head, old.head), old.own
			if old.stamp > e.stamp { // set while the cluster was asked
				e.shift, e.zone, e.zoneFrom, e.stamp = old.shift, old.zone, old.zoneFrom, old.stamp
			}
			*old = *e
		} else {
			added = append(added, e)
		}
	}
	slices.SortFunc(added, func(a, b *sourceEntry) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.key, b.key)) })
	for _, e := range added {
		r.enter(e)
	}
}

func readSource(row *rowReader) *sourceEntry {
	e := &sourceEntry{key: row.uint64(), path: row.text(), head: row.int64()}
	e.file = store.File{Device: row.uint64(), Inode: row.uint64(), Fingerprint: row.text()}
	n := &e.news
	n.Daemons, n.Formats = emptyTallies()
	n.Lines, n.Parsed, n.Unparsed, n.Bytes = row.int64(), row.int64(), row.int64(), row.int64()
	n.Zoned, n.Unzoned, n.First, n.Last, n.Resolution = row.int64(), row.int64(), row.int64(), row.int64(), row.int64()
	if n.Zoned+n.Unzoned == 0 {
		n.First, n.Last = 0, 0
	}
	n.Host, n.HostLine, n.Problem = row.text(), row.int64(), row.text()
	span := store.Span{Begin: store.Position{Offset: row.int64(), Line: row.int64()}, End: store.Position{Offset: row.int64(), Line: row.int64()}}
	e.known, e.gaps = []store.Span{span}, row.int64() != span.End.Offset-span.Begin.Offset
	return e
}

// spans returns the parts of a source that the cluster has.
func (c *client) spans(ctx context.Context, key uint64) (spans []store.Span, err error) {
	err = c.query(ctx, fmt.Sprintf(spanQuery, key>>1, key), func(row *rowReader) error {
		spans = append(spans, store.Span{
			Begin: store.Position{Offset: row.int64(), Line: row.int64()}, End: store.Position{Offset: row.int64(), Line: row.int64()},
		})
		return nil
	})
	return spans, err
}

func emptyTallies() (map[parser.Daemon]int64, map[parser.Format]int64) {
	return map[parser.Daemon]int64{}, map[parser.Format]int64{}
}

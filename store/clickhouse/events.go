package clickhouse

import (
	"encoding/binary"
	"slices"

	"culprit/store"
)

// Stored events are put into a block by column, a tile at a time: by row, finding the column would cost more than the value.

// classLabels are the labels of a class of events as they stand in a block.
type classLabels struct {
	known         bool
	has           uint32 // the texts that are not empty, by bit
	texts         [len(labelColumns)][]byte
	flags         [len(flagColumns)]uint8
	status, errno int32
	size          int // of the texts, bytes
}

// labelColumns are those of classLabels.texts, flagColumns those of flags.
var (
	labelColumns = [...]column{
		colDaemon, colFormat, colSeverity, colSignature, colTemplate, colCode, colHost, colProgram, colVHost, colUpstream, colScheme,
		colUpstreamStatus, colPool, colFrontend, colBackend, colServer, colTermination,
	}
	flagColumns = [...]column{colZoned, colRequest, colRedispatched}
)

// labelCache has the labels of the classes of one source.
type labelCache struct {
	generation int
	classes    []classLabels
	tile       store.EventTile
	of         [store.TileRows]*classLabels // the events of the tile
}

// look finds the labels of the events of the tile.
func (l *labelCache) look(p *store.Parcel) {
	for _, number := range l.tile.Class[:l.tile.N] {
		for int(number) >= len(l.classes) {
			l.classes = append(l.classes, make([]classLabels, 1+len(l.classes))...)
		}
		if c := &l.classes[number]; !c.known {
			c.set(p, number)
		}
	}
	for i, number := range l.tile.Class[:l.tile.N] {
		l.of[i] = &l.classes[number]
	}
}

func (c *classLabels) set(p *store.Parcel, number int32) {
	e, zoned := p.Class(number)
	c.known, c.status, c.errno = true, e.Status, e.Errno
	for i, v := range [len(flagColumns)]bool{zoned, e.Request, e.Redispatched} {
		if v {
			c.flags[i] = 1
		}
	}
	packed := make([]byte, 0, 256)
	for i, text := range [len(labelColumns)]string{
		e.Daemon.String(), e.Format.String(), e.Severity.String(), e.Signature, e.Template, e.Code, e.Host, e.Program, e.VHost, e.Upstream,
		e.UpstreamScheme, e.UpstreamStatus, e.Pool, e.Frontend, e.Backend, e.Server, e.Termination,
	} {
		begin := len(packed)
		packed = append(binary.AppendUvarint(packed, uint64(len(text))), text...)
		c.texts[i] = packed[begin:]
		c.size += len(text)
		if text != "" {
			c.has |= 1 << i
		}
	}
}

// events adds the stored events of a parcel.
func (b *block) events(source uint64, number int32, p *store.Parcel, l *labelCache) {
	if l.generation != p.Generation() {
		l.generation = p.Generation()
		clear(l.classes)
	}
	t := &l.tile
	p.EachTile(t, func() {
		l.look(p)
		b.repeat(colKind, []byte{byte(store.EventRow)}, t.N)
		b.repeat(colSource, binary.LittleEndian.AppendUint64(nil, source), t.N)
		b.repeat(colWeek, binary.LittleEndian.AppendUint32(nil, uint32(number)), t.N)
		b.repeat(colKept, []byte{1}, t.N)
		b.repeat(colCount, []byte{1, 0, 0, 0, 0, 0, 0, 0}, t.N)
		b.classes(l.of[:t.N])
		b.tile(t)
		b.rows += t.N
		b.size += 64 * t.N
	})
}

// tile adds what events have beside their labels.
func (b *block) tile(t *store.EventTile) {
	var sizes [store.TileRows]int64
	for i, v := range t.Bytes[:t.N] {
		sizes[i] = max(v, 0)
	}
	for _, c := range [...]struct {
		to     column
		values *[store.TileRows]int64
	}{
		{colAt, &t.Slot}, {colBytes, &sizes}, {colFirst, &t.Time}, {colLast, &t.Time}, {colPID, &t.PID}, {colLine, &t.Line}, {colOffset, &t.Offset},
		{colConn, &t.Conn}, {colSize, &t.Bytes}, {colDuration, &t.Duration}, {colQueue, &t.Queue}, {colConnect, &t.Connect},
		{colHeader, &t.Header}, {colResponse, &t.Response},
	} {
		b.int64s(c.to, c.values[:t.N])
	}
	for _, c := range [...]struct {
		to     column
		values *[store.TileRows]int32
	}{{colRetries, &t.Retries}, {colQueuedServer, &t.QueuedServer}, {colQueuedBackend, &t.QueuedBackend}, {colActive, &t.Active}} {
		b.int32s(c.to, c.values[:t.N])
	}
	for _, c := range [...]struct {
		to     column
		values *[store.TileRows]string
	}{
		{colMethod, &t.Method}, {colEndpoint, &t.Endpoint}, {colScript, &t.Script}, {colClient, &t.Client}, {colAgent, &t.UserAgent},
		{colPath, &t.Path}, {colMessage, &t.Message}, {colDetail, &t.Detail},
	} {
		b.strings(c.to, c.values[:t.N])
	}
	b.durations(t.Duration[:t.N])
}

// next returns a column with room for some more bytes, for the values of n rows from the current one on.
func (b *block) next(c column, n, size int) *cells {
	k := &b.columns[c]
	if k.rows < b.rows {
		k.pad(b.rows)
	}
	k.rows += n
	k.data = slices.Grow(k.data, size)
	return k
}

// repeat adds n times the same value.
func (b *block) repeat(c column, value []byte, n int) {
	k := b.next(c, n, n*len(value))
	for range n {
		k.data = append(k.data, value...)
	}
}

// int64s adds values, nothing where all are 0.
func (b *block) int64s(c column, values []int64) {
	var any int64
	for _, v := range values {
		any |= v
	}
	if any == 0 {
		return
	}
	k := b.next(c, len(values), 8*len(values))
	at := len(k.data)
	k.data = k.data[:at+8*len(values)]
	for i, v := range values {
		binary.LittleEndian.PutUint64(k.data[at+8*i:], uint64(v))
	}
}

func (b *block) int32s(c column, values []int32) {
	var any int32
	for _, v := range values {
		any |= v
	}
	if any == 0 {
		return
	}
	k := b.next(c, len(values), 4*len(values))
	for _, v := range values {
		k.data = binary.LittleEndian.AppendUint32(k.data, uint32(v))
	}
}

func (b *block) strings(c column, values []string) {
	size := 0
	for _, s := range values {
		size += len(s)
	}
	if size == 0 {
		return
	}
	b.size += size
	k := b.next(c, len(values), size+len(values)*binary.MaxVarintLen32)
	for _, s := range values {
		k.data = append(binary.AppendUvarint(k.data, uint64(len(s))), s...)
	}
}

// durations adds the histograms of events, each of one duration at most.
func (b *block) durations(values []int64) {
	known := 0
	for _, v := range values {
		if v >= 0 {
			known++
		}
	}
	if known == 0 {
		return
	}
	buckets, counts := b.next(colBuckets, len(values), known), b.next(colCounts, len(values), 4*known)
	for _, v := range values {
		if v >= 0 {
			buckets.data = append(buckets.data, uint8(store.HistogramBucket(v)))
			counts.data = append(counts.data, 1, 0, 0, 0)
			buckets.n++
			counts.n++
		}
		buckets.ends = binary.LittleEndian.AppendUint64(buckets.ends, buckets.n)
		counts.ends = binary.LittleEndian.AppendUint64(counts.ends, counts.n)
	}
}

// classes adds the labels of events.
func (b *block) classes(of []*classLabels) {
	var status, errno [store.TileRows]int32
	has := uint32(0)
	for i, c := range of {
		status[i], errno[i] = c.status, c.errno
		has |= c.has
		b.size += c.size
	}
	b.int32s(colStatus, status[:len(of)])
	b.int32s(colErrno, errno[:len(of)])
	for j, to := range flagColumns {
		b.flags(to, j, of)
	}
	for j, to := range labelColumns {
		if has>>j&1 == 0 {
			continue
		}
		k := b.next(to, len(of), 0)
		data := k.data
		for _, c := range of {
			data = append(data, c.texts[j]...)
		}
		k.data = data
	}
}

func (b *block) flags(to column, j int, of []*classLabels) {
	var any uint8
	for _, c := range of {
		any |= c.flags[j]
	}
	if any == 0 {
		return
	}
	k := b.next(to, len(of), len(of))
	for _, c := range of {
		k.data = append(k.data, c.flags[j])
	}
}

package clickhouse

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"culprit/store"
)

// A block is sent when it has so many rows or, about, bytes.
const (
	blockRows = 64 << 10
	blockSize = 16 << 20
)

// full reports whether the block is to be sent.
func (b *block) full() bool { return b.rows >= blockRows || b.size >= blockSize }

// batch gathers the rows of one Appender until they make a block worth sending.
type batch struct {
	store *Store

	mu     sync.Mutex // guards what follows
	block  block
	labels labelCache
	entry  *sourceEntry
	id     uint64
	week   int32
	spans  []store.Span
	since  time.Time
}

// sealed is a block on its way. Its content is fixed.
type sealed struct {
	id, key   uint64
	insert    string
	body      []byte
	gzip      bool
	uncertain bool   // it may have been sent before
	attempts  int    // to send it, of this process
	file      string // in the spool
	part      part
	packing   *packing // that body is of; nil where it was read from the spool
	spares    *spares  // that packing comes from
	busy      bool     // more such blocks are to be expected
}

// part says what of a source a block is of.
type part struct {
	Key   uint64
	Path  string
	File  store.File
	Head  int64
	Spans []store.Span
	Noted int64 `json:",omitempty"` // when a spool learned that the cluster has it, seconds
}

// take adds what an Appender delivers.
func (b *batch) take(source int32, p *store.Parcel) error {
	if err := b.store.sender.broken(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	news, span := p.News(), p.Span()
	if news.Host == "" && b.store.Origin != "" {
		news.Host, news.HostLine = b.store.Origin, math.MaxInt64 // any line that names its host knows better
	}
	if b.block.rows == 0 {
		b.store.mu.Lock()
		b.entry = b.store.registry.byID(source)
		b.store.mu.Unlock()
		if b.entry == nil {
			return fmt.Errorf("there is no source %d", source)
		}
		b.id, b.week, b.since = rand.Uint64(), weekOf(cmp.Or(news.Last, time.Now().UnixMicro())), time.Now()
	}
	b.block.add(b.entry.key, b.week, p, &b.labels)
	b.store.mu.Lock()
	entry := *b.entry
	b.store.mu.Unlock()
	b.block.mark(&entry, b.week, b.id, span, &news)
	b.spans = append(b.spans, span)
	if !b.block.full() {
		return nil
	}
	return b.seal()
}

// send sends what was gathered longer ago than linger.
func (b *batch) send(linger time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.block.rows == 0 || linger > 0 && time.Since(b.since) < linger {
		return nil
	}
	return b.seal()
}

func (b *batch) empty() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.block.rows == 0
}

// seal makes a block of what was gathered and hands it to the sender. b.mu is held.
func (b *batch) seal() error {
	s := &sealed{id: b.id, key: b.entry.key, insert: b.block.insert("record")}
	s.part = part{Key: b.entry.key, Path: b.entry.path, File: b.entry.file, Spans: b.spans}
	b.store.mu.Lock()
	s.part.Head = b.entry.head
	b.store.changed()
	b.store.mu.Unlock()
	if err := s.pack(&b.block, b.store.client.Plain, &b.store.spares); err != nil {
		return fmt.Errorf("pack a block: %w", err)
	}
	b.block.clear()
	b.spans = nil
	return b.store.sender.send(s)
}

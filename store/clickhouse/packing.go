package clickhouse

import (
	"sync"

	"github.com/klauspost/compress/gzip"
)

// packing is what a body is made with. It is large, and costly to make anew for each block.
type packing struct {
	body []byte
	gzip *gzip.Writer // nil before it is needed
}

// Write adds to the body.
func (p *packing) Write(b []byte) (int, error) {
	p.body = append(p.body, b...)
	return len(b), nil
}

// empty empties the body, and makes room for some bytes and a few more: the next one may be a little larger.
func (p *packing) empty(size int) {
	p.body = p.body[:0]
	if cap(p.body) < size {
		p.body = make([]byte, 0, size+size/16)
	}
}

// spares are what blocks were packed with that have arrived. They are kept for those that follow while there is much to send.
type spares struct {
	mu   sync.Mutex
	free []*packing
}

func (s *spares) take() *packing {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.free)
	if n == 0 {
		return &packing{}
	}
	p := s.free[n-1]
	s.free = s.free[:n-1]
	return p
}

func (s *spares) put(p *packing, busy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !busy:
		s.free = nil
	case len(s.free) <= senders:
		s.free = append(s.free, p)
	}
}

// pack writes the body, compressed unless it is to be plain. It is the same on every attempt, so that a replicated table knows a block
// again.
func (s *sealed) pack(b *block, plain bool, from *spares) error {
	p := from.take()
	s.packing, s.spares, s.busy = p, from, b.full()
	if plain {
		p.empty(b.native())
		err := b.writeNative(p)
		s.body = p.body
		return err
	}
	p.empty(0)
	if p.gzip == nil {
		p.gzip, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is one of its own
	}
	p.gzip.Reset(p)
	if err := b.writeNative(p.gzip); err != nil {
		return err
	}
	err := p.gzip.Close()
	s.body, s.gzip = p.body, true
	return err
}

// release gives the memory of the body back. Nothing may be reading it.
func (s *sealed) release() {
	if s.packing != nil {
		s.spares.put(s.packing, s.busy)
	}
	s.packing, s.body = nil, nil
}

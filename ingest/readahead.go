package ingest

import (
	"io"
	"sync"
)

// aheadSize and aheadCount are the size and number of the buffers that are filled ahead.
const (
	aheadSize  = 256 << 10
	aheadCount = 4
)

var blocks = sync.Pool{New: func() any { b := make([]byte, aheadSize); return &b }}

func release(block []byte) {
	if block = block[:cap(block)]; len(block) == aheadSize {
		blocks.Put(&block)
	}
}

// ahead reads from a slow reader in a goroutine, so that decompression and parsing run side by side.
type ahead struct {
	full, empty chan []byte
	done        chan struct{}
	current     []byte // what is left to hand out of block
	block       []byte
	err         error // set before full is closed
	close       func() error
}

// readAhead starts reading in. onClose, if not nil, is called once the reading has stopped.
func readAhead(in io.Reader, onClose func() error) io.ReadCloser {
	a := &ahead{full: make(chan []byte, aheadCount), empty: make(chan []byte, aheadCount), done: make(chan struct{}), close: onClose}
	for range aheadCount {
		a.empty <- nil // taken from the pool when first used: most streams are short
	}
	go a.fill(in)
	return a
}

func (a *ahead) fill(in io.Reader) {
	defer close(a.full)
	for a.err == nil {
		var block []byte
		select {
		case block = <-a.empty:
		case <-a.done:
			return
		}
		if block == nil {
			block = *blocks.Get().(*[]byte)
		}
		n := 0
		for n < len(block) && a.err == nil {
			var m int
			m, a.err = in.Read(block[n:])
			n += m
		}
		a.full <- block[:n] // there is room for all blocks
	}
}

// Read hands out what was read, then the error that ended the reading.
func (a *ahead) Read(p []byte) (int, error) {
	for len(a.current) == 0 {
		if a.block != nil {
			a.empty <- a.block[:cap(a.block)]
			a.block = nil
		}
		block, ok := <-a.full
		if !ok {
			return 0, a.err
		}
		a.block, a.current = block, block
	}
	n := copy(p, a.current)
	a.current = a.current[n:]
	return n, nil
}

// Close stops the reading and waits for it to have stopped.
func (a *ahead) Close() error {
	close(a.done)
	for block := range a.full { // until fill has closed it
		release(block)
	}
	release(a.block)
	if a.close == nil {
		return nil
	}
	return a.close()
}

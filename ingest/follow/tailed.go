package follow

import (
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hpcloud/tail"
	"github.com/hpcloud/tail/watch"
)

// pollEvery is how often hpcloud/tail looks at a file that is being written to.
const pollEvery = 15 * time.Millisecond

// pumped bounds what waits to be taken, in bytes.
const pumped = 256 << 10

var setPoll = sync.OnceFunc(func() { watch.POLL_DURATION = pollEvery })

func procFD(fd uintptr) string { return fmt.Sprintf("/proc/self/fd/%d", fd) }

// tailed has hpcloud/tail read one inode, by a name that cannot come to mean another one: it polls, splits lines, and knows nothing
// of rotation. It gives whole lines only.
type tailed struct {
	lines *tail.Tail
	wake  func()
	// doubt is set as soon as hpcloud/tail opens the file anew: from then on it reads from an offset of its own choice.
	doubt atomic.Bool

	mu      sync.Mutex
	space   sync.Cond
	buf     []byte
	stopped bool
	ended   bool
}

// newTailed starts reading behind offset at. wake is called whenever there is something to take.
func newTailed(f *os.File, at int64, wake func()) (*tailed, error) {
	name := procName(f)
	if name == "" {
		return nil, os.ErrNotExist
	}
	setPoll()
	t := &tailed{wake: wake}
	t.space.L = &t.mu
	lines, err := tail.TailFile(name, tail.Config{
		Location: &tail.SeekInfo{Offset: at, Whence: io.SeekStart},
		Follow:   true, Poll: true, MustExist: true, ReOpen: false,
		Logger: log.New(t, "", 0),
	})
	if err != nil {
		return nil, err
	}
	t.lines = lines
	go t.pump()
	return t, nil
}

// Write takes what hpcloud/tail logs, which it does before it acts.
func (t *tailed) Write(message []byte) (int, error) {
	if !strings.HasPrefix(string(message), "Seeked") {
		t.doubt.Store(true)
	}
	return len(message), nil
}

// pump takes lines as long as there are any: hpcloud/tail does not end before they are taken.
func (t *tailed) pump() {
	for line := range t.lines.Lines {
		t.put(line)
	}
	t.mu.Lock()
	t.ended = true
	t.mu.Unlock()
	t.wake()
}

func (t *tailed) put(line *tail.Line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.buf) > pumped && !t.stopped {
		t.space.Wait()
	}
	if t.stopped {
		return
	}
	if line.Err != nil {
		t.doubt.Store(true)
		return
	}
	if len(t.buf) == 0 {
		t.wake()
	}
	t.buf = append(append(t.buf, line.Text...), '\n')
}

// take appends to buf the lines that were read. ok is false once the reading can no longer be relied on: then nothing was appended, and
// what was not taken is to be read anew.
func (t *tailed) take(buf []byte) (_ []byte, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended || t.doubt.Load() {
		return buf, false
	}
	buf = append(buf, t.buf...)
	t.buf = t.buf[:0]
	t.space.Signal()
	return buf, true
}

// stop ends the reading without waiting for it to have ended.
func (t *tailed) stop() {
	t.mu.Lock()
	t.stopped = true
	t.buf = nil
	t.mu.Unlock()
	t.space.Broadcast()
	t.lines.Kill(nil)
}

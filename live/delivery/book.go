package delivery

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"

	"culprit/live"
)

// State is how a courier does at a moment.
type State struct {
	Receiver string // its name
	// Sent counts notices; Failed attempts that did not succeed; Refused, Dropped and Superseded notices that were not told, because the
	// receiver did not want them, they were too old or too many, or a later one said it better.
	Sent, Failed, Refused, Dropped, Superseded int64
	Waiting                                    int
	WaitingSince                               time.Time // of the first that waits; zero if none
	LastSent, LastFailed                       time.Time // zero: never
	// Problem is what went wrong at the last attempt, "" if it succeeded.
	Problem string
}

// book keeps what a courier did, and which incidents are open.
type book struct {
	mutex     sync.Mutex
	counts    State
	incidents map[string]*live.Notice
}

func (b *book) open(notices []*live.Notice) {
	b.incidents = map[string]*live.Notice{}
	for _, n := range notices {
		b.incidents[n.ID] = n
	}
}

// note keeps track of what is open.
func (b *book) note(n *live.Notice) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	switch n.Event {
	case live.Opened, live.Changed:
		b.incidents[n.ID] = n
	case live.Ended:
		delete(b.incidents, n.ID)
	}
}

func (b *book) anyOpen() bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return len(b.incidents) > 0
}

// openNotices are the last notices of the incidents that are open.
func (b *book) openNotices() []*live.Notice {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	var all []*live.Notice
	for _, n := range b.incidents {
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b *live.Notice) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func (b *book) add(o outcome) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.counts.Superseded += int64(o.superseded)
	b.counts.Dropped += int64(o.dropped)
}

func (b *book) refused() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.counts.Refused++
}

// attempted enters an attempt to tell so many notices.
func (b *book) attempted(err error, notices int) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if err == nil {
		b.counts.Sent += int64(notices)
		b.counts.LastSent, b.counts.Problem = time.Now(), ""
		return
	}
	b.counts.LastFailed, b.counts.Problem = time.Now(), err.Error()
	if refusal := (*Refusal)(nil); !errors.As(err, &refusal) {
		b.counts.Failed++
	}
}

func (b *book) state() State {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.counts
}

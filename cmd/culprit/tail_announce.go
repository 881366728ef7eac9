package main

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"culprit/live"
	"culprit/live/delivery"
)

// toldMark is under what the database keeps what was told.
const toldMark = "told"

// announce tells what is new. That it is about to be told is written down before, and that it was handed over behind it; until then
// receivers wait. So a process that is killed at any moment has told what it then takes for told, and nothing else.
func (l *lookout) announce(notices []live.Notice) error {
	pending := make([]*live.Notice, len(notices))
	for i := range notices {
		pending[i] = &notices[i]
	}
	l.alerts.handing.Lock()
	defer l.alerts.handing.Unlock()
	err := l.remember(pending) // where it cannot be written, it is told all the same
	return errors.Join(err, l.handOver(pending))
}

func (l *lookout) handOver(notices []*live.Notice) error {
	for _, n := range notices {
		l.tell(n)
	}
	return l.remember(nil)
}

// remember writes down what was told, and what is about to be.
func (l *lookout) remember(pending []*live.Notice) error {
	m := l.watch.Memory()
	l.told = &m
	m.Pending = pending
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return l.store.SetBookmark(toldMark, string(text))
}

// recall goes on with the incidents that were told of, and hands over what an earlier run was about to tell when it was killed.
func (l *lookout) recall(ctx context.Context) error {
	if l.told != nil { // an earlier session of this run knows best
		l.watch.Recall(*l.told)
		return nil
	}
	kept, err := l.store.Bookmark(ctx, toldMark)
	if err != nil || kept == "" {
		return err
	}
	var m live.Memory
	if err := json.Unmarshal([]byte(kept), &m); err != nil {
		l.say("what was told before cannot be read, and may be told again: %v", err)
		return nil
	}
	l.watch.Recall(m)
	if len(m.Pending) == 0 {
		return nil
	}
	return l.handOver(slices.DeleteFunc(m.Pending, func(n *live.Notice) bool { return n == nil || len(n.Incident.Hypotheses) == 0 }))
}

// patient is a receiver that is told nothing while notices are handed over.
type patient struct {
	delivery.Receiver
	handing *sync.RWMutex
}

func (p *patient) Tell(ctx context.Context, group []*live.Notice) error {
	p.handing.RLock() // no more than waiting: a slow receiver holds nobody up
	p.handing.RUnlock()
	return p.Receiver.Tell(ctx, group)
}

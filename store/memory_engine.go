package store

import (
	"context"
	"encoding/binary"
)

// memoryEngine hands out the cells of a Memory, whose lock its user holds.
type memoryEngine Memory

func (e *memoryEngine) next(_ context.Context, t cellKind, source int32, from int64) (int64, bool, error) {
	if t == details {
		t = cellKind(Events)
	}
	at, ok := e.sources[source-1].cells[t].next(from)
	return at, ok, nil
}

func (e *memoryEngine) reach(t cellKind, source int32) int64 {
	if t == details {
		t = cellKind(Events)
	}
	return e.sources[source-1].cells[t].reach
}

func (e *memoryEngine) scan(_ context.Context, t cellKind, source int32, from, to int64, classes *places, yield func(*storedCell)) error {
	s := e.sources[source-1]
	if t == details {
		s.eachDetail(from, to, yield)
	} else {
		s.cells[t].each(from, to, classes, yield)
	}
	return nil
}

// eachDetail yields a cell for every event that is kept, which counts those it stands for too, and for what is only counted.
func (s *memorySource) eachDetail(from, to int64, yield func(*storedCell)) {
	s.cells[Events].each(from, to, nil, func(c *storedCell) {
		if !s.classes[c.class].kept {
			c.class = enter(&s.details, s.detailIndex, detailClass{event: c.class})
			yield(c)
		}
	})
	s.reservoir.each(from, to+second, func(r *eventRow) {
		c := storedCell{at: slotOf(r.time, second), first: r.time, last: r.time, count: r.weight, bytes: max(r.bytes, 0) * r.weight}
		if c.at < from || c.at >= to {
			return
		}
		c.class = enter(&s.details, s.detailIndex, detailClass{
			event: r.class, method: r.method, endpoint: r.endpoint, script: r.script, client: r.client, agent: r.agent, pid: r.pid,
		})
		if r.duration >= 0 {
			c.durations = append([]byte{1, byte(HistogramBucket(r.duration))}, binary.AppendUvarint(nil, uint64(r.weight))...)
		}
		yield(&c)
	})
}

func (e *memoryEngine) class(t cellKind, source, class int32) (labels, error) {
	s := e.sources[source-1]
	switch t {
	case cellKind(Requests):
		return &s.requests[class], nil
	case cellKind(Endpoints):
		return &s.endpoints[class], nil
	case cellKind(Clients):
		return &s.clients[class], nil
	case cellKind(Events):
		return &s.classes[class], nil
	}
	d := &s.details[class]
	return &detailLabels{detailClass: d, event: &s.classes[d.event]}, nil
}

// detailLabels puts a detailClass and its eventClass together.
type detailLabels struct {
	*detailClass
	event *eventClass
}

func (l *detailLabels) absolute() bool { return l.event.zoned }

func (l *detailLabels) label(k Key) (string, bool) {
	if isDetail(k) {
		return l.detailClass.label(k), true
	}
	return l.event.label(k)
}

package store

import (
	"context"
)

// memoryEngine hands out the cells of a Memory, whose lock its user holds.
type memoryEngine Memory

func (e *memoryEngine) next(_ context.Context, t cellKind, source int32, from int64) (int64, bool, error) {
	cells := e.sources[source-1].cells[t].sorted()
	i := firstAt(cells, from)
	if i == len(cells) {
		return 0, false, nil
	}
	return cells[i].at, true, nil
}

func (e *memoryEngine) scan(_ context.Context, t cellKind, source int32, from, to int64, yield func(*storedCell)) error {
	column := &e.sources[source-1].cells[t]
	cells := column.sorted()
	var c storedCell
	for i := firstAt(cells, from); i < len(cells) && cells[i].at < to; i++ {
		column.unpack(&cells[i], &c)
		yield(&c)
	}
	return nil
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

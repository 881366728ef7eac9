package store

import (
	"cmp"
	"fmt"
	"slices"
)

// What the answers of all engines have in common beside folding.

func unknownSource(id int32) error {
	return fmt.Errorf("there is no source %d", id)
}

// flushAll makes every Appender deliver what it has.
func flushAll(open []*Appender) error {
	for _, a := range open {
		a.mu.Lock()
		err := a.flush()
		a.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

func within(time, from, to int64) bool {
	return from == 0 && to == 0 || time >= from && time < to
}

func (q *Query) limit() int {
	if q.Limit <= 0 {
		return DefaultSample
	}
	return q.Limit
}

// spread picks limit of several events: the first, the last and some spread evenly between them.
func spread[E any](events []E, limit int) []E {
	if len(events) <= limit {
		return events
	}
	picked := make([]E, limit)
	for i := range picked {
		picked[i] = events[spreadIndex(i, limit, len(events))]
	}
	return picked
}

// spreadIndex is the place of the i-th of limit picks among n.
func spreadIndex(i, limit, n int) int {
	if limit == 1 {
		return 0
	}
	return i * (n - 1) / (limit - 1)
}

func sortChanges(changes []Change) {
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Line, b.Line))
	})
}

func sortSamples(samples []Sample) {
	slices.SortStableFunc(samples, func(a, b Sample) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Line, b.Line))
	})
}

package store

import (
	"cmp"
	"slices"
	"strconv"
)

// takeRollups writes the cells of a harvest.
func (w *writer) takeRollups(s *storedSource, numbers *numbering, h *harvest) {
	id := int64(s.ID)
	h.seconds.minutes(func(r *minuteRow) {
		number, status, zoned := splitTrafficClass(r.class)
		sum := r.sum()
		w.seconds.key(id, r.at, w.requestClass(requestClass{h.routes[number], status, zoned}), w.batch)
		w.seconds.int(int64(sum.count))
		w.seconds.int(int64(sum.arrived))
		w.seconds.int(sum.bytes)
		w.seconds.durations(sum)
		w.seconds.text(r.countsBySecond())
		w.seconds.cells(r, h.seconds.width)
	})
	h.slots.minutes(func(r *minuteRow) {
		number, status, zoned := splitTrafficClass(r.class)
		w.slots.key(id, r.at, w.endpointClass(endpointClass{h.endpoints[number], status, zoned}), w.batch)
		w.slots.sum(r, h.slots.width)
	})
	h.tallies.minutes(func(r *minuteRow) {
		w.tallies.key(id, r.at, w.eventClass(h, numbers, r.class), w.batch)
		w.tallies.sum(r, h.tallies.width)
	})
	for _, c := range mergedClients(h.clients) {
		w.clients.key(id, c.at, w.clientClass(c.class), w.batch)
		w.clients.int(int64(c.count))
		w.clients.int(c.bytes)
	}
}

// key begins a row of a roll-up.
func (n *inserter) key(source, at, class, batch int64) {
	n.begin()
	n.int(source)
	n.int(at)
	n.int(class)
	n.int(batch)
}

// sum ends a row with what a minute holds.
func (n *inserter) sum(r *minuteRow, width int64) {
	sum := r.sum()
	n.int(int64(sum.count))
	n.int(sum.bytes)
	n.durations(sum)
	n.cells(r, width)
}

// countsBySecond returns {"12":3,…}: what completed in each second of the minute.
func (r *minuteRow) countsBySecond() string {
	text := []byte{'{'}
	for _, c := range r.cells {
		if c.count == 0 {
			continue
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = append(text, '"')
		text = strconv.AppendInt(text, (c.at-r.at)/second, 10)
		text = append(text, '"', ':')
		text = strconv.AppendUint(text, uint64(c.count), 10)
	}
	return string(append(text, '}'))
}

// mergedClients adds up the cells of one slot and class: a slot that records came back to was gathered in parts.
func mergedClients(cells []clientCell) []clientCell {
	slices.SortFunc(cells, func(a, b clientCell) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.class.client, b.class.client), cmp.Compare(a.class.endpoint, b.class.endpoint),
			cmp.Compare(a.class.agent, b.class.agent), compareBool(a.class.zoned, b.class.zoned))
	})
	n := 0
	for _, c := range cells {
		if n > 0 && cells[n-1].at == c.at && cells[n-1].class == c.class {
			cells[n-1].count += c.count
			cells[n-1].bytes += c.bytes
			continue
		}
		cells[n] = c
		n++
	}
	return cells[:n]
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

package store

import (
	"cmp"
	"slices"
)

// rollups are the rows of the table rollup that are being written.
type rollups struct {
	*inserter
	packer cellPacker
	places []cellPlace
	shares []clientShare

	source, batch int64
}

func newRollups() *rollups {
	return &rollups{inserter: newInserter("rollup", "source", "kind", "at", "batch", "cells")}
}

// takeRollups writes the cells of a harvest.
func (w *writer) takeRollups(s *storedSource, numbers *numbering, h *harvest) {
	w.rollups.source, w.rollups.batch = int64(s.ID), w.batch
	w.rollups.table(Requests, &h.seconds, func(class int32) int64 {
		number, status, zoned := splitTrafficClass(class)
		return w.requestClass(requestClass{h.routes[number], status, zoned})
	})
	w.rollups.table(Endpoints, &h.slots, func(class int32) int64 {
		number, status, zoned := splitTrafficClass(class)
		return w.endpointClass(endpointClass{h.endpoints[number], status, zoned})
	})
	w.rollups.table(Events, &h.tallies, func(class int32) int64 { return w.eventClass(h, numbers, class) })
	w.takeClients(numbers, h)
}

// table writes the cells of a table, a row a minute; number returns the number of a class in the database.
func (r *rollups) table(kind Table, t *cellTable, number func(class int32) int64) {
	r.packer.kind = cellKind(kind)
	r.places = t.places(r.places)
	for left := r.places; len(left) > 0; {
		at := left[0].minute
		r.packer.reset()
		for len(left) > 0 && left[0].minute == at {
			run := runOf(left)
			r.packer.run(number(run[0].cell.class), run)
			left = left[len(run):]
		}
		r.row(kind, at)
	}
	clear(r.places)
}

// row writes what was packed of a minute.
func (r *rollups) row(kind Table, at int64) {
	r.begin()
	r.int(r.source)
	r.int(int64(kind))
	r.int(at)
	r.int(r.batch)
	r.rows.Blob(r.packer.packed)
}

// clientShare is a clientCell by the number of its class in the database.
type clientShare struct {
	at, class, count, bytes int64
}

// takeClients writes the shares of clients. A slot that records came back to was gathered in parts, which need not be joined: cells of
// one slot and class add up.
func (w *writer) takeClients(numbers *numbering, h *harvest) {
	r := w.rollups
	r.packer.kind = cellKind(Clients)
	r.shares = r.shares[:0]
	salt := numbers.saltOf(h.generation)
	for i := range h.clients {
		c := &h.clients[i]
		r.shares = append(r.shares, clientShare{c.at, w.cellClient(c, salt), int64(c.count), c.bytes})
	}
	slices.SortFunc(r.shares, func(a, b clientShare) int {
		return cmp.Or(compareInt(slotOf(a.at, minute), slotOf(b.at, minute)), compareInt(a.class, b.class), compareInt(a.at, b.at))
	})
	for left := r.shares; len(left) > 0; {
		at := slotOf(left[0].at, minute)
		r.packer.reset()
		for len(left) > 0 && slotOf(left[0].at, minute) == at {
			n := 1
			for n < len(left) && left[n].class == left[0].class && left[n].at < at+minute {
				n++
			}
			r.packer.clients(at, left[:n])
			left = left[n:]
		}
		r.row(Clients, at)
	}
}

// clients packs the shares of one class, of the minute that starts at at.
func (p *cellPacker) clients(at int64, shares []clientShare) {
	p.begin(shares[0].class, len(shares), false)
	before := int64(0)
	for _, s := range shares {
		slot := (s.at - at) / EndpointBucket
		p.number(slot - before)
		before = slot
		p.number(s.count)
		p.number(s.bytes)
	}
}

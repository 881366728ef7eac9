package clickhouse

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// shift says how the times of a source are turned into UTC.
type shift struct {
	source         uint64
	stamp          int64 // when it was set, ns
	micros         int64
	zone, zoneFrom string
}

// SetShift says how the times of a source are turned into UTC: see store.Source. Other processes learn of it when this one asks for the
// sources again, or closes.
func (s *Store) SetShift(_ context.Context, id int32, micros int64, zone, zoneFrom string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.registry.byID(id)
	if e == nil {
		return fmt.Errorf("there is no source %d", id)
	}
	if e.shift == micros && e.zone == zone && e.zoneFrom == zoneFrom {
		return nil
	}
	e.shift, e.zone, e.zoneFrom, e.stamp = micros, zone, zoneFrom, time.Now().UnixNano()
	if s.reading {
		e.stamp = neverSent
		return nil
	}
	s.shifts = append(s.shifts, shift{e.key, e.stamp, micros, zone, zoneFrom})
	return nil
}

// sendShifts sends the shifts that were set. A shift that is there twice does no harm.
func (s *Store) sendShifts(ctx context.Context) error {
	s.mu.Lock()
	shifts := s.shifts
	s.shifts = nil
	s.mu.Unlock()
	if len(shifts) == 0 {
		return nil
	}
	err := s.client.sendShifts(ctx, shifts)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.shifts = append(shifts, s.shifts...)
		return fmt.Errorf("keep the shifts of sources: %w", err)
	}
	return nil
}

func (c *client) sendShifts(ctx context.Context, shifts []shift) error {
	var b block
	now := weekOf(c.now().UnixMicro())
	for i := range shifts {
		one := &shifts[i]
		b.uint8(colKind, kindShift)
		b.int64(colSource, int64(one.source))
		b.int64(colAt, int64(one.source>>1))
		b.int32(colWeek, now)
		b.int64(colStamp, one.stamp)
		b.int64(colShift, one.micros)
		b.text(colZone, one.zone)
		b.text(colZoneFrom, one.zoneFrom)
		b.end()
	}
	var body bytes.Buffer
	if err := b.writeNative(&body); err != nil {
		return err
	}
	answer, err := c.ask(ctx, &request{sql: b.insert("record"), body: body.Bytes()})
	if err != nil {
		return err
	}
	return answer.Close()
}

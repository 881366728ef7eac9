package parser

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// stampMemo is the last time stamp between brackets that an access log had, as text and as moment: most lines share theirs with the
// line before.
type stampMemo struct {
	text [stampSize]byte
	moment
}

// stampSize is that of "21/Nov/2026:06:13:00 +0100".
const stampSize = 26

// plainAgain reads a plain line behind another one. It reports false for any other.
func (s *Scanner) plainAgain(line []byte, rec *Record) bool {
	if s.wrapped || !s.shapes.plain || s.bareRecent[0] != AccessCombined {
		return false
	}
	if tail, ok := s.plainHead(line, rec); !ok || len(tail) > 0 {
		rec.Reset()
		return false
	}
	s.settleAccess(rec)
	rec.Format, rec.plain, s.severed = AccessCombined, true, false
	return true
}

// plainHead is combinedHead for lines without anything unusual, which nearly all are: client, two dashes, a time with its zone,
// a request, referrer and agent without quotes in them. It reports false for any other, which combinedHead then reads anew, and sets
// rec only if it is true.
func (s *Scanner) plainHead(line []byte, rec *Record) (tail []byte, ok bool) {
	const before, behind = ` - - [`, `] "`
	client := addressSize(line)
	begin := client + len(before)
	request := begin + stampSize + len(behind)
	if client == 0 || len(line) < request+16 || string(line[client:begin]) != before || string(line[request-len(behind):request]) != behind {
		return nil, false
	}
	if stamp := (*[stampSize]byte)(line[begin:]); !s.shapes.stamp.is(stamp) {
		m, rest, ok := s.clock.clf(stamp[:])
		if !ok || len(rest) > 0 || !m.zoned {
			return nil, false
		}
		s.shapes.stamp = stampMemo{*stamp, m}
	}
	b := line[request:]
	size := bytes.IndexByte(b, '"')
	if size < 0 || size > 0 && b[size-1] == '\\' || len(b) < size+12 || b[size+1] != ' ' || b[size+5] != ' ' {
		return nil, false
	}
	status, ok := statusNumber(b[size+2 : size+5])
	if !ok {
		return nil, false
	}
	sent, rest, ok := cutNumber(b[size+6:])
	if !ok || len(rest) < 6 || rest[0] != ' ' || rest[1] != '"' {
		return nil, false
	}
	rest = rest[2:]
	referrer := bytes.IndexByte(rest, '"')
	if referrer < 1 || rest[referrer-1] == '\\' || len(rest) < referrer+5 || rest[referrer+1] != ' ' || rest[referrer+2] != '"' {
		return nil, false
	}
	agent := rest[referrer+3:]
	n := bytes.IndexByte(agent, '"')
	if n < 1 || agent[n-1] == '\\' || n+1 < len(agent) && agent[n+1] != ' ' {
		return nil, false
	}
	if rec.Method, rec.Path, rec.Protocol = splitRequest(b[:size]); len(rec.Method) == 0 {
		return nil, false
	}
	s.shapes.stamp.stamp(rec)
	rec.Client, rec.Status, rec.Bytes, rec.Daemon = line[:client], status, sent, daemonByStatus(status)
	if n != 1 || agent[0] != '-' {
		rec.UserAgent = agent[:n]
	}
	return agent[n+1:], true
}

// is reports whether the stamp is that of the line before.
func (m *stampMemo) is(stamp *[stampSize]byte) bool {
	const last = stampSize - 8
	return binary.LittleEndian.Uint64(m.text[:]) == binary.LittleEndian.Uint64(stamp[:]) &&
		binary.LittleEndian.Uint64(m.text[8:]) == binary.LittleEndian.Uint64(stamp[8:]) &&
		binary.LittleEndian.Uint64(m.text[16:]) == binary.LittleEndian.Uint64(stamp[16:]) &&
		binary.LittleEndian.Uint64(m.text[last:]) == binary.LittleEndian.Uint64(stamp[last:])
}

// addressSize is the size of the address at the front of a line, before a blank; 0 where there is none.
func addressSize(line []byte) int {
	if n := ipv4Size(line); n > 0 {
		return n
	}
	n := bytes.IndexByte(line, ' ')
	if n < 1 || !isAddress(line[:n]) {
		return 0
	}
	return n
}

// ipv4Size is addressSize for what is built of digits and three dots. It looks at all bytes at once: addresses have all sizes, which a
// loop would have to guess.
func ipv4Size(line []byte) int {
	if len(line) < 16 {
		return 0
	}
	gaps := noDigits(line) | noDigits(line[8:])<<8
	p0 := bits.TrailingZeros64(gaps)
	gaps &= gaps - 1
	p1 := bits.TrailingZeros64(gaps)
	gaps &= gaps - 1
	p2 := bits.TrailingZeros64(gaps)
	gaps &= gaps - 1
	p3 := bits.TrailingZeros64(gaps)
	if p3 > 15 || line[p0] != '.' || line[p1] != '.' || line[p2] != '.' || line[p3] != ' ' {
		return 0
	}
	return p3
}

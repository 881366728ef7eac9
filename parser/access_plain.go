package parser

import "bytes"

// stampMemo is the last time stamp between brackets that an access log had, as text and as moment: most lines share theirs with the
// line before.
type stampMemo struct {
	text [stampSize]byte
	moment
}

// stampSize is that of "21/Nov/2026:06:13:00 +0100".
const stampSize = 26

// plainHead is combinedHead for lines without anything unusual, which nearly all are: client, two dashes, a time with its zone,
// a request, referrer and agent without quotes in them, and nothing behind. It reports false for any other, which combinedHead
// then reads anew, and sets rec only if it is true.
func (s *Scanner) plainHead(line []byte, rec *Record) bool {
	const before, behind = ` - - [`, `] "`
	client := bytes.IndexByte(line, ' ')
	begin := client + len(before)
	request := begin + stampSize + len(behind)
	if client < 0 || len(line) < request+16 || string(line[client:begin]) != before || string(line[request-len(behind):request]) != behind {
		return false
	}
	if line[len(line)-1] != '"' || !isIPv4(line[:client]) && !isAddress(line[:client]) {
		return false
	}
	if stamp := line[begin : begin+stampSize]; string(stamp) != string(s.shapes.stamp.text[:]) {
		m, rest, ok := s.clock.clf(stamp)
		if !ok || len(rest) > 0 || !m.zoned {
			return false
		}
		s.shapes.stamp = stampMemo{[stampSize]byte(stamp), m}
	}
	b := line[request:]
	size := bytes.IndexByte(b, '"')
	if size < 0 || size > 0 && b[size-1] == '\\' || len(b) < size+12 || b[size+1] != ' ' || b[size+5] != ' ' {
		return false
	}
	status, ok := statusNumber(b[size+2 : size+5])
	if !ok {
		return false
	}
	sent, rest, ok := cutNumber(b[size+6:])
	if !ok || len(rest) < 6 || rest[0] != ' ' || rest[1] != '"' {
		return false
	}
	rest = rest[2:]
	referrer := bytes.IndexByte(rest, '"')
	if referrer < 1 || rest[referrer-1] == '\\' || len(rest) < referrer+5 || rest[referrer+1] != ' ' || rest[referrer+2] != '"' {
		return false
	}
	agent := rest[referrer+3:]
	if n := len(agent) - 1; n < 1 || bytes.IndexByte(agent, '"') != n || agent[n-1] == '\\' {
		return false
	}
	if rec.Method, rec.Path, rec.Protocol = splitRequest(b[:size]); len(rec.Method) == 0 {
		return false
	}
	s.shapes.stamp.stamp(rec)
	rec.Client, rec.Status, rec.Bytes, rec.Daemon = line[:client], status, sent, daemonByStatus(status)
	if len(agent) != 2 || agent[0] != '-' {
		rec.UserAgent = agent[:len(agent)-1]
	}
	return true
}

// isIPv4 reports whether b is built of digits and three dots, as isAddress has it.
func isIPv4(b []byte) bool {
	sum := 0
	for _, c := range b {
		sum += int(addressBytes[c])
	}
	return sum == 3 && len(b) < 64
}

// addressBytes tells digits from dots, and both from all else.
var addressBytes = func() (table [256]uint8) {
	for c := range table {
		switch {
		case byte(c)-'0' <= 9:
		case c == '.':
			table[c] = 1
		default:
			table[c] = 4
		}
	}
	return table
}()

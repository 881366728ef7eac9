package parser

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// splitRequest takes "METHOD URI PROTOCOL" apart; all parts are empty for what is no request line. HTTP/0.9 has no protocol.
func splitRequest(line []byte) (method, path, protocol []byte) {
	i := shortMethod(line)
	if i == 0 {
		i = bytes.IndexByte(line, ' ')
		if i < 1 || i > 20 || i+1 == len(line) || !isMethod(line[:i]) {
			return nil, nil, nil
		}
	}
	method, path = line[:i], line[i+1:]
	if endsInProtocol(line) && len(path) > 9 {
		protocol, path = path[len(path)-8:], path[:len(path)-9]
	} else if j := bytes.LastIndexByte(path, ' '); j > 0 && bytes.HasPrefix(path[j+1:], []byte("HTTP/")) {
		protocol, path = path[j+1:], path[:j]
	}
	return method, path, protocol
}

// endsInProtocol reports whether a request line ends like " HTTP/1.1".
func endsInProtocol(b []byte) bool {
	return len(b) >= 9 && string(b[len(b)-9:len(b)-3]) == " HTTP/" && b[len(b)-2] == '.'
}

// shortMethod is the size of the method of up to seven capitals that line begins with, before a blank; 0 for any other beginning. It looks at all
// bytes at once, which tells methods of different sizes without a guess.
func shortMethod(line []byte) int {
	if len(line) < 9 {
		return 0
	}
	const ones, high = 0x0101010101010101, 0x8080808080808080
	w := binary.LittleEndian.Uint64(line)
	x := w ^ ones*' '
	blank := (x - ones) &^ x & high
	inside := (blank - 1) &^ blank & high
	letters := ((w | high) - ones*'A') &^ ((w | high) - ones*('Z'+1)) &^ w
	if blank == 0 || letters&inside != inside || blank&0x80 != 0 {
		return 0
	}
	return bits.TrailingZeros64(blank) >> 3
}

// isMethod reports whether b could be a method: capitals, perhaps with "-" and "_" between them.
func isMethod(b []byte) bool {
	for _, c := range b {
		if c-'A' > 'Z'-'A' && c != '-' && c != '_' {
			return false
		}
	}
	return len(b) > 0 && b[0]-'A' <= 'Z'-'A'
}

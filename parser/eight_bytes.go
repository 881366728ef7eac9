package parser

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Numbers, names and addresses have another length each time, which a loop over their bytes has to guess: a wrong guess costs more than
// the bytes. What is here looks at eight of them at once.

// noDigits has a bit for each of the first eight bytes of b that is no digit.
func noDigits(b []byte) uint64 {
	const low, high = 0x7f7f7f7f7f7f7f7f, 0x8080808080808080
	w := binary.LittleEndian.Uint64(b) ^ 0x3030303030303030
	w = (w&low + 0x7676767676767676 | w) & high
	return w >> 7 * 0x0102040810204080 >> 56
}

// fewDigits is the number that the first size bytes of w are the digits of; there are one to eight.
func fewDigits(w uint64, size uint) int64 {
	w = (w ^ 0x3030303030303030) << ((64 - 8*size) & 63)
	w = w * (10<<8 + 1) >> 8 & 0x00ff00ff00ff00ff
	w = w * (100<<16 + 1) >> 16 & 0x0000ffff0000ffff
	return int64(w * (10000<<32 + 1) >> 32)
}

// shortNumber reads the number at the front of b and its size. ok is false where it does not have one to seven digits, or b is shorter than
// eight bytes.
func shortNumber(b []byte) (n int64, size int, ok bool) {
	if len(b) < 8 {
		return 0, 0, false
	}
	size = bits.TrailingZeros64(noDigits(b) | 1<<8)
	if size == 0 || size == 8 {
		return 0, 0, false
	}
	return fewDigits(binary.LittleEndian.Uint64(b), uint(size)), size, true
}

// equalBytes has the highest bit of each byte of w that is c.
func equalBytes(w uint64, c byte) uint64 {
	const ones, low = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
	w ^= ones * uint64(c)
	return ^((w&low + low) | w | low)
}

// indexNear is bytes.IndexByte for what is likely to be among the first sixteen bytes.
func indexNear(b []byte, c byte) int {
	if len(b) < 16 {
		return bytes.IndexByte(b, c)
	}
	if found := equalBytes(binary.LittleEndian.Uint64(b), c); found != 0 {
		return bits.TrailingZeros64(found) >> 3
	}
	if found := equalBytes(binary.LittleEndian.Uint64(b[8:]), c); found != 0 {
		return bits.TrailingZeros64(found)>>3 + 8
	}
	if i := bytes.IndexByte(b[16:], c); i >= 0 {
		return i + 16
	}
	return -1
}

// lastBlank returns where the last blank of text is, -1 if there is none.
func lastBlank(text []byte) int {
	end := len(text)
	for ; end >= 8; end -= 8 {
		if found := equalBytes(binary.LittleEndian.Uint64(text[end-8:]), ' '); found != 0 {
			return end - 9 + bits.Len64(found)/8
		}
	}
	for end--; end >= 0 && text[end] != ' '; {
		end--
	}
	return end
}

package parser

import "math/bits"

// signedNumber reads a number with an optional sign and the blank or the end behind it. HAProxy writes "+" before what was
// still growing when the line was written.
func signedNumber(b []byte) (n int64, rest []byte, ok bool) {
	n, size := leadingSigned(b)
	switch {
	case size == 0:
		return 0, nil, false
	case size == len(b):
		return n, nil, true
	}
	return n, b[size+1:], b[size] == ' '
}

// slashedNumbers reads up to five numbers joined by slashes, and the blank or the end behind them. count is 0 for anything
// else.
func slashedNumbers(b []byte, numbers *[5]int64) (count int, rest []byte) {
	for count < len(numbers) {
		n, size := leadingSigned(b)
		if size == 0 {
			return 0, nil
		}
		numbers[count] = n
		count++
		switch {
		case size == len(b):
			return count, nil
		case b[size] == ' ':
			return count, b[size+1:]
		case b[size] != '/':
			return 0, nil
		}
		b = b[size+1:]
	}
	return 0, nil
}

// leadingSigned reads the digits at the front of b, at most 18, and the sign before them. size is 0 where there are none, or more.
func leadingSigned(b []byte) (n int64, size int) {
	negative := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		negative = b[0] == '-'
		b = b[1:]
		size = 1
	}
	for i, c := range b {
		d := c - '0'
		if d > 9 {
			b = b[:i]
			break
		}
		n = n*10 + int64(d)
	}
	if len(b) == 0 || len(b) > 18 {
		return 0, 0
	}
	if negative {
		n = -n
	}
	return n, size + len(b)
}

// The bytes that stand behind the numbers which sevenNumbers finds, the first one lowest.
const (
	behindTimes  = '/' | '/'<<8 | '/'<<16 | '/'<<24 | ' '<<32 | ' '<<40 | ' '<<48
	behindCounts = '/' | '/'<<8 | '/'<<16 | '/'<<24 | ' '<<32 | '/'<<40 | ' '<<48
)

// runSize is how much of a text sevenNumbers looks at.
const runSize = 40

// sevenNumbers returns the places of the given bytes behind seven numbers at the front of run. ok is false for any other run of numbers
// and for signs, for numbers of more than eight digits, and where the last number begins beyond byte 31. All places are found at
// once: no number waits for the one before it, and nothing has to be guessed of their sizes, as a loop over digits does.
func sevenNumbers(run *[runSize]byte, behind uint64) (p0, p1, p2, p3, p4, p5, p6 int, ok bool) {
	gaps := noDigits(run[:]) | noDigits(run[8:])<<8 | noDigits(run[16:])<<16 | noDigits(run[24:])<<24 | noDigits(run[32:])<<32
	p0 = bits.TrailingZeros64(gaps)
	gaps &= gaps - 1
	p1 = bits.TrailingZeros64(gaps)
	gaps &= gaps - 1
	p2 = bits.TrailingZeros64(gaps)
	gaps &= gaps - 1
	p3 = bits.TrailingZeros64(gaps)
	gaps &= gaps - 1
	p4 = bits.TrailingZeros64(gaps)
	gaps &= gaps - 1
	p5 = bits.TrailingZeros64(gaps)
	gaps &= gaps - 1
	p6 = bits.TrailingZeros64(gaps)
	if p6 >= runSize || p5 > 30 || uint((p0-1)|(p1-p0-2)|(p2-p1-2)|(p3-p2-2)|(p4-p3-2)|(p5-p4-2)|(p6-p5-2)) > 7 {
		return
	}
	found := uint64(run[p0]) | uint64(run[p1])<<8 | uint64(run[p2])<<16 | uint64(run[p3])<<24 | uint64(run[p4])<<32 | uint64(run[p5])<<40 | uint64(run[p6])<<48
	return p0, p1, p2, p3, p4, p5, p6, found == behind
}

// numberBetween is the number between two of the places that sevenNumbers has found in run; the first one begins behind place -1.
func numberBetween(run *[runSize]byte, before, behind int) int64 {
	i := (before + 1) & 31 // it is no more; now the compiler knows
	w := uint64(run[i]) | uint64(run[i+1])<<8 | uint64(run[i+2])<<16 | uint64(run[i+3])<<24 |
		uint64(run[i+4])<<32 | uint64(run[i+5])<<40 | uint64(run[i+6])<<48 | uint64(run[i+7])<<56
	return fewDigits(w, uint(behind-before-1))
}

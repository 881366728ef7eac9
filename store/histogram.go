package store

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Histogram counts durations in log-spaced buckets, four to the doubling from 100 µs on, so that histograms of any pieces of
// the data add up to that of the whole. A bucket is at most 19 % wide, hence a quantile read from it at most that far off.
type Histogram [HistogramBuckets]uint32

// HistogramBuckets reach from below 100 µs to beyond three hours.
const HistogramBuckets = 110

const histogramBase = 100.0 // µs

// histogramUpper holds the upper bounds of the buckets, µs.
var histogramUpper = func() (upper [HistogramBuckets]int64) {
	for i := range upper {
		upper[i] = int64(histogramBase * math.Exp2(float64(i)/4))
	}
	return upper
}()

// histogramStart holds, by the number of bits of a duration, the first bucket such a duration may fall in.
var histogramStart = func() (start [65]uint8) {
	for n := range start {
		least := int64(0)
		if n > 0 {
			least = 1 << (n - 1)
		}
		b := 0
		for b < HistogramBuckets-1 && least >= histogramUpper[b] {
			b++
		}
		start[n] = uint8(b)
	}
	return start
}()

// HistogramBucket returns the bucket of a duration in µs: the first whose upper bound lies above it, else the last.
func HistogramBucket(micros int64) int {
	if micros < histogramBase {
		return 0
	}
	b := int(histogramStart[bits.Len64(uint64(micros))])
	for b < HistogramBuckets-1 && micros >= histogramUpper[b] {
		b++
	}
	return b
}

// HistogramUpper returns the upper bound of a bucket in µs.
func HistogramUpper(bucket int) int64 {
	return histogramUpper[bucket]
}

// Add puts o's counts on top of h's.
func (h *Histogram) Add(o *Histogram) {
	for i, n := range o {
		h[i] += n
	}
}

// Count is how many durations h holds.
func (h *Histogram) Count() (n int64) {
	for _, c := range h {
		n += int64(c)
	}
	return n
}

// Quantile returns the upper bound, in µs, of the bucket in which the q-th part of the durations ends; 0 for an empty h.
func (h *Histogram) Quantile(q float64) int64 {
	total := h.Count()
	if total == 0 {
		return 0
	}
	rank := int64(math.Ceil(q * float64(total)))
	rank = max(rank, 1)
	var seen int64
	for i, c := range h {
		if seen += int64(c); seen >= rank {
			return HistogramUpper(i)
		}
	}
	return HistogramUpper(HistogramBuckets - 1)
}

// appendHistogram appends the packed form of h to dst: the number of buckets in use, then for each its index and, as a
// uvarint, its count. An empty h is one zero byte.
func appendHistogram(dst []byte, h *Histogram) []byte {
	at := len(dst)
	dst = append(dst, 0)
	for i, n := range h {
		if n == 0 {
			continue
		}
		dst[at]++
		dst = append(dst, byte(i))
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	return dst
}

// addPacked adds the packed histogram at the front of p to h. Of a damaged one it takes what can be read.
func (h *Histogram) addPacked(p []byte) {
	eachPacked(p, func(bucket int, n uint32) { h[bucket] += n })
}

func eachPacked(p []byte, yield func(bucket int, n uint32)) {
	if len(p) == 0 {
		return
	}
	buckets, p := int(p[0]), p[1:]
	for ; buckets > 0 && len(p) > 1; buckets-- {
		i := p[0]
		n, size := uint64(p[1]), 1
		if n >= 0x80 {
			if n, size = binary.Uvarint(p[1:]); size <= 0 {
				return
			}
		}
		if int(i) < HistogramBuckets {
			yield(int(i), uint32(n))
		}
		p = p[1+size:]
	}
}

// histogramSize returns the length of the packed histogram at the front of p, 0 if it is cut off.
func histogramSize(p []byte) int {
	if len(p) == 0 {
		return 0
	}
	at := 1
	for left := int(p[0]); left > 0; {
		if left >= 4 && at+8 <= len(p) && binary.LittleEndian.Uint64(p[at:])&0x8080808080808080 == 0 {
			at, left = at+8, left-4 // four buckets with counts of one byte
			continue
		}
		if at+1 >= len(p) {
			return 0
		}
		_, size := binary.Uvarint(p[at+1:])
		if size <= 0 {
			return 0
		}
		at, left = at+1+size, left-1
	}
	return at
}

package store

import "math"

// Histogram counts durations in log-spaced buckets, four to the doubling from 100 µs on, so that histograms of any pieces of
// the data add up to that of the whole. A bucket is at most 19 % wide, hence a quantile read from it at most that far off.
type Histogram [HistogramBuckets]uint32

// HistogramBuckets reach from below 100 µs to beyond three hours.
const HistogramBuckets = 110

const histogramBase = 100.0 // µs

// HistogramBucket returns the bucket of a duration in µs.
func HistogramBucket(micros int64) int {
	if micros < histogramBase {
		return 0
	}
	b := 1 + int(4*math.Log2(float64(micros)/histogramBase))
	return min(b, HistogramBuckets-1)
}

// HistogramUpper returns the upper bound of a bucket in µs.
func HistogramUpper(bucket int) int64 {
	return int64(histogramBase * math.Exp2(float64(bucket)/4))
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

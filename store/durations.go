package store

import "encoding/binary"

// durationCounts counts durations by bucket. The few buckets that most cells see stand in it; one that sees more takes a whole Histogram,
// which it keeps for the next use.
type durationCounts struct {
	buckets [fewDurations]uint8
	n       uint8 // of buckets and counts; 0 where whole is set
	whole   bool  // all counts are in full
	counts  [fewDurations]uint32
	full    *Histogram
}

// fewDurations makes a cell two lines of the cache long.
const fewDurations = 14

// observe counts one duration by its bucket.
func (s *durationCounts) observe(bucket int) { s.add(bucket, 1) }

// add counts n durations of a bucket, of which there must be HistogramBuckets at most.
func (s *durationCounts) add(bucket int, n uint32) {
	if s.whole {
		s.full[bucket] += n
		return
	}
	for i, b := range s.buckets[:s.n] {
		if int(b) == bucket {
			s.counts[i] += n
			return
		}
	}
	if s.n < fewDurations {
		s.buckets[s.n], s.counts[s.n] = uint8(bucket), n
		s.n++
		return
	}
	s.widen()
	s.full[bucket] += n
}

// widen moves the counts to a whole Histogram.
func (s *durationCounts) widen() {
	if s.full == nil {
		s.full = new(Histogram)
	}
	for i, b := range s.buckets[:s.n] {
		s.full[b] = s.counts[i]
	}
	s.n, s.whole = 0, true
}

func (s *durationCounts) reset() {
	if s.whole {
		*s.full = Histogram{}
	}
	s.n, s.whole = 0, false
}

func (s *durationCounts) empty() bool { return s.n == 0 && !s.whole }

// include adds the counts of another.
func (s *durationCounts) include(o *durationCounts) {
	for i, b := range o.buckets[:o.n] {
		s.add(int(b), o.counts[i])
	}
	if !o.whole {
		return
	}
	for bucket, n := range o.full {
		if n > 0 {
			s.add(bucket, n)
		}
	}
}

// addTo adds the counts to a Histogram.
func (s *durationCounts) addTo(h *Histogram) {
	for i, b := range s.buckets[:s.n] {
		h[b] += s.counts[i]
	}
	if s.whole {
		h.Add(s.full)
	}
}

// appendPacked appends the packed form to dst: that of appendHistogram, but for the order of the buckets.
func (s *durationCounts) appendPacked(dst []byte) []byte {
	if s.whole {
		return appendHistogram(dst, s.full)
	}
	dst = append(dst, s.n)
	for i, b := range s.buckets[:s.n] {
		if n := s.counts[i]; n < 0x80 {
			dst = append(dst, b, byte(n))
		} else {
			dst = binary.AppendUvarint(append(dst, b), uint64(n))
		}
	}
	return dst
}

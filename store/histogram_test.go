package store

import (
	"math/rand/v2"
	"testing"
)

func TestHistogramBucket(t *testing.T) {
	f := func(micros int64, want int) {
		t.Helper()
		if got := HistogramBucket(micros); got != want {
			t.Errorf("HistogramBucket(%d) = %d, want %d", micros, got, want)
		}
	}
	f(-5, 0)
	f(0, 0)
	f(99, 0)
	f(100, 1)
	f(118, 2)
	f(199, 4)
	f(200, 5)
	f(1<<62, HistogramBuckets-1)
}

func TestHistogramBucketBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		micros := rng.Int64N(1 << (1 + rng.IntN(45)))
		b := HistogramBucket(micros)
		if b < HistogramBuckets-1 && micros >= HistogramUpper(b) {
			t.Fatalf("%d µs lies above bucket %d, which ends at %d", micros, b, HistogramUpper(b))
		}
		if b > 0 && micros < HistogramUpper(b-1) {
			t.Fatalf("%d µs lies below bucket %d, which begins at %d", micros, b, HistogramUpper(b-1))
		}
	}
}

func TestHistogramPacked(t *testing.T) {
	var h Histogram
	for i := range h {
		if i%3 == 0 {
			h[i] = uint32(i * i * i * 1000)
		}
	}
	packed := appendHistogram([]byte("front"), &h)[5:]
	var got Histogram
	got.addPacked(packed)
	if got != h {
		t.Errorf("unpacked %v, want %v", got, h)
	}
	for cut := range packed {
		new(Histogram).addPacked(packed[:cut])
	}
	new(Histogram).addPacked([]byte{3, 255, 1, 200, 200, 200})
}

func TestHistogramSize(t *testing.T) {
	for buckets := range 40 {
		for _, great := range []int{-1, 0, 3, 4, 9, 30} {
			var h Histogram
			for i := range buckets {
				h[i] = uint32(i + 1)
			}
			if great >= 0 && great < buckets {
				h[great] = 1 << 20
			}
			packed := appendHistogram(nil, &h)
			if got := histogramSize(append(packed, 7, 7, 7, 7, 7, 7, 7, 7)); got != len(packed) {
				t.Errorf("%d buckets are %d bytes, want %d", buckets, got, len(packed))
			}
			for cut := range packed {
				if got := histogramSize(packed[:cut:cut]); got != 0 {
					t.Errorf("%d of %d bytes are %d", cut, len(packed), got)
				}
			}
		}
	}
}

func TestHistogramQuantile(t *testing.T) {
	var h Histogram
	if got := h.Quantile(0.5); got != 0 {
		t.Errorf("quantile of nothing = %d, want 0", got)
	}
	for range 99 {
		h[HistogramBucket(1000)]++
	}
	h[HistogramBucket(30_000_000)]++
	if got := h.Quantile(0.5); got < 1000 || got > 1200 {
		t.Errorf("median = %d, want about 1000", got)
	}
	if got := h.Quantile(1); got < 30_000_000 || got > 36_000_000 {
		t.Errorf("maximum = %d, want about 30 s", got)
	}
}

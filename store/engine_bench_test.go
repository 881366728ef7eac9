package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"culprit/parser"
)

// failures returns n failed requests, a hundredth of them with a message of their own.
func failures(n int) ([]parser.Record, Position) {
	records, _ := traffic(n)
	for i := range records {
		r := &records[i]
		r.Status, r.Time = 502, noon+int64(i)*20_000
		r.Path = fmt.Appendf(nil, "/shop/item/%d", i%3000)
	}
	return records, place(records)
}

func benchmarkAppend(b *testing.B, st engineUnderTest, records []parser.Record) {
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		a, err := st.Open(fmt.Sprint(n, ".log"), Position{})
		if err != nil {
			b.Fatal(err)
		}
		end := Position{int64(len(records)) * 100, int64(len(records))}
		for at := 0; at < len(records); at += 500 {
			if err := a.Append(records[at:at+500], noNote, Position{int64(at+500) * 100, int64(at + 500)}); err != nil {
				b.Fatal(err)
			}
		}
		if err := errors.Join(a.Close(end, nil)); err != nil {
			b.Fatal(err)
		}
		n += len(records)
	}
	if _, err := st.Sources(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}

func temporary(b *testing.B) *SQLite {
	db, err := OpenTemporary(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

func BenchmarkFailuresMemory(b *testing.B) {
	records, _ := failures(20_000)
	benchmarkAppend(b, NewMemory(), records)
}

func BenchmarkFailuresSQLite(b *testing.B) {
	records, _ := failures(20_000)
	benchmarkAppend(b, temporary(b), records)
}

func BenchmarkTrafficSQLite(b *testing.B) {
	records, _ := traffic(20_000)
	benchmarkAppend(b, temporary(b), records)
}

// BenchmarkSeries asks for the requests of a day by second and status.
func BenchmarkSeries(b *testing.B) {
	const day = 24 * 3600
	for name, st := range map[string]engineUnderTest{"memory": NewMemory(), "sqlite": temporary(b)} {
		a, err := st.Open("access.log", Position{})
		if err != nil {
			b.Fatal(err)
		}
		records := make([]parser.Record, 8)
		for s := range int64(day) {
			for i := range records {
				records[i] = request(noon+s*second+500_000, []int32{200, 304, 404, 502}[i%4], int64(i)*10_000, "/")
				records[i].Offset = s*800 + int64(i)*100
			}
			if err := a.Append(records, noNote, Position{(s + 1) * 800, (s + 1) * 8}); err != nil {
				b.Fatal(err)
			}
		}
		if err := a.Close(Position{day * 800, day * 8}, nil); err != nil {
			b.Fatal(err)
		}
		for _, bucket := range []int64{second, 60 * second} {
			b.Run(fmt.Sprintf("%s/%ds", name, bucket/second), func(b *testing.B) {
				for b.Loop() {
					points := 0
					err := st.Series(context.Background(), Query{Bucket: bucket, Keys: []Key{ByStatus}}, func(Point) error {
						points++
						return nil
					})
					if err != nil || points != day*4*int(second)/int(bucket) {
						b.Fatal(points, err)
					}
				}
			})
		}
	}
}

package store

import (
	"context"
	"fmt"
	"testing"

	"culprit/parser"
)

func noNote(int) Note { return Note{} }

func request(time int64, status int32, duration int64, path string) parser.Record {
	var r parser.Record
	r.Reset()
	r.Kind, r.Format, r.Daemon, r.Zoned = parser.Request, parser.AccessCombined, parser.Nginx, true
	r.Time, r.Status, r.Duration, r.Path, r.Resolution = time, status, duration, []byte(path), second
	r.VHost, r.Client, r.UserAgent, r.Bytes = []byte("shop"), []byte("192.0.2.1"), []byte("curl"), 100
	return r
}

func place(records []parser.Record) (end Position) {
	for i := range records {
		records[i].Line, records[i].Lines, records[i].Offset = int64(i+1), 1, int64(i*100)
		records[i].Raw = make([]byte, 99)
	}
	return Position{Offset: int64(len(records) * 100), Line: int64(len(records))}
}

func TestMemorySeries(t *testing.T) {
	m := NewMemory()
	a, err := m.Open("access.log", Position{})
	if err != nil {
		t.Fatal(err)
	}
	const noon = 1_795_262_400 * second
	records := []parser.Record{
		request(noon+100_000, 200, 50_000, "/a/1"),
		request(noon+200_000, 200, 1_500_000, "/a/2"),
		request(noon+12*second, 502, parser.Unknown, "/b"),
	}
	if err := a.Append(records, noNote, place(records)); err != nil {
		t.Fatal(err)
	}
	var got []string
	q := Query{Table: Requests, Bucket: second, Keys: []Key{ByStatus, ByVHost}, Durations: true}
	err = m.Series(context.Background(), q, func(p Point) error {
		got = append(got, fmt.Sprint((p.Bucket-noon)/second, p.Keys, p.Count, p.Arrived, p.Bytes, p.Durations.Count()))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "[-2 [200 shop] 0 1 0 0 0 [200 shop] 2 1 200 2 12 [502 shop] 1 1 100 0]"
	if fmt.Sprint(got) != want {
		t.Errorf("series = %v, want %v", got, want)
	}
	points, err := m.Top(context.Background(), Query{Table: Endpoints, Keys: []Key{ByEndpoint}, Limit: 1})
	if err != nil || len(points) != 1 || points[0].Keys[0] != "/a/:id" || points[0].Count != 2 {
		t.Errorf("top endpoints = %v, %v", points, err)
	}
	events, err := m.Sample(context.Background(), Query{})
	if err != nil || len(events) != 1 || events[0].Path != "/b" || events[0].Line != 3 || events[0].Source != 1 {
		t.Errorf("sample = %+v, %v", events, err)
	}
}

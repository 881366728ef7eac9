package clickhouse

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"culprit/parser"
	"culprit/store"
)

// native reads a block in the format Native: the values of each column by its name, as text.
func native(t *testing.T, p []byte) map[string][]string {
	t.Helper()
	number := func() uint64 {
		v, size := binary.Uvarint(p)
		if size <= 0 {
			t.Fatal("the block is cut off")
		}
		p = p[size:]
		return v
	}
	take := func(n uint64) []byte {
		if n > uint64(len(p)) {
			t.Fatal("the block is cut off")
		}
		v := p[:n]
		p = p[n:]
		return v
	}
	value := func(kind string) string {
		switch n := width(kind); n {
		case 0:
			return string(take(number()))
		case 1:
			return fmt.Sprint(take(1)[0])
		case 4:
			return fmt.Sprint(int32(binary.LittleEndian.Uint32(take(4))))
		default:
			return fmt.Sprint(int64(binary.LittleEndian.Uint64(take(uint64(n)))))
		}
	}
	columns, rows := number(), number()
	read := map[string][]string{}
	for range columns {
		name, kind := string(take(number())), string(take(number()))
		values := make([]string, rows)
		if element, isArray := strings.CutPrefix(kind, "Array("); isArray {
			ends, before := make([]uint64, rows), uint64(0)
			for i := range ends {
				ends[i] = binary.LittleEndian.Uint64(take(8))
			}
			for i, end := range ends {
				var elements []string
				for range end - before {
					elements = append(elements, value(strings.TrimSuffix(element, ")")))
				}
				values[i], before = fmt.Sprint(elements), end
			}
		} else {
			for i := range values {
				values[i] = value(kind)
			}
		}
		read[name] = values
	}
	if len(p) > 0 {
		t.Errorf("%d bytes are left behind the block", len(p))
	}
	return read
}

func written(t *testing.T, b *block) map[string][]string {
	t.Helper()
	var body bytes.Buffer
	most := b.native()
	if err := b.writeNative(&body); err != nil {
		t.Fatal(err)
	}
	if body.Len() > most {
		t.Errorf("%d bytes, at most %d were told", body.Len(), most)
	}
	return native(t, body.Bytes())
}

func TestRowsLeaveGaps(t *testing.T) {
	var b block
	for range 2 { // as good when used again
		b.clear()
		const rows = 3000
		for i := range rows {
			b.uint8(colKind, 7)
			if i%1000 == 999 {
				b.text(colPath, fmt.Sprint("p", i))
				b.int64(colEnd, int64(i))
				b.int32(colStatus, int32(-i))
				b.texts(colTallyNames, []string{"a", fmt.Sprint(i)})
				b.longs(colTallyCounts, []int64{int64(i)})
			}
			b.end()
		}
		read := written(t, &b)
		f := func(name, empty string, full func(i int) string) {
			t.Helper()
			for i, got := range read[name] {
				want := empty
				if i%1000 == 999 {
					want = full(i)
				}
				if got != want {
					t.Fatalf("%s of row %d is %q, want %q", name, i, got, want)
				}
			}
			if len(read[name]) != rows {
				t.Errorf("%s has %d rows", name, len(read[name]))
			}
		}
		f("path", "", func(i int) string { return fmt.Sprint("p", i) })
		f("end_offset", "0", func(i int) string { return fmt.Sprint(i) })
		f("status", "0", func(i int) string { return fmt.Sprint(-i) })
		f("tally_names", "[]", func(i int) string { return fmt.Sprintf("[a %d]", i) })
		f("tally_counts", "[]", func(i int) string { return fmt.Sprintf("[%d]", i) })
		if len(read) != 6 {
			t.Errorf("%d columns are sent, want 6", len(read))
		}
	}
}

func TestEventsByColumn(t *testing.T) {
	const n = 3*store.TileRows + 5
	var b block
	var labels labelCache
	a := store.NewAppender(store.AppenderOptions{Deliver: func(_ int32, p *store.Parcel) error {
		b.add(1<<63+5, 9, p, &labels)
		return nil
	}})
	records := make([]parser.Record, n)
	for i := range records {
		r := &records[i]
		r.Reset()
		r.Kind, r.Daemon, r.Format, r.Severity, r.Zoned = parser.Message, parser.Nginx, parser.NginxError, parser.Error, i%2 == 0
		r.Time, r.Line, r.Lines, r.Offset, r.Raw = 1_000_000_000+int64(i)*700_000, int64(i+1), 1, int64(i*10), []byte("x")
		r.Message, r.PID = fmt.Appendf(nil, "message %d", i), int64(i%3)
		r.VHost = fmt.Appendf(nil, "shop%d.example", i%4)
		if i%5 == 0 {
			r.Errno, r.Duration, r.Client = 111, int64(i)*1000, []byte("192.0.2.7")
		}
	}
	if err := a.Append(records, func(int) store.Note { return store.Note{Signature: "s"} }, store.Position{Offset: n * 10, Line: n}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.HandOver(); err != nil {
		t.Fatal(err)
	}
	read := written(t, &b)
	var events []int
	for i, kind := range read["kind"] {
		if kind == fmt.Sprint(int(store.EventRow)) {
			events = append(events, i)
		}
	}
	if len(events) != n {
		t.Fatalf("%d events, want %d", len(events), n)
	}
	for i, row := range events {
		got, want := map[string]string{}, map[string]string{}
		f := func(name string, value any) { got[name], want[name] = read[name][row], fmt.Sprint(value) }
		r := &records[i]
		f("source", int64(-1<<63+5))
		f("week", 9)
		f("at", r.Time/1_000_000*1_000_000)
		f("first", r.Time)
		f("last", r.Time)
		f("count", 1)
		f("kept", 1)
		f("zoned", 1-i%2)
		f("daemon", "nginx")
		f("signature", "s")
		f("vhost", string(r.VHost))
		f("errno", r.Errno)
		f("message", string(r.Message))
		f("client", string(r.Client))
		f("pid", r.PID)
		f("line", r.Line)
		f("byte_offset", r.Offset)
		f("duration", r.Duration)
		f("connect", parser.Unknown)
		if r.Duration >= 0 {
			f("buckets", []int{store.HistogramBucket(r.Duration)})
			f("counts", []int{1})
		} else {
			f("buckets", "[]")
			f("counts", "[]")
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("event %d: %v, want %v", i, got, want)
		}
	}
}

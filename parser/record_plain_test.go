package parser

import (
	"reflect"
	"testing"
)

// TestPlainReset holds the quick way to empty a record against the thorough one.
func TestPlainReset(t *testing.T) {
	const line = `198.51.100.7 - - [21/Nov/2026:06:13:00 +0100] "GET /a?b=1 HTTP/1.1" 502 559 "-" "curl/8.5.0"` + "\n"
	s := NewScanner(Options{})
	var recs [1]Record
	if n, _ := s.Scan([]byte(line), true, recs[:]); n != 1 || !recs[0].plain {
		t.Fatalf("%d records, plain: %v", n, recs[0].plain)
	}
	var want Record
	recs[0].Reset()
	want.Reset()
	if !reflect.DeepEqual(recs[0], want) {
		t.Errorf("a plain record is emptied to\n%+v, want\n%+v", recs[0], want)
	}
	// What syslog wrapped has fields that the quick way passes over.
	if n, _ := s.Scan([]byte("Nov 21 06:13:00 web1 nginx: "+line), true, recs[:]); n != 1 || recs[0].plain || recs[0].Status != 502 {
		t.Errorf("%d records, plain: %v, status %d", n, recs[0].plain, recs[0].Status)
	}
}

package parser

import "testing"

// A line with a zone inside tells the zone of the envelopes around all others, those before it too.
func TestEnvelopesLearnTheirZone(t *testing.T) {
	text := "Nov 21 08:10:02 edge nginx: 2026/11/21 08:10:02 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.7, server: a.example, request: \"GET / HTTP/1.1\", upstream: \"http://10.0.0.5:8080/\", host: \"a.example\"\n" +
		"Nov 21 08:10:03 edge nginx: 203.0.113.7 - - [21/Nov/2026:08:10:03 +0100] \"GET / HTTP/1.1\" 502 150 \"-\" \"curl\"\n" +
		"Nov 21 08:10:04 edge php-fpm[9]: [NOTICE] ready to handle connections\n"
	recs := make([]Record, 8)
	n, _ := NewScanner(Options{Reference: 1795300000000000}).Scan([]byte(text), true, recs)
	if n != 3 {
		t.Fatalf("%d records, want 3", n)
	}
	const want = 1795245002000000 // 07:10:02 UTC
	for i := range recs[:n] {
		if !recs[i].Zoned || recs[i].Time != want+int64(i)*1_000_000 {
			t.Errorf("record %d: time %d zoned %v, want %d zoned", i, recs[i].Time, recs[i].Zoned, want+int64(i)*1_000_000)
		}
	}
}

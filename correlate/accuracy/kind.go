package accuracy

import (
	"bytes"
	"path"
)

// kind is what a file holds, as far as the variants need to know.
type kind uint8

const (
	application kind = iota // and whatever is not told apart
	access
	nginxError
	apacheError
	haproxy
	fpm
	fpmSlow
	phpErrors
	database
	databaseSlow
	kernel
	resolver
	changes
	samples
)

// kindOf tells a file's kind by its first records.
func kindOf(f *file) kind {
	for i := range f.records[:min(20, len(f.records))] {
		if k := kindOfRecord(&f.records[i]); k != application {
			return k
		}
	}
	return application
}

// timeline says that the kind comes from around the daemons, not from them.
func (k kind) timeline() bool { return k == changes || k == samples }

// marks tell a kind by a word.
var marks = []struct {
	word string
	kind kind
}{
	{`{"sysstat"`, samples}, {"time,host,metric", samples}, {" haproxy[", haproxy}, {" kernel: ", kernel}, {" dnsmasq[", resolver},
	{" named[", resolver}, {" unbound[", resolver}, {"started with:", databaseSlow}, {"# Time: ", databaseSlow}, {"# User@Host: ", databaseSlow},
	{"]  [pool ", fpmSlow}, {" [Note] ", database}, {" [System] ", database},
}

func kindOfRecord(r *record) kind {
	for _, m := range marks {
		if bytes.Contains(r.text, []byte(m.word)) {
			return m.kind
		}
	}
	if bytes.HasPrefix(r.text, []byte("{")) && bytes.Contains(r.text, []byte(`"kind"`)) && bytes.Contains(r.text, []byte(`"summary"`)) {
		return changes
	}
	if !r.timed() {
		return application
	}
	s := &r.stamps[0]
	switch {
	case s.shape == shapeSlash && s.from == 0:
		return nginxError
	case s.from == 1 && bytes.Contains(r.text[s.to:], []byte("] [pid ")):
		return apacheError
	case s.shape == shapeDashed && s.from == 1 && (s.zoned() || bytes.HasPrefix(r.text[s.to:], []byte("] PHP "))):
		return phpErrors
	case s.shape == shapeDashed && s.from == 1:
		return fpm
	case !isApplication(r):
		return access
	}
	return application
}

// isApplication tells an application's own line on a request from an access log's: it names no client.
func isApplication(r *record) bool {
	q, ok := requestOf(r)
	return !ok || q.client == ""
}

// host is the part of a file's path that tells machines apart: "web1" of logs/web1/nginx/access.log, nothing where there is one only.
func (f *file) host() string {
	dir := path.Dir(f.path)
	parts := bytes.Split([]byte(dir), []byte("/"))
	if len(parts) < 3 {
		return ""
	}
	return string(parts[1])
}

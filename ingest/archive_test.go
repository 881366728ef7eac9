package ingest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

func pack(t *testing.T, open func(io.Writer) (io.WriteCloser, error), data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := open(&b)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipBytes(t *testing.T, data []byte) []byte {
	return pack(t, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }, data)
}

func xzBytes(t *testing.T, data []byte) []byte {
	return pack(t, func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) }, data)
}

func zstdBytes(t *testing.T, data []byte) []byte {
	return pack(t, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }, data)
}

// bzip2Line is one line of an nginx error log as bzip2 packs it, which Go cannot do.
var bzip2Line = []byte("\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xef\xdd\x91\x42\x00\x00\x16\x5f\x80\x00\x10\x48\x75\xfd\x90\x08\x00\x00\x0a\x2e" +
	"\xe7\xde\x80\x20\x00\x68\x45\x3d\x4d\x1e\xa7\xa8\x0f\x51\xea\x0f\x28\x00\x02\x55\x36\x94\xf6\xa6\x53\x4d\xa2\x06\x02\x33" +
	"\xd4\x9e\xa2\x79\x75\x63\x80\xa5\x4e\xe1\xbf\x1a\xe5\xca\xd9\x6a\x09\xb3\x0b\xab\x2a\x81\xc9\x18\x83\xb1\x40\x9e\x86\x9c" +
	"\xe0\x05\x54\x92\x30\xca\xeb\xa1\x39\xa8\xd8\x88\x38\x38\x79\x89\xe4\xe3\xe3\xe8\xad\x68\x2b\x30\x86\xb1\x11\x0e\xca\xf5" +
	"\x6b\x66\x50\x8d\x67\x48\xfe\x20\x75\xac\x90\xea\x0e\x24\x3b\xf8\xbb\x92\x29\xc2\x84\x87\x7e\xec\x8a\x10")

type member struct {
	name string
	data []byte
}

func tarBytes(t *testing.T, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		if err := w.WriteHeader(&tar.Header{Name: m.name, Mode: 0o644, Size: int64(len(m.data)), ModTime: written}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(m.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipBytes(t *testing.T, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		f, err := w.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: written})
		if err == nil {
			_, err = f.Write(m.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// However a log is wrapped, its records are the same.
func TestWrappingsGiveTheSameRecords(t *testing.T) {
	data := errorLog(2500)
	want := scanWhole(data)
	half := bytes.Index(data[len(data)/2:], []byte("\n2026")) + len(data)/2 + 1
	f := func(file string, packed []byte, source string) {
		t.Helper()
		dir := t.TempDir()
		write(t, dir, file, packed)
		m, summary := ingestAll(t, dir)
		s := m.source(t, source)
		if !slices.Equal(s.records, want) || s.problem != nil {
			t.Errorf("%s: %d records, problem %v; want %d records", file, len(s.records), s.problem, len(want))
		}
		if summary.Sources != 1 || summary.Skipped != 0 {
			t.Errorf("%s: summary %+v", file, summary)
		}
	}
	f("a.log", data, "a.log")
	f("a.log.gz", gzipBytes(t, data), "a.log.gz")
	f("no-name", gzipBytes(t, data), "no-name")
	f("a.log.xz", xzBytes(t, data), "a.log.xz")
	f("a.log.zst", zstdBytes(t, data), "a.log.zst")
	f("members.gz", slices.Concat(gzipBytes(t, data[:half]), gzipBytes(t, data[half:])), "members.gz")
	f("twice.gz", gzipBytes(t, gzipBytes(t, data)), "twice.gz")
	tarred := tarBytes(t, member{"logs/", nil}, member{"./logs/a.log", data})
	f("a.tar", tarred, "a.tar!logs/a.log")
	f("a.tgz", gzipBytes(t, tarred), "a.tgz!logs/a.log")
	f("a.tar.xz", xzBytes(t, tarred), "a.tar.xz!logs/a.log")
	f("a.tar.gz", gzipBytes(t, tarBytes(t, member{"a.log.1.gz", gzipBytes(t, data)})), "a.tar.gz!a.log.1.gz")
	f("out.tar", tarBytes(t, member{"in.tgz", gzipBytes(t, tarred)}), "out.tar!in.tgz!logs/a.log")
	f("a.zip", zipBytes(t, member{"logs/a.log", data}), "a.zip!logs/a.log")
	f("b.tar", tarBytes(t, member{"b.zip", zipBytes(t, member{"a.log", data})}), "b.tar!b.zip!a.log")
}

// The pieces of a rotated log hold the same records as the whole.
func TestRotatedPiecesGiveTheSameRecords(t *testing.T) {
	data := errorLog(900)
	cut := func(share int) int {
		return bytes.Index(data[len(data)*share/3:], []byte("\n2026")) + len(data)*share/3 + 1
	}
	one, two := cut(1), cut(2)
	dir := t.TempDir()
	write(t, dir, "error.log.2.gz", gzipBytes(t, data[:one]))
	write(t, dir, "error.log.1", data[one:two])
	write(t, dir, "error.log", data[two:])
	m, _ := ingestAll(t, dir)
	var got []string
	for _, name := range []string{"error.log.2.gz", "error.log.1", "error.log"} {
		got = append(got, withoutPlace(m.source(t, name).records)...)
	}
	if want := withoutPlace(scanWhole(data)); !slices.Equal(got, want) {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
}

// withoutPlace takes line and offset off.
func withoutPlace(records []string) []string {
	out := make([]string, len(records))
	for i, r := range records {
		_, out[i], _ = strings.Cut(r, "+")
	}
	return out
}

func TestDamageIsTheSourcesProblem(t *testing.T) {
	data := errorLog(4000)
	f := func(file string, packed []byte, source, problem string, least int) {
		t.Helper()
		dir := t.TempDir()
		write(t, dir, file, packed)
		write(t, dir, "zz.log", data)
		m, summary := ingestAll(t, dir)
		s := m.source(t, source)
		if !strings.Contains(fmt.Sprint(s.problem), problem) || len(s.records) < least {
			t.Errorf("%s: problem %v with %d records, want %s with at least %d", file, s.problem, len(s.records), problem, least)
		}
		if len(m.source(t, "zz.log").records) != 4000 || summary.Problems == 0 {
			t.Errorf("%s: the rest was not read, or the summary has no problem: %+v", file, summary)
		}
	}
	cut := func(b []byte) []byte { return b[:len(b)*3/4] }
	spoilt := gzipBytes(t, data)
	spoilt[len(spoilt)/2] ^= 0x55
	tarred := tarBytes(t, member{"a.log", data})
	f("a.gz", cut(gzipBytes(t, data)), "a.gz", "truncated gzip stream", 1000)
	f("a.gz", gzipBytes(t, data)[:12], "a.gz", "truncated gzip stream", 0)
	f("a.gz", []byte("\x1f\x8b\x08"), "a.gz", "truncated gzip stream", 0)
	f("a.gz", spoilt, "a.gz", "damaged gzip stream", 0)
	f("a.xz", cut(xzBytes(t, data)), "a.xz", "xz stream", 0)
	f("a.zst", cut(zstdBytes(t, data)), "a.zst", "truncated zstd stream", 0)
	f("a.tar", cut(tarred), "a.tar!a.log", "truncated tar archive", 1000)
	f("a.tar", cut(tarred), "a.tar", "truncated tar archive", 0)
	f("a.tgz", cut(gzipBytes(t, tarred)), "a.tgz!a.log", "truncated", 1000)
	f("a.zip", cut(zipBytes(t, member{"a.log", data})), "a.zip", "damaged zip archive", 0)
}

func TestBzip2(t *testing.T) {
	f := func(packed []byte, records int, problem string) {
		t.Helper()
		m := newMemory()
		if _, err := Run(context.Background(), Options{Paths: []string{"-"}, Stdin: bytes.NewReader(packed), Matcher: matcher}, m); err != nil {
			t.Fatal(err)
		}
		if s := m.source(t, "-"); len(s.records) != records || fmt.Sprint(s.problem) != problem {
			t.Errorf("%d records, problem %v; want %d, %s", len(s.records), s.problem, records, problem)
		}
	}
	f(bzip2Line, 1, "<nil>")
	f(slices.Concat(bzip2Line, bzip2Line), 2, "<nil>")
	f(bzip2Line[:len(bzip2Line)/2], 0, "truncated bzip2 stream: the file was cut off or is still being written")
}

func TestWrappedTooOften(t *testing.T) {
	data := errorLog(1)
	for range maxDepth + 2 {
		data = gzipBytes(t, data)
	}
	dir := t.TempDir()
	write(t, dir, "a.gz", data)
	if _, summary := ingestAll(t, dir); summary.Skipped != 1 || len(summary.Notes) != 1 {
		t.Errorf("summary %+v", summary)
	}
}

func TestXZDictionary(t *testing.T) {
	f := func(data []byte, want int64) {
		t.Helper()
		if got := xzDictionary(data); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	packed := xzBytes(t, errorLog(10))
	f(packed, 8<<20)
	huge := slices.Clone(packed[:64])
	at := bytes.Index(huge[12:], []byte{0x21, 1}) + 12 + 2
	huge[at] = 39
	f(huge, 3<<30)
	for n := range 20 {
		xzDictionary(packed[:n])
	}
}

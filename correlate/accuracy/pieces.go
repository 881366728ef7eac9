package accuracy

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// packers compress what a file's suffix says.
var packers = map[string]func(io.Writer) (io.WriteCloser, error){
	".gz":  func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
	".xz":  func(w io.Writer) (io.WriteCloser, error) { return xz.WriterConfig{DictCap: 1 << 20}.NewWriter(w) },
	".zst": func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
}

// rotate cuts every log that is long enough into two to four pieces at random records: x.log, x.log.1, x.log.2.gz, x.log.3.xz.
func rotate(m *material) *variation {
	var out []file
	for _, f := range m.files {
		if f.kind.timeline() || len(f.records) < 8 || m.rotated(&f) {
			out = append(out, f)
			continue
		}
		cuts := []int{0, len(f.records)}
		for range 1 + m.rng.IntN(3) {
			cuts = append(cuts, 1+m.rng.IntN(len(f.records)-1))
		}
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
		suffixes := []string{"", ".1", ".2.gz", ".3" + []string{".gz", ".xz", ".zst"}[m.rng.IntN(3)]}
		for i := range len(cuts) - 1 {
			piece := f
			piece.path += suffixes[len(cuts)-2-i]
			piece.records = f.records[cuts[i]:cuts[i+1]]
			out = append(out, piece)
		}
	}
	return m.as(out)
}

// rotated says that a file is a piece already.
func (m *material) rotated(f *file) bool {
	return slices.ContainsFunc(m.files, func(other file) bool {
		return other.path != f.path && (strings.HasPrefix(other.path, f.path+".") || strings.HasPrefix(f.path, other.path+"."))
	})
}

// scatter gives files names without meaning in folders without meaning. What is packed stays packed.
func scatter(m *material) *variation {
	out := slices.Clone(m.files)
	order := m.rng.Perm(len(out))
	for i := range out {
		out[i].path = fmt.Sprintf("%c%02d/%x", 'a'+rune(order[i]%3), order[i]/3, m.rng.Uint32())
	}
	return m.as(out)
}

// lose removes one file that does not matter: the load, an older piece of an access log, PHP's own log; never what tells the cause.
func lose(m *material) *variation {
	var idle []int
	for i := range m.files {
		f := &m.files[i]
		piece := f.kind == access && m.rotated(f) && f.gzipped
		if (f.kind == samples || f.kind == phpErrors || piece) && !m.tells(f) {
			idle = append(idle, i)
		}
	}
	if len(idle) == 0 {
		return nil
	}
	i := idle[m.rng.IntN(len(idle))]
	return m.as(slices.Delete(slices.Clone(m.files), i, i+1))
}

// sysstat says that the file is one JSON document, whose entries cannot stand alone.
func (f *file) sysstat() bool {
	return f.kind == samples && len(f.records) > 0 && bytes.HasPrefix(f.records[0].text, []byte("{"))
}

// repeatable says that a healthy daemon may well write the record again and again: requests and what goes with them, samples; but no
// starts, reloads and stops.
func (f *file) repeatable(r *record) bool {
	switch f.kind {
	case samples, phpErrors, fpmSlow:
		return true
	case nginxError, apacheError:
		return !bytes.Contains(r.text, []byte("notice]"))
	case fpm:
		return bytes.Contains(r.text, []byte("executing too slow")) || bytes.Contains(r.text, []byte("said into stderr")) || bytes.Contains(r.text, []byte(" trac"))
	}
	return false
}

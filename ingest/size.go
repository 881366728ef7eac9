package ingest

import (
	"context"
	"os"
	"path/filepath"
)

// Size says about how much text the files are that paths name, in bytes: compressed ones are taken for several times what they are on disk.
// What cannot be known beforehand, such as that of a pipe, or cannot be found, counts nothing. It looks at no more files once it has found
// more than enough.
func Size(ctx context.Context, paths []string, enough int64) (total int64) {
	roots, err := expand(paths)
	if err != nil {
		return 0
	}
	measure(roots, func() bool { return ctx.Err() != nil || total > enough }, func(path string, size int64) {
		if isPacked(path) {
			size *= packing
		}
		total += size
	})
	return total
}

// packing is how many times smaller logs are when they are compressed.
const packing = 8

func isPacked(path string) bool {
	switch filepath.Ext(path) {
	case ".gz", ".tgz", ".bz2", ".xz", ".zst", ".zip":
		return true
	}
	return false
}

// measure calls yield with the size on disk of every file, until the run has ended.
func measure(roots []root, ended func() bool, yield func(path string, size int64)) {
	w := &walker{
		swapped: func(swap) {},
		visit: func(f file) {
			if f.stdin || f.stream {
				return
			}
			if info, err := os.Stat(f.path); err == nil {
				yield(f.path, info.Size())
			}
		},
		note:  func(string, string) {},
		fail:  func(string, error) {},
		ended: ended,
	}
	w.roots(roots)
}

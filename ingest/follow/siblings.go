package follow

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"culprit/ingest"
)

// sibling is a file beside a followed one that rotation may have made of it. It is open.
type sibling struct {
	file   *os.File
	info   os.FileInfo
	id     fileID
	packed bool
	// head is that of the text, unpacked.
	head      head
	beginning []byte
}

// closeAll closes what is not nil.
func closeAll(all []*sibling) {
	for _, s := range all {
		if s != nil && s.file != nil {
			s.file.Close()
		}
	}
}

// siblings opens the files beside path that carry its name with more behind it, or an older name, the one written longest ago first.
// A directory being renamed in can be read with a file missing: it is read until two readings agree.
func siblings(path string) ([]*sibling, error) {
	names, err := siblingNames(path)
	for range 8 {
		if err != nil {
			return nil, err
		}
		var again []string
		again, err = siblingNames(path)
		if err == nil && slices.Equal(names, again) {
			break
		}
		names = again
	}
	if err != nil {
		return nil, err
	}
	var all []*sibling
	for _, name := range names {
		s, err := openSibling(name)
		if exhausted(err) {
			closeAll(all)
			return nil, fmt.Errorf("look at what was rotated: %w", err)
		}
		if err == nil {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b *sibling) int {
		return cmp.Or(a.info.ModTime().Compare(b.info.ModTime()), cmp.Compare(a.id.born, b.id.born))
	})
	return all, nil
}

// exhausted reports whether an error is of the system and will pass, so that nothing follows from it for a file.
func exhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ENOMEM)
}

// siblingNames lists the rotated names of path.
func siblingNames(path string) ([]string, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if isSibling(base, e.Name()) && !e.IsDir() {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	return names, nil
}

// isSibling reports whether rotation may turn base into name: error.log.1, error.log-20261121.gz, error-20261121.log, error.log.old.
func isSibling(base, name string) bool {
	if name == base {
		return false
	}
	for _, packed := range []string{".gz", ".bz2", ".xz", ".zst"} {
		name = strings.TrimSuffix(name, packed)
	}
	if rest, ok := strings.CutPrefix(name, base); ok {
		return isRotation(rest)
	}
	ext := filepath.Ext(base)
	rest, ok := strings.CutPrefix(name, strings.TrimSuffix(base, ext))
	if !ok {
		return false
	}
	rest, ok = strings.CutSuffix(rest, ext)
	return ok && isRotation(rest)
}

// isRotation reports whether a part of a name is a number, a date, or a word for what is old.
func isRotation(s string) bool {
	switch s {
	case "", ".old", ".bak", ".prev", ".last", "~":
		return true
	}
	return strings.ContainsAny(s[:1], ".-_") && strings.ContainsAny(s, "0123456789") && strings.Trim(s, "0123456789.-_T:") == ""
}

func openSibling(path string) (*sibling, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	s := &sibling{file: f, id: idOf(f)}
	if s.info, err = f.Stat(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	text, packed, err := ingest.Unpack(io.NewSectionReader(f, 0, s.info.Size()))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	defer text.Close()
	s.packed = packed
	s.beginning = make([]byte, headSize)
	n, err := io.ReadFull(text, s.beginning)
	s.beginning = s.beginning[:n]
	s.head = headOf(s.beginning)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

var errNotRegular = errors.New("not a regular file")

// openRegular opens a file, but no pipe or device, on which opening may wait for ever.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &os.PathError{Op: "open", Path: path, Err: errNotRegular}
	}
	return os.Open(path)
}

// holds reports whether the sibling has at least n bytes of text that end with last; of a packed one this is known only after reading it.
func (s *sibling) holds(n int64, last head) bool {
	if !s.packed {
		return s.info.Size() >= n && last.endsAt(s.file, n)
	}
	text, _, err := ingest.Unpack(io.NewSectionReader(s.file, 0, s.info.Size()))
	if err != nil {
		return false
	}
	defer text.Close()
	if skipped, err := io.CopyN(io.Discard, text, n-int64(last.size)); err != nil || skipped != n-int64(last.size) {
		return false
	}
	end := make([]byte, last.size)
	_, err = io.ReadFull(text, end)
	return err == nil && (last.size == 0 || headOf(end) == last)
}

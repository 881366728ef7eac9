package ingest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"
)

// heldMember bounds the members of a tar that are taken into memory to be read beside the rest of it; larger ones hold the
// archive up. There are never more of them at once than workers.
const heldMember = 16 << 20

// maxSpool bounds what is written to a temporary file.
const maxSpool = 4 << 30

// tar reads all members of a tar archive.
func (r *run) tar(s stream) {
	in := tar.NewReader(s.in)
	var there packed
	defer func() {
		for _, one := range there.swaps() {
			r.swapped(one)
		}
	}()
	for !r.ended() {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			r.unreadable(s.name, archiveError("tar", err))
			return
		}
		there.meet(s.name, header)
		if header.Typeflag != tar.TypeReg && header.Typeflag != tar.TypeGNUSparse || isHidden(header.Name) {
			continue
		}
		member := stream{name: memberName(s.name, header.Name), mtime: memberTime(header.ModTime, s), depth: s.depth + 1}
		if header.Size > heldMember {
			member.in = in
			r.stream(member)
			continue
		}
		var data bytes.Buffer
		_, err = data.ReadFrom(in)
		member.in = &data
		if err != nil {
			member.in = io.MultiReader(&data, failing{archiveError("tar", err)})
		}
		r.startOrDo(func() { r.stream(member) })
	}
}

// zip reads all members of a zip archive. One that does not lie in a plain file is first copied to one, for its
// directory stands at the end.
func (r *run) zip(s stream) {
	at, size := s.file, s.size
	if at == nil {
		spool, err := os.CreateTemp("", "culprit-*.zip")
		if err != nil {
			r.unreadable(s.name, fmt.Errorf("make room to unpack: %w", err))
			return
		}
		defer os.Remove(spool.Name())
		defer spool.Close()
		size, err = io.Copy(spool, io.LimitReader(s.in, maxSpool))
		if err == nil && size == maxSpool {
			err = errors.New("too large to be unpacked inside another archive")
		}
		if err != nil {
			r.unreadable(s.name, archiveError("zip", err))
			return
		}
		at = spool
	}
	in, err := zip.NewReader(at, size)
	if err != nil {
		r.unreadable(s.name, archiveError("zip", err))
		return
	}
	for _, f := range in.File {
		if r.ended() {
			return
		}
		if f.Mode().IsRegular() && !isHidden(f.Name) {
			r.zipMember(f, s)
		}
	}
}

func (r *run) zipMember(f *zip.File, s stream) {
	name := memberName(s.name, f.Name)
	in, err := f.Open()
	if err != nil {
		r.unreadable(name, archiveError("zip", err))
		return
	}
	defer in.Close()
	r.stream(stream{name: name, in: in, mtime: memberTime(f.Modified, s), depth: s.depth + 1})
	if r.opts.Progress != nil && s.file != nil {
		r.opts.Progress.Done.Add(int64(f.CompressedSize64))
	}
}

// memberName is the name of a member as a user would write it.
func memberName(archive, member string) string {
	member = path.Clean(strings.ReplaceAll(member, `\`, "/"))
	return archive + "!" + display(member)
}

// isHidden reports whether a member is resource forks and the like that archivers add.
func isHidden(member string) bool {
	base := path.Base(member)
	return strings.HasPrefix(base, "._") || strings.HasPrefix(member, "__MACOSX/")
}

// memberTime is when a member was written; archives without times have that of their own.
func memberTime(t time.Time, s stream) time.Time {
	if t.Year() < firstYear {
		return s.mtime
	}
	return t
}

func archiveError(kind string, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("truncated %s archive: the file was cut off or is still being written", kind)
	}
	return fmt.Errorf("damaged %s archive: %w", kind, err)
}

package ingest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// isJournalExport reports whether head begins what "journalctl -o export" prints: blocks of FIELD=value, the cursor first.
func isJournalExport(head []byte) bool {
	head = bytes.TrimLeft(head, "\n")
	return bytes.HasPrefix(head, []byte("__CURSOR=")) || bytes.HasPrefix(head, []byte("__REALTIME_TIMESTAMP="))
}

// Bounds of an entry.
const (
	maxExportField = 256 << 10
	maxExportEntry = 512 << 10
)

// journalExport turns the journal's export format into the lines of "journalctl -o json", each followed by as many blank lines as keep
// its number that of the entry's first line. A field of binary content is told by its name alone, with its size in eight bytes behind.
//
// Source: systemd, "Journal Export Formats".
type journalExport struct {
	in      *bufio.Reader
	out     bytes.Buffer
	entry   bytes.Buffer // the members of the entry at hand
	lines   int          // of it
	problem error
}

func newJournalExport(in io.Reader) *journalExport {
	return &journalExport{in: bufio.NewReaderSize(in, 64<<10)}
}

func (j *journalExport) Read(p []byte) (int, error) {
	for j.out.Len() == 0 {
		if j.problem != nil {
			return 0, j.problem
		}
		if err := j.field(); err != nil {
			j.close()
			j.problem = err
		}
	}
	return j.out.Read(p)
}

// field takes one line, with the binary content behind it.
func (j *journalExport) field() error {
	line, size, err := boundedLine(j.in, maxExportField)
	if size == 0 && err != nil {
		return err
	}
	j.lines++
	if len(line) == 0 {
		j.close()
		return nil
	}
	name, value, text := bytes.Cut(line, []byte("="))
	if text {
		j.member(name, value)
		return nil
	}
	var length [8]byte
	if _, err := io.ReadFull(j.in, length[:]); err != nil {
		return fmt.Errorf("journal export cut off inside a field: %w", err)
	}
	n := binary.LittleEndian.Uint64(length[:])
	if n > 1<<31 {
		return errors.New("damaged journal export: a field of impossible size")
	}
	content, err := io.ReadAll(io.LimitReader(j.in, int64(min(n, maxExportField))))
	if err == nil && uint64(len(content)) < min(n, maxExportField) {
		err = io.ErrUnexpectedEOF
	}
	if err == nil && n > maxExportField {
		_, err = io.CopyN(io.Discard, j.in, int64(n-maxExportField))
	}
	if err == nil {
		_, err = j.in.Discard(1) // the line feed behind it
	}
	if err != nil {
		return fmt.Errorf("journal export cut off inside a field: %w", err)
	}
	j.lines += bytes.Count(content, newline)
	j.member(name, content)
	return nil
}

// exported are the fields that are read of an entry.
var exportedFields = map[string]bool{
	"__REALTIME_TIMESTAMP": true, "_HOSTNAME": true, "SYSLOG_IDENTIFIER": true, "_COMM": true, "CONTAINER_NAME": true, "_SYSTEMD_UNIT": true, "_PID": true,
	"PRIORITY": true, "MESSAGE": true, "MESSAGE_ID": true, "UNIT": true, "USER_UNIT": true, "OBJECT_SYSTEMD_UNIT": true,
}

func (j *journalExport) member(name, value []byte) {
	if !exportedFields[string(name)] || j.entry.Len() > maxExportEntry {
		return
	}
	text, err := json.Marshal(string(bytes.ToValidUTF8(value, []byte("\ufffd"))))
	if err != nil {
		return
	}
	separator := `,"`
	if j.entry.Len() == 0 {
		separator = `{"`
	}
	j.entry.WriteString(separator)
	j.entry.Write(name)
	j.entry.WriteString(`":`)
	j.entry.Write(text)
}

// close gives the entry out.
func (j *journalExport) close() {
	if j.entry.Len() > 0 {
		j.entry.WriteString("}\n")
		_, _ = j.entry.WriteTo(&j.out) // a buffer takes everything
		j.lines--
	}
	for ; j.lines > 0; j.lines-- {
		j.out.WriteByte('\n')
	}
}

// boundedLine reads a line without its end, as far as limit goes, and its size with all that was passed over.
func boundedLine(in *bufio.Reader, limit int) (line []byte, size int, err error) {
	for {
		part, err := in.ReadSlice('\n')
		size += len(part)
		if room := limit - len(line); room > 0 {
			line = append(line, part[:min(room, len(part))]...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimSuffix(line, newline), size, err
		}
	}
}

package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path"
	"strings"

	"culprit/parser"
)

// content is what a text turned out to be.
type content uint8

const (
	log        content = iota // also everything that is not known to be something else
	statistics                // a timeline that is read as a whole file
	other                     // a document or configuration: no log
)

// sniffed is how much of a text is looked at to tell what it is, in bytes.
const sniffed = 64 << 10

// anyMoment stands for when a file was written where only its kind is asked for, µs.
const anyMoment = 1

// sniff tells a log from what else lies beside logs. head is the beginning of the text, all of it if eof. Only what is surely no log is
// called other, with why in words: an unknown log must be counted as unparsed, or nobody would learn that it was not understood.
// recs is scratch space.
func sniff(head []byte, eof bool, name string, recs []parser.Record) (c content, why string) {
	if !eof && len(head) > sniffed {
		head = head[:sniffed]
		eof = false
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return log, ""
	}
	if parser.TimelineFormat(head, eof, parser.TimelineOptions{Path: name, Reference: anyMoment}) != parser.NoFormat {
		return statistics, ""
	}
	switch jsonShape(head, eof) {
	case spread:
		return other, "JSON document, not a log"
	case single:
		if dated(head, eof, recs) == 0 {
			return other, "JSON document, not a log"
		}
		return log, ""
	case lines:
		return log, ""
	}
	share := dated(head, eof, recs)
	switch {
	case share >= 0.2:
		return log, ""
	case isBinary(head):
		return other, "binary file, not a log"
	case isConfiguration(head):
		return other, "configuration, left aside"
	case share == 0 && documents[strings.ToLower(path.Ext(name))]:
		return other, "not a log, left aside"
	}
	return log, ""
}

// documents are endings of names of what is no log, provided that nothing in it could be read as one.
var documents = map[string]bool{
	".conf": true, ".cfg": true, ".ini": true, ".cnf": true, ".yaml": true, ".yml": true, ".toml": true, ".json": true, ".xml": true,
	".html": true, ".htm": true, ".css": true, ".js": true, ".php": true, ".py": true, ".sh": true, ".sql": true, ".md": true, ".lua": true,
	".pem": true, ".crt": true, ".key": true, ".service": true, ".env": true, ".rules": true, ".map": true, ".svg": true,
}

// dated returns the share of records in head that a format accepts and that tell their time. A log shows itself within a few lines,
// so a good beginning settles it.
func dated(head []byte, eof bool, recs []parser.Record) float64 {
	scanner := parser.NewScanner(parser.Options{})
	good, all := 0, 0
	recs = recs[:min(len(recs), 16)]
	for {
		n, used := scanner.Scan(head, eof, recs)
		for i := range recs[:n] {
			all++
			if understood(&recs[i]) {
				good++
			}
		}
		head = head[used:]
		if used == 0 || len(head) == 0 || all >= 8 && good >= all/2 {
			break
		}
	}
	if all == 0 {
		return 0
	}
	return float64(good) / float64(all)
}

func understood(rec *parser.Record) bool {
	return rec.Time != 0 && rec.Kind != parser.Unparsed || rec.Format == parser.NginxStartup || rec.Format == parser.AppTrace
}

// shape is how JSON lies in a text.
type shape uint8

const (
	noJSON shape = iota
	lines        // a value a line, or only the first line is one
	single       // one value on one line is all there is
	spread       // a value over several lines
)

// jsonShape looks at the first value in head.
func jsonShape(head []byte, eof bool) shape {
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) == 0 || head[0] != '{' && head[0] != '[' {
		return noJSON
	}
	var value json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(head))
	err := dec.Decode(&value)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) && !eof:
		if bytes.IndexByte(head, '\n') < 0 {
			return lines // a single line longer than what was looked at
		}
		return spread
	case err != nil:
		return noJSON
	case bytes.IndexByte(value, '\n') >= 0:
		return spread
	}
	rest := bytes.TrimLeft(head[dec.InputOffset():], " \t\r")
	switch {
	case len(rest) == 0 && eof, len(bytes.TrimSpace(rest)) == 0 && eof:
		return single
	case len(rest) > 0 && rest[0] != '\n':
		return noJSON
	}
	return lines
}

// isBinary reports whether b holds more control characters than a text would.
func isBinary(b []byte) bool {
	b = b[:min(len(b), 8192)]
	control := 0
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\x1b' {
			control++
		}
	}
	return control*10 > len(b)
}

package ingest

import (
	"cmp"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Rotation leaves one log as several files: error.log.2.gz, error.log.1, error.log, or error.log-20261121. They stay sources of their own, for
// each has its own lines to lead back to, and a record does not go on from one to the next. They are read oldest first, so that
// what depends on order (following, notes, first come) has it right. Everything else orders events by their time.

// compareRotated orders file names: by stem, and within one stem oldest first.
func compareRotated(a, b string) int {
	aStem, aAge := splitRotated(a)
	bStem, bAge := splitRotated(b)
	return cmp.Or(strings.Compare(aStem, bStem), aAge.compare(bAge), strings.Compare(a, b))
}

// age is what a rotation's suffix says. The zero value is the live file.
type age struct {
	number int64 // of a count: the higher the older
	date   int64 // digits of a date or an epoch: the higher the younger
}

func (a age) compare(b age) int {
	if (a.date != 0) != (b.date != 0) {
		// A dated file is older than a numbered or live one beside it.
		return -cmp.Compare(a.date, b.date)
	}
	return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(b.number, a.number))
}

// splitRotated takes the suffixes of rotation and compression off a name.
func splitRotated(name string) (stem string, a age) {
	stem = name
	switch ext := filepath.Ext(stem); ext {
	case ".gz", ".bz2", ".xz", ".zst":
		stem = stem[:len(stem)-len(ext)]
	}
	cut := strings.LastIndexAny(stem, ".-")
	if cut <= 0 {
		return stem, a
	}
	if cut >= 8 && stem[cut] == '-' {
		if date, ok := isoDate(stem[cut-7:]); ok && strings.IndexByte(".-", stem[cut-8]) >= 0 {
			return stem[:cut-8], age{date: date}
		}
	}
	if at, ok := kubeletStamp(stem); ok {
		return stem[:len(stem)-len(kubeletLayout)], age{date: at}
	}
	suffix := stem[cut+1:]
	n, err := strconv.ParseInt(suffix, 10, 64)
	switch {
	case err != nil || n < 0:
		return stem, a
	case len(suffix) <= 4 && stem[cut] == '.':
		return stem[:cut], age{number: n}
	case len(suffix) >= 8:
		return stem[:cut], age{date: n}
	}
	return stem, a
}

// kubeletLayout is the suffix that kubelet gives the logs of containers.
const kubeletLayout = ".20060102-150405"

func kubeletStamp(name string) (int64, bool) {
	if len(name) <= len(kubeletLayout) {
		return 0, false
	}
	at, err := time.Parse(kubeletLayout, name[len(name)-len(kubeletLayout):])
	return at.Unix(), err == nil
}

// isoDate reads "2026-11-21".
func isoDate(s string) (int64, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	n, err := strconv.ParseInt(s[:4]+s[5:7]+s[8:], 10, 64)
	return n, err == nil && n > 0
}

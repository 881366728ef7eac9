package report

import (
	"fmt"
	"html/template"
	"io"
	"time"
	"unicode"
	"unicode/utf8"

	"culprit/correlate"
)

// StyleSheet is the style of the report, for other pages that are to look the same.
func StyleSheet() (string, error) { return joined("html/uplot.min.css", "html/page.css") }

// Script draws the charts of the report. On a page whose content is put in later, an event "culprit:fresh" of the document draws those
// that came with it.
func Script() (string, error) { return joined("html/uplot.min.js", "html/page.js") }

// HTMLIncident writes one incident of r, the i-th, as an article of another page. That page has to include StyleSheet and Script, and
// needs no script inside itself.
func HTMLIncident(w io.Writer, r *correlate.Report, i int, zone *time.Location) error {
	most := narrower[0]
	clean := mapped(r, func(_, s string) string { return Clean(s, most.text) })
	return writePart(w, "incident", newIncidentPage(clean, i, zone, most), most)
}

func writePart(w io.Writer, name string, data any, most bounds) error {
	t, err := template.New(name).Funcs(phrases(most)).ParseFS(assets, "html/*.tmpl")
	if err == nil {
		err = t.ExecuteTemplate(w, name, data)
	}
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// Visible replaces what a finished page may not hold, whoever wrote it there: control characters, bytes that are no text, and characters
// that cannot be seen or turn the direction of writing.
func Visible(page []byte) []byte {
	out := make([]byte, 0, len(page))
	for i := 0; i < len(page); {
		r, size := utf8.DecodeRune(page[i:])
		if r == '\n' || r == '\t' || r != utf8.RuneError && !unicode.Is(unicode.Cc, r) && !unseen(r) {
			out = append(out, page[i:i+size]...)
		} else {
			out = utf8.AppendRune(out, utf8.RuneError)
		}
		i += size
	}
	return out
}

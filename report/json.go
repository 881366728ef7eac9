package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"

	"culprit/correlate"
)

// numberLists are arrays of numbers as the encoder sets them, a line each. No text can look like one: it holds no line breaks.
var numberLists = regexp.MustCompile(`\[\n\s+(?:(?:-?[0-9][-+.eE0-9]*|null),\n\s+)*(?:-?[0-9][-+.eE0-9]*|null)\n\s+\]`)

func onOneLine(list []byte) []byte { return bytes.Join(bytes.Fields(list), []byte(" ")) }

// JSON writes r in the form of schema culprit/report/v1 (schema/report.v1.json), indented. It may be read on a terminal, too:
// what steers one is escaped.
func JSON(w io.Writer, r *correlate.Report) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if _, err := w.Write(EscapeJSON(numberLists.ReplaceAllFunc(b.Bytes(), onOneLine))); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

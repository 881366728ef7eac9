package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"culprit/correlate"
)

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
	if _, err := w.Write(EscapeJSON(b.Bytes())); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

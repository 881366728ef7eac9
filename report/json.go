package report

import (
	"encoding/json"
	"fmt"
	"io"

	"culprit/correlate"
)

// JSON writes r in the form of schema culprit/report/v1, indented.
func JSON(w io.Writer, r *correlate.Report) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

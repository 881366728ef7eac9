package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"culprit/parser"
)

// What is of no consequence in an error log is stored in a database all the same; of other logs it is counted.
func TestEveryLineOfAnErrorLogIsStored(t *testing.T) {
	f := func(format parser.Format, severity parser.Severity, want int64) {
		t.Helper()
		db := openDatabase(t, filepath.Join(t.TempDir(), "kept.db"))
		a, err := db.Open("error.log", Position{})
		if err != nil {
			t.Fatal(err)
		}
		const n = 50
		records := make([]parser.Record, n)
		for i := range records {
			r := &records[i]
			r.Reset()
			r.Kind, r.Format, r.Time, r.Severity = parser.Message, format, noon+int64(i)*second, severity
			r.Message, r.PID = fmt.Appendf(nil, "job %d done", i), 7
		}
		if err := a.Append(records, noNote, Position{n, n}); err != nil {
			t.Fatal(err)
		}
		if got := total(t, db, Query{Table: Events, Where: []Filter{{Key: ByPID, Values: []string{"7"}}}}); got != want {
			t.Errorf("%v, %v: stored %d, want %d", format, severity, got, want)
		}
		if got := total(t, db, Query{Table: Events}); got != n {
			t.Errorf("%v, %v: counted %d, want %d", format, severity, got, n)
		}
		if events, err := db.Sample(context.Background(), Query{Limit: n}); err != nil || int64(len(events)) != want {
			t.Errorf("%v, %v: a sample of %d, %v, want %d", format, severity, len(events), err, want)
		}
	}
	f(parser.NginxError, parser.Info, 50)
	f(parser.ApacheError, parser.Notice, 50)
	f(parser.PHPFPMMain, parser.NoSeverity, 50)
	f(parser.NginxError, parser.Debug, firstPerTemplate)
	f(parser.SyslogMessage, parser.Info, firstPerTemplate)
}

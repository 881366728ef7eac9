package ingest

import (
	"strings"
	"testing"
)

const sadf = `{"sysstat": {
	"hosts": [{
		"nodename": "web1", "timezone": "UTC", "file-date": "2026-11-21",
		"statistics": [
			{"timestamp": {"date": "2026-11-21", "time": "06:13:02", "utc": 1, "interval": 2}, "cpu-load": [{"cpu": "all", "user": 45.0, "system": 5.0, "idle": 50.0}]},
			{"timestamp": {"date": "2026-11-21", "time": "06:13:04", "utc": 1, "interval": 2}, "cpu-load": [{"cpu": "all", "user": 95.0, "system": 5.0, "idle": 0.0}]}
		]
	}]
}}
`

func TestStatistics(t *testing.T) {
	f := func(text string, problem string) {
		t.Helper()
		dir := t.TempDir()
		write(t, dir, "sar.json", []byte(text))
		m, summary := ingestAll(t, dir)
		s := m.source(t, "sar.json")
		if len(s.records) == 0 || !strings.Contains(s.records[0], " sadf-json ") || summary.Records != int64(len(s.records)) {
			t.Errorf("records %q, summary %+v", s.records, summary)
		}
		if s.end.Offset != int64(len(text)) || s.end.Line != int64(strings.Count(text, "\n")) {
			t.Errorf("ends at %+v", s.end)
		}
		if problem == "" && s.problem != nil || problem != "" && !strings.Contains(s.problem.Error(), problem) {
			t.Errorf("problem %v, want %q", s.problem, problem)
		}
	}
	f(sadf, "")
	f(strings.ReplaceAll(sadf, "\n", ""), "")
	f(sadf[:len(sadf)-30], "reading sadf statistics")
}

package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTimelineFiles finds timelines where tools leave them, hidden folders included.
func TestTimelineFiles(t *testing.T) {
	dir := t.TempDir()
	object := strings.Repeat("a", 40)
	write(t, dir, "shop/.git/logs/HEAD", []byte(strings.Repeat("0", 40)+" "+object+" alice <a@example.com> 1795241580 +0000\tclone: from x\n"))
	write(t, dir, "shop/.git/objects/a", []byte("x"))
	write(t, dir, "shop/.dep/releases_log", []byte(`{"created_at":"2026-11-21T06:13:00+0000","release_name":"12","user":"alice","target":"main"}`+"\n"))
	write(t, dir, "dpkg.log.1", []byte("2026-11-21 06:13:00 upgrade nginx:amd64 1.0 1.1\nwhat is this\n2026-11-21 06:13:01 status installed nginx:amd64 1.1\n2026-11-21 06:13:02 trigproc man-db:amd64 2 <none>\n2026-11-21 06:13:03 startup archives unpack\n"))
	m, summary := ingestAll(t, dir)
	for name, format := range map[string]string{"shop/.git/logs/HEAD": " git-reflog ", "shop/.dep/releases_log": " deployer ", "dpkg.log.1": " dpkg "} {
		s := m.source(t, name)
		if len(s.records) == 0 || !strings.Contains(s.records[0], format) || s.problem != nil {
			t.Errorf("%s: records %q, problem %v", name, s.records, s.problem)
		}
	}
	if summary.Sources != 3 {
		t.Errorf("%d sources, want 3: %q", summary.Sources, m.paths())
	}
}

// TestTimelineDoubts tells of a timeline from the future, and reads it.
func TestTimelineDoubts(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "dpkg.log", []byte("2026-11-21 06:13:00 upgrade nginx:amd64 1.0 1.1\n2036-11-21 06:13:00 upgrade haproxy:amd64 1.0 1.1\n"))
	written := time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(dir, "dpkg.log"), written, written); err != nil {
		t.Fatal(err)
	}
	m, _ := ingestAll(t, dir)
	s := m.source(t, "dpkg.log")
	if len(s.records) != 2 || s.problem == nil || !strings.Contains(s.problem.Error(), "1 of its 2 entries") {
		t.Errorf("records %q, problem %v", s.records, s.problem)
	}
}

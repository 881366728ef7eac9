package ingest

import (
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

const exported = "__CURSOR=s=1;i=1\n__REALTIME_TIMESTAMP=1795241580000000\n_HOSTNAME=web1\nPRIORITY=6\nMESSAGE_ID=39f53479d3a045ac8e11786248231fbf\nUNIT=php8.2-fpm.service\n" +
	"MESSAGE=Started The PHP 8.2 FastCGI Process Manager.\n\n" +
	"__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1795241581000000\n_HOSTNAME=web1\nSYSLOG_IDENTIFIER=shop\nMESSAGE\n\x0b\x00\x00\x00\x00\x00\x00\x00one\ntwo\xff\x1b[1\n_PID=5\n\n"

// TestJournalExport turns the export format into lines of JSON, the numbers of lines kept.
func TestJournalExport(t *testing.T) {
	f := func(text, want, problem string) {
		t.Helper()
		got, err := io.ReadAll(iotest.OneByteReader(newJournalExport(strings.NewReader(text))))
		if string(got) != want || problem == "" && err != nil || problem != "" && (err == nil || !strings.Contains(err.Error(), problem)) {
			t.Errorf("%q, %v; want %q, %s", got, err, want, problem)
		}
	}
	first := `{"__REALTIME_TIMESTAMP":"1795241580000000","_HOSTNAME":"web1","PRIORITY":"6","MESSAGE_ID":"39f53479d3a045ac8e11786248231fbf","UNIT":"php8.2-fpm.service",` +
		`"MESSAGE":"Started The PHP 8.2 FastCGI Process Manager."}` + strings.Repeat("\n", 8)
	second := `{"__REALTIME_TIMESTAMP":"1795241581000000","_HOSTNAME":"web1","SYSLOG_IDENTIFIER":"shop","MESSAGE":"one\ntwo` + "\ufffd" + `\u001b[1","_PID":"5"}` + strings.Repeat("\n", 8)
	f(exported, first+second, "")
	f("MESSAGE=a", `{"MESSAGE":"a"}`+"\n", "")
	f("MESSAGE\n\x05\x00", "\n", "cut off")
	f("MESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xffa\n", "\n", "impossible size")
	f("MESSAGE="+strings.Repeat("x", 2*maxExportField)+"\n\n", `{"MESSAGE":"`+strings.Repeat("x", maxExportField-len("MESSAGE="))+"\"}\n\n", "")
}

// TestJournalFile finds an export by its content and says of what unit an entry tells.
func TestJournalFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "night.txt", []byte(exported))
	m, _ := ingestAll(t, dir)
	s := m.source(t, "night.txt")
	if len(s.records) != 2 || !strings.Contains(s.records[0], "systemd") || s.problem != nil || s.end.Line != 16 {
		t.Errorf("records %q to %+v, problem %v", s.records, s.end, s.problem)
	}
}

// TestJournalBinary has journalctl read a damaged file, and tells what it says.
func TestJournalBinary(t *testing.T) {
	if _, err := exec.LookPath("journalctl"); err != nil {
		t.Skip("journalctl is not installed")
	}
	dir := t.TempDir()
	write(t, dir, "system.journal", append([]byte("LPKSHHRH"), make([]byte, 4096)...))
	m, _ := ingestAll(t, filepath.Join(dir, "system.journal"))
	for path, s := range m.feeds {
		if !strings.Contains(path, "system.journal") || s.problem == nil || !strings.Contains(s.problem.Error(), "journalctl cannot read it") {
			t.Errorf("%s: %v", path, s.problem)
		}
	}
}

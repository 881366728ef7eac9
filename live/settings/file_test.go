package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v; want %q", text, err, want)
		}
	}
	f("recievers: []", `line 1: there is no key "recievers" here; did you mean "receivers"?`)
	f("receivers:\n- name: a\n  webhook: {url_fil: x}", `line 3: there is no key "url_fil" here; did you mean "url_file"?`)
	f("a: [", "line 1")
	f("paths: {}", "line 1")
	f("paths: [a]\n---\npaths: [b]", "more than one document")
	f("receivers: [{name: a}]", `receiver "a": it wants one of webhook`)
	f("receivers: [{name: a, exec: {command: x}, slack: {url: 'http://h'}}]", "it wants one of webhook")
	f("receivers: [{exec: {command: x}}]", "receiver 1: name: it needs one")
	f("receivers: [{name: ../x, exec: {command: x}}]", "name: it needs one")
	f("receivers: [{name: a, exec: {command: x}}, {name: a, exec: {command: x}}]", "two of this name")
	f("receivers: [{name: a, exec: {}}]", "command is missing")
	f("receivers: [{name: a, webhook: {}}]", "one of url and url_file")
	f("receivers: [{name: a, webhook: {url: 'hooks.example.org/x'}}]", "url: it begins with")
	f("receivers: [{name: a, slack: {url: 'http://h', token_file: x}}]", "neither token_file nor labels")
	f("receivers: [{name: a, exec: {command: x}, only: [open]}]", `"open" is none of opened, changed, ended`)
	f("receivers: [{name: a, exec: {command: x}, pace: soon}]", "line 1")
	f("receivers: [{name: a, mail: {server: h}}]", "server, from and to")
	f("receivers: [{name: a, mail: {server: h, from: a@b.c, to: [a@b.c], user: u}}]", "go together")
	f("serve: nowhere", `serve: "nowhere"`)
}

func TestExampleIsRight(t *testing.T) {
	f, err := Read(filepath.Join("..", "..", "packaging", "tail.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Receivers) != 0 {
		t.Errorf("what is installed tells %d receivers", len(f.Receivers))
	}
	shipped, err := os.ReadFile(filepath.Join("..", "..", "packaging", "tail.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	// With the examples in it taken out of their comments it is right, too.
	lines := strings.Split(string(shipped), "\n")
	for i, l := range lines {
		if !strings.HasPrefix(l, "# ") || strings.HasPrefix(l, "#  ") {
			lines[i] = strings.TrimPrefix(l, "#")
		}
	}
	if f, err = Parse([]byte(strings.Join(lines, "\n"))); err != nil || len(f.Receivers) != 5 || f.Serve == "" || len(f.Paths) == 0 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestMake(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	token, address, empty := write("token", "abc\n"), write("url", "https://hooks.example.org/T0\n"), write("empty", "")
	f := func(text, wantName, wantErr string) {
		t.Helper()
		file, err := Parse([]byte("receivers:\n- name: a\n  " + text))
		if err != nil {
			t.Fatal(err)
		}
		to, _, err := file.Receivers[0].Make()
		if wantErr != "" {
			if err == nil || !strings.Contains(err.Error(), wantErr) {
				t.Errorf("%s: %v, want %q", text, err, wantErr)
			}
			return
		}
		if err != nil || to.Name() != wantName {
			t.Errorf("%s: %v, %v", text, to, err)
		}
	}
	f("webhook: {url: 'http://h.example.org/x', token_file: "+token+"}", "webhook http://h.example.org", "")
	f("slack: {url_file: "+address+"}\n  share: true", "webhook https://hooks.example.org", "")
	f("alertmanager: {url: 'http://127.0.0.1:9093', labels: {team: web}}", "alertmanager http://127.0.0.1:9093", "")
	f("exec: {command: 'true'}", "command true", "")
	f("mail: {server: 'mail.example.org', from: a@example.org, to: [b@example.org], user: u, password_file: "+token+"}", "mail by mail.example.org", "")
	f("webhook: {url_file: "+empty+"}", "", "one line, the secret")
	f("webhook: {url_file: "+token+"}", "", "does not hold an address")
	f("webhook: {url: 'http://h', token_file: "+filepath.Join(dir, "none")+"}", "", "read a secret")
	f("mail: {server: h.example.org, from: a@b.c, to: [a@b.c], ca_file: "+token+"}", "", "holds no certificate")
	f("mail: {server: h.example.org, from: a@b.c, to: [a@b.c], tls: maybe}", "", "tls is")
}

func TestKeyChangesWithWhatIsTold(t *testing.T) {
	a, b, c := Receiver{Name: "a", Exec: &Exec{"x"}}, Receiver{Name: "a", Exec: &Exec{"x"}}, Receiver{Name: "a", Exec: &Exec{"y"}}
	if a.Key() != b.Key() || a.Key() == c.Key() || !strings.HasPrefix(a.Key(), "a-") {
		t.Errorf("%s %s %s", a.Key(), b.Key(), c.Key())
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("paths: [a]\noptions: {every: 1s, exec: [a, b]}\nreceivers: [{name: a, exec: {command: x}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data)
		if err != nil {
			return
		}
		for i := range file.Receivers {
			_ = file.Receivers[i].Key()
		}
	})
}

package clickhouse_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

// TestEncrypted writes to and reads from a server by HTTPS, as a user with a password.
func TestEncrypted(t *testing.T) {
	ctx := context.Background()
	authority := servertest.NewAuthority(t)
	c := servertest.Encrypted(t, authority)
	dir := t.TempDir()
	right, wrong := filepath.Join(dir, "right"), filepath.Join(dir, "wrong")
	for name, password := range map[string]string{right: "open, sesame\n", wrong: "open, barley\n"} {
		if err := os.WriteFile(name, []byte(password), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	url := "clickhouse://guarded@" + c.Servers[0].HTTPS + "/locked?"
	trusted := "tls=on&ca=" + authority.File
	address := parsed(t, url+trusted+"&password-file="+right)
	if err := clickhouse.Init(ctx, address, clickhouse.Layout{}); err != nil {
		t.Fatal(err)
	}
	st, err := clickhouse.Open(ctx, address, clickhouse.Options{Origin: "web1", Spool: filepath.Join(dir, "spool")})
	if err != nil {
		t.Fatal(err)
	}
	const events = 4000
	for i := range agentSources {
		if err := readLog(st, strings.Repeat("x", i+1), events/agentSources); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	countLines(t, address, events)

	f := func(url, want string) {
		t.Helper()
		for what, err := range map[string]error{"open": opened(ctx, t, url), "init": clickhouse.Init(ctx, parsed(t, url), clickhouse.Layout{})} {
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sesame") {
				t.Errorf("%s %s: %v, want %q", what, url, err, want)
			}
			if clickhouse.Away(err) {
				t.Errorf("%s %s: it would be tried again", what, url)
			}
		}
	}
	f(url+"tls=on&password-file="+right, "ca=FILE")
	f(url+"tls=on&ca="+servertest.NewAuthority(t).File+"&password-file="+right, "ca=FILE")
	f(strings.Replace(url, "127.0.0.1", "localhost", 1)+trusted+"&password-file="+right, "call the host as its certificate does")
	f(url+trusted+"&password-file="+wrong, "are user and password of the store right?")
	f(strings.Replace(url, "guarded@", "nobody@", 1)+trusted, "are user and password of the store right?")
	if err := opened(ctx, t, url+"tls=insecure&password-file="+right); err != nil {
		t.Errorf("tls=insecure: %v", err)
	}
}

func parsed(t *testing.T, url string) *clickhouse.Address {
	t.Helper()
	address, err := clickhouse.ParseAddress(url)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// opened opens a store to read it, and returns why that failed.
func opened(ctx context.Context, t *testing.T, url string) error {
	t.Helper()
	r, err := clickhouse.OpenReading(ctx, parsed(t, url))
	if err != nil {
		return err
	}
	return r.Close()
}

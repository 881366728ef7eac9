package clickhouse

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTransportsThatDoNotFit asks servers whose encryption is not the one that is expected. Nobody is asked twice, and the hint helps.
func TestTransportsThatDoNotFit(t *testing.T) {
	yes := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "yes") })
	plain, secure, old := httptest.NewServer(yes), httptest.NewTLSServer(yes), httptest.NewUnstartedServer(yes)
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	old.Config.ErrorLog = log.New(io.Discard, "", 0)
	old.StartTLS()
	for _, s := range []*httptest.Server{plain, secure, old} {
		t.Cleanup(s.Close)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	f := func(server *httptest.Server, options, want string) {
		t.Helper()
		_, host, _ := strings.Cut(server.URL, "://")
		address, err := ParseAddress("clickhouse://" + host + "/x?" + options)
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(address)
		waits := 0
		c.sleep = func(context.Context, time.Duration) error { waits++; return nil }
		answer, err := c.ask(context.Background(), &request{sql: "SELECT 1"})
		if err == nil {
			text, _ := io.ReadAll(answer)
			_ = answer.Close() // it was read
			if string(text) != want {
				t.Errorf("%s: %q, want %q", options, text, want)
			}
			return
		}
		if !strings.Contains(err.Error(), want) || waits > 0 {
			t.Errorf("%s: %v after %d waits, want %q", options, err, waits, want)
		}
	}
	f(plain, "", "yes")
	f(secure, "tls=on&ca="+ca, "yes")
	f(secure, "tls=insecure", "yes")
	f(secure, "tls=on", "name a file with the certificate of its authority: ca=FILE")
	f(plain, "tls=on", "this port speaks plain HTTP")
	f(secure, "", "HTTPS server")
	f(old, "tls=on&ca="+ca, "protocol version")
}

// TestSilentHandshake is of a server that takes TLS for HTTP and waits for the rest of it: it may as well be busy.
func TestSilentHandshake(t *testing.T) {
	err := unreached("ch1:8123", errors.New("net/http: TLS handshake timeout"))
	if !Away(err) || !strings.Contains(err.Error(), "does this port speak plain HTTP?") {
		t.Errorf("%v, away %t", err, Away(err))
	}
}

// TestServerErrorsHint reads what servers answer in place of rows.
func TestServerErrorsHint(t *testing.T) {
	f := func(status int, text, want string, away bool) {
		t.Helper()
		err := newServerError("ch1:8123", status, text)
		if err.Error() != want || Away(err) != away {
			t.Errorf("%s, away %t, want %s, %t", err, Away(err), want, away)
		}
	}
	f(500, "Code: 210, e.displayText() = Connection refused\n", "ch1:8123: Code: 210, e.displayText() = Connection refused", true)
	f(404, "Code: 81, no database\n", "ch1:8123: Code: 81, no database (culprit store init makes the database)", false)
	f(403, "Code: 516. wrong", "ch1:8123: Code: 516. wrong (are user and password of the store right? clickhouse://USER@HOST/DATABASE?password-file=FILE)", false)
	f(502, "<html>", "ch1:8123: 502 Bad Gateway <html>", true)
	f(400, "", "ch1:8123: 400 Bad Request", false)
}

package receiver

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"culprit/live"
)

func TestExec(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	e := &Exec{Command: fmt.Sprintf("cat > '%s'; test \"$CULPRIT_EVENT\" = ended", out)}
	if err := e.Tell(t.Context(), []*live.Notice{notice(live.Ended, "$(touch x)")}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(out)
	for _, want := range []string{`"event":"ended"`, `"headline":"over after 1m0s`, `"report":"#`} {
		if err != nil || !strings.Contains(string(b), want) {
			t.Errorf("no %s in %s, %v", want, b, err)
		}
	}
	err = (&Exec{Command: "echo no such pager; yes | head -c 100000; exit 3"}).Tell(t.Context(), []*live.Notice{notice(live.Opened, "x")})
	if err == nil || !strings.Contains(err.Error(), "exit status 3: no such pager") {
		t.Errorf("a command that fails: %v", err)
	}
}

func TestExecName(t *testing.T) {
	f := func(command, want string) {
		t.Helper()
		if got := (&Exec{Command: command}).Name(); got != want {
			t.Errorf("%s: %q, want %q", command, got, want)
		}
	}
	f("/usr/bin/page --token s3cret", "command /usr/bin/page")
	f("TOKEN=s3cret page", "command page")
	f("TOKEN='s3 cret' page", "command")
	f("TOKEN=s3cret", "command")
}

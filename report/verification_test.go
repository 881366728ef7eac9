package report

import (
	"strings"
	"testing"

	"culprit/correlate"
)

// TestVerificationScope: what was compared is said only where something was.
func TestVerificationScope(t *testing.T) {
	f := func(scope string, want bool) {
		t.Helper()
		var b strings.Builder
		if err := Verification(&b, &correlate.Verification{Outcome: correlate.TooEarly, Scope: scope}, 80); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(b.String(), "compared"); got != want {
			t.Errorf("scope %q: %s", scope, b.String())
		}
	}
	f("all requests", true)
	f("", false)
}

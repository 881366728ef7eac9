package parser

import "testing"

func TestMemberDuration(t *testing.T) {
	f := func(role appRole, text string, want int64) {
		t.Helper()
		if got := memberDuration(role, []byte(text)); got != want {
			t.Errorf("%s: got %d, want %d", text, got, want)
		}
	}
	f(roleMillis, "35", 35_000)
	f(roleMillis, "0.25", 250)
	f(roleSeconds, "1.5", 1_500_000)
	f(roleMicros, "7", 7)
	f(roleNanos, "35000000", 35_000)
	f(roleMillis, "35s", 35_000_000) // the unit of the value counts for more than that of the name
	f(roleDuration, "35ms", 35_000)
	f(roleDuration, "1.2s", 1_200_000)
	f(roleDuration, "250µs", 250)
	f(roleDuration, "1m2.5s", 62_500_000)
	f(roleDuration, "2h", 7_200_000_000)
	f(roleDuration, "35 msecs", 35_000)
	f(roleDuration, "35", 35_000)
	f(roleDuration, "0", 0)
	f(roleDuration, "35000000", 35_000) // a time.Duration
	f(roleDuration, "0.012345", 12_345) // zap's seconds
	f(roleDuration, "1.234", 1_234_000) // Python's seconds
	f(roleDuration, "35.12", 35_120)    // Rails' milliseconds
	f(roleDuration, "soon", Unknown)
	f(roleDuration, "-", Unknown)
	f(roleDuration, "1.2.3s", Unknown)
	f(roleMillis, "1e9", Unknown)
	f(roleMillis, "99999999999999999999", Unknown)
	f(roleDuration, "9223372036854775807h", Unknown)
}

func TestMemberLevel(t *testing.T) {
	f := func(text string, want Severity) {
		t.Helper()
		if got := memberLevel([]byte(text)); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
	for text, want := range map[string]Severity{
		"info": Info, "WARN": Warning, "Error": Error, "fatal": Critical, "E": Error, "W": Warning, "FTL": Critical,
		"10": Debug, "30": Info, "40": Warning, "50": Error, "60": Critical, // pino
		"100": Debug, "250": Notice, "400": Error, "550": Alert, "600": Emergency, // Monolog
		"0": Emergency, "3": Error, "6": Info, "7": Debug, // syslog
		"8": NoSeverity, "99": NoSeverity, "601": NoSeverity, "99999999999999999999": NoSeverity, "?": NoSeverity, "chatty": NoSeverity,
	} {
		f(text, want)
	}
}

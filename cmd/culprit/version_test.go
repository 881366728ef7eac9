package main

import (
	"runtime/debug"
	"testing"
)

func TestVersionOf(t *testing.T) {
	f := func(set, module, want string, settings ...debug.BuildSetting) {
		t.Helper()
		info := &debug.BuildInfo{Main: debug.Module{Version: module}, Settings: settings}
		if got := versionOf(set, info); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef0123"}
	f("v1.2", "v1.1", "v1.2")
	f("", "v1.1", "v1.1", revision)
	f("", "(devel)", "(devel) 0123456789ab", revision)
	f("", "", "(devel) 0123456789ab+changes", revision, debug.BuildSetting{Key: "vcs.modified", Value: "true"})
	f("", "", "(devel)")
	if got := versionOf("", nil); got != "(devel)" {
		t.Errorf("without build information: %q", got)
	}
}

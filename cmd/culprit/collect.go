package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// collectLate has garbage first collected when the heap has some fifty megabytes rather than the usual four, then as usual. To collect it while
// the rules are loaded and the first tables grow is work for nothing: nearly all of it stays.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(lateCollection)
	runtime.AddCleanup(new(collected), func(usual int) { debug.SetGCPercent(usual) }, usualCollection)
}

// By how much the heap grows before it is collected, in percent; it does so to 4 MB at 100.
const (
	lateCollection  = 1250
	usualCollection = 100
)

// collected is what the first collection finds unused. It has pointers, so that it shares its memory with nothing else.
type collected struct{ _ *byte }

package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// memoryGoal is where garbage is collected more eagerly, in bytes: what is kept is bounded below it.
const memoryGoal = 68 << 20

// boundMemory has garbage collected more eagerly near the goal, unless the user has set another one.
func boundMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryGoal)
	}
}

// firstGoal is up to where no garbage is collected at all, in bytes. To collect it while the rules are loaded and the first tables grow is work
// for nothing: nearly all of it stays, and many logs are read by then.
const firstGoal = 58 << 20

// collectLate has garbage first collected at the firstGoal, then as usual. It does nothing where the user, or a test, has not bounded the
// memory as boundMemory does.
func collectLate() {
	if os.Getenv("GOGC") != "" || debug.SetMemoryLimit(-1) != memoryGoal {
		return
	}
	usual := debug.SetGCPercent(-1)
	debug.SetMemoryLimit(firstGoal)
	runtime.AddCleanup(new(collected), func(usual int) {
		debug.SetMemoryLimit(memoryGoal)
		debug.SetGCPercent(usual)
	}, usual)
}

// collected is what the first collection finds unused. It has pointers, so that it shares its memory with nothing else.
type collected struct{ _ *byte }

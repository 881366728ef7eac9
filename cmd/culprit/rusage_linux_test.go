package main

import (
	"os"
	"syscall"
)

// residentPeak is the most memory a process had at once, in bytes.
func residentPeak(p *os.ProcessState) int64 {
	return p.SysUsage().(*syscall.Rusage).Maxrss << 10
}

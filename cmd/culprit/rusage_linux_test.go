package main

import (
	"os"
	"syscall"
	"time"
)

// residentPeak is the most memory a process had at once, in bytes.
func residentPeak(p *os.ProcessState) int64 {
	return p.SysUsage().(*syscall.Rusage).Maxrss << 10
}

// ownCPU is what this process has used so far.
func (s *speeds) ownCPU() time.Duration {
	s.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		s.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

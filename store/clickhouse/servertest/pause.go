package servertest

import (
	"os"
	"syscall"
)

// Pause has a server hang: it can be connected to, and answers nothing until Resume.
func (c *Cluster) Pause(i int) { c.signal(i, syscall.SIGSTOP) }

// Resume ends Pause.
func (c *Cluster) Resume(i int) { c.signal(i, syscall.SIGCONT) }

func (c *Cluster) signal(i int, s os.Signal) {
	c.t.Helper()
	d, ok := c.Servers[i].program.(*daemon)
	if !ok || d.command == nil {
		c.t.Fatal("only a server of its own that runs can be paused")
	}
	if err := d.command.Process.Signal(s); err != nil {
		c.t.Fatal(err)
	}
}

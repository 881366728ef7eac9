package syslog

import "net"

// packetConn is a socket for datagrams.
type packetConn interface {
	// read waits for one and returns its size and who sent it. What does not fit into buf is cut.
	read(buf []byte) (n int, peer string, err error)
	// lost returns how many more than at the last call the kernel had no room for, as far as it tells.
	lost() int64
}

// unixSocket is a local one: its senders wait, or drop by themselves.
type unixSocket struct{ *net.UnixConn }

func (c *unixSocket) read(buf []byte) (n int, peer string, err error) {
	n, err = c.Read(buf)
	return n, "", err
}

func (c *unixSocket) lost() int64 { return 0 }

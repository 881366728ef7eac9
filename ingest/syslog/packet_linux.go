package syslog

import (
	"encoding/binary"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// udpSocket reads UDP with the kernel's own count of what it dropped.
type udpSocket struct {
	conn    *net.UDPConn
	oob     []byte
	dropped uint32 // since the socket was opened
	news    int64
	last    netip.Addr
	name    string // of last
}

func newUDPSocket(c *net.UDPConn) packetConn {
	if raw, err := c.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RXQ_OVFL, 1) // without it nothing is told
		})
	}
	return &udpSocket{conn: c, oob: make([]byte, 64)}
}

func (c *udpSocket) read(buf []byte) (n int, peer string, err error) {
	n, oobn, _, from, err := c.conn.ReadMsgUDPAddrPort(buf, c.oob)
	if err != nil {
		return 0, "", err
	}
	c.note(c.oob[:oobn])
	if a := from.Addr().Unmap(); a != c.last {
		c.last, c.name = a, a.WithZone("").String()
	}
	return n, c.name, nil
}

// note takes the count out of what came beside a datagram.
func (c *udpSocket) note(oob []byte) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return
	}
	for _, m := range messages {
		if m.Header.Level == unix.SOL_SOCKET && m.Header.Type == unix.SO_RXQ_OVFL && len(m.Data) >= 4 {
			now := binary.NativeEndian.Uint32(m.Data)
			c.news += int64(now - c.dropped) // it may have gone round
			c.dropped = now
		}
	}
}

func (c *udpSocket) lost() int64 {
	n := c.news
	c.news = 0
	return n
}
